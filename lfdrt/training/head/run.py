"""A head from start to end: read the data, train one head a seed, score all, keep the first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import torch

from lfdrt.checkpoint import Checkpoint, encoder_digest, read_json, save_head
from lfdrt.config import ConfigError, HeadConfig
from lfdrt.events import CheckpointSaved, EvalDone, Event, RunFinished, RunStarted, StepDone
from lfdrt.labels import LABEL_SETS
from lfdrt.languages import resolve
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime
from lfdrt.training.head.data import FeatureReader, Rows, read_pairs, read_texts
from lfdrt.training.head.report import (
    SELECTION,
    ReadingScores,
    ReportSet,
    head_card,
    score_set,
    text_sets,
)
from lfdrt.training.head.settings import HeadSettings
from lfdrt.training.head.training import new_head, train_head


class HeadRun:
    """Trains the head `out` on `base`, which lies in the same folder.

    ConfigError or DataError (a sentence) for folders that do not lie together, or missing data.
    """

    def __init__(
        self, settings: HeadSettings, base: Checkpoint, data: Path, out: Path, runtime: Runtime
    ) -> None:
        self._settings, self._base, self._out, self._runtime = settings, base, out, runtime
        self._config = head_config(settings, base, out)
        base.model.to(runtime.device)
        base.model.image.tower.to(memory_format=torch.channels_last)
        self._pairs = read_pairs(data, "train")
        self._texts = [read_texts(data, source, "en", "train") for source in settings.texts]
        self._reported = [ReportSet(labelled=read_pairs(data, "dev"))]
        self._reported += text_sets(data, settings.label_set)
        self._readers = [
            FeatureReader(base, one, self._config.label_set, runtime)
            for one in (self._pairs, *self._texts, *(r.labelled for r in self._reported))
        ]

    def events(self) -> Iterator[Event]:
        """A step is a batch read by the encoders, then a training step of one of the seeds."""
        begun, seeds = time.monotonic(), self._settings.seeds
        first = sum(len(reader.batches) for reader in self._readers)
        steps = first + len(seeds) * self._settings.steps
        yield RunStarted(steps=steps, settings=asdict(self._settings))
        yield from self._read()
        pairs, *others = [reader.rows() for reader in self._readers]
        texts = Rows.joined(others[: len(self._texts)])
        reported, scores = others[len(self._texts) :], []
        for k, seed in enumerate(seeds):
            head = new_head(self._base.model, self._config.on(self._base.model.config), seed)
            yield from train_head(
                head,
                pairs,
                texts,
                self._settings,
                seed=seed,
                device=self._runtime.device,
                first=first + k * self._settings.steps,
            )
            scores.append(self._score(head, reported))
            if k == 0:
                kept = head
        for one in scores[0]:
            yield _evaluated(one, steps)
        seconds = time.monotonic() - begun
        rows = {one.name: len(one.texts) for one in (self._pairs, *self._texts)}
        card = head_card(self._config, self._settings, rows, scores, seconds)
        save_head(self._out, kept, self._config, card)
        yield CheckpointSaved(step=steps, folder=str(self._out))
        yield RunFinished(step=steps, reason="done", seconds=round(seconds, 1))

    def _read(self) -> Iterator[Event]:
        step = 0
        for reader in self._readers:
            for rows in reader.batches:
                begun = time.monotonic()
                reader.read(rows)
                step += 1
                yield StepDone(
                    step=step, losses={}, learning_rate=0.0, seconds=time.monotonic() - begun
                )

    def _score(self, head: LFDRT, reported: list[Rows]) -> list[ReadingScores]:
        return [
            one
            for report, rows in zip(self._reported, reported, strict=True)
            for one in score_set(
                head, report, rows, self._family(report.labelled.language), self._runtime.device
            )
        ]

    def _family(self, language: str) -> str | None:
        own = resolve(language).family.code
        return self._base.model.config.disentangler_of(language, own)


def head_config(settings: HeadSettings, base: Checkpoint, out: Path) -> HeadConfig:
    """ConfigError where `out` does not lie beside the base, or takes its place."""
    folder, place = base.folder.resolve(), out.resolve()
    if "base" in read_json(folder / "config.json"):
        raise ConfigError(f"--base {base.folder} is a head itself: name the checkpoint it is on")
    if place.parent != folder.parent or place == folder:
        raise ConfigError(
            f"--out {out} must lie beside its base, for example {base.folder.parent / 'polarity'}"
        )
    return HeadConfig(
        name=place.name,
        label_set=LABEL_SETS[settings.label_set],
        base=folder.name,
        base_weights=encoder_digest(base.model.state_dict()),
    )


def _evaluated(one: ReadingScores, step: int) -> EvalDone:
    scores = {"accuracy": one.scores.accuracy, "macro_f1": one.scores.macro_f1}
    return EvalDone(step=step, data=f"{one.name}, {one.reading}", scores=scores, rule=SELECTION)
