"""A head from start to end: read the data, train one head a seed, score all, keep the first."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from lfdrt.checkpoint import Checkpoint, encoder_digest, read_json, save_head
from lfdrt.config import ConfigError, HeadConfig, to_dict
from lfdrt.events import CheckpointSaved, EvalDone, Event, RunFinished, RunStarted, StepDone
from lfdrt.labels import LABEL_SETS
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runs.files import write_json
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
from lfdrt.training.head.training import HeadLoop, new_head
from lfdrt.training.pretrain.folder import refuse_other_settings

SETTINGS = "settings.json"


class HeadRun:
    """Trains the head `out` on `base`, which lies in the same folder.

    Every seed's state is kept in a folder `.part` beside `out` until the head is whole: the same
    run goes on from there, and reads its rows again. UserError for folders that do not lie
    together, missing data, or a `.part` of another run.
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
        self._learned = {one.name: len(one.texts) for one in (self._pairs, *self._texts)}
        self._work = out.with_name(f"{out.name}.part")
        more = {"base": self._config.base_weights, "rows": self._learned}
        refuse_other_settings(self._work / SETTINGS, settings, **more)
        self._work.mkdir(exist_ok=True)
        write_json(self._work / SETTINGS, to_dict(settings) | more)
        self._readers = [
            FeatureReader(base, one, self._config.label_set, runtime)
            for one in (self._pairs, *self._texts, *(r.labelled for r in self._reported))
        ]

    def events(self) -> Iterator[Event]:
        """A step is a batch read by the encoders, then a training step of one of the seeds."""
        begun, seeds = time.monotonic(), self._settings.seeds
        first = sum(len(reader.batches) for reader in self._readers)
        steps = first + len(seeds) * self._settings.steps
        yield RunStarted(steps=steps, settings=to_dict(self._settings))
        yield from self._read()
        pairs, *others = [reader.rows() for reader in self._readers]
        texts = Rows.joined(others[: len(self._texts)])
        reported, scores = others[len(self._texts) :], []
        for k, seed in enumerate(seeds):
            head = new_head(self._base.model, self._config.on(self._base.model.config), seed)
            before = first + k * self._settings.steps
            for event in self._loop(head, pairs, texts, seed).events():
                if not isinstance(event, RunStarted | RunFinished):
                    yield replace(event, step=before + event.step)
            scores.append(self._score(head, reported))
            if k == 0:
                kept = head
        for one in scores[0]:
            yield _evaluated(one, steps)
        seconds = time.monotonic() - begun
        card = head_card(self._config, self._settings, self._learned, scores, seconds)
        save_head(self._out, kept, self._config, card)
        shutil.rmtree(self._work)
        yield CheckpointSaved(step=steps, folder=str(self._out))
        yield RunFinished(step=steps, reason="done", seconds=round(seconds, 1))

    def _loop(self, head: LFDRT, pairs: Rows, texts: Rows, seed: int) -> HeadLoop:
        """From where this seed stands; one that is done takes no step."""
        state = self._work / f"seed-{seed}.pt"
        loop = HeadLoop(
            head,
            pairs,
            texts,
            self._settings,
            seed=seed,
            device=self._runtime.device,
            state_file=state,
        )
        if state.is_file():
            loop.load_state()
        return loop

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
            for one in score_set(head, report, rows, self._runtime.device)
        ]


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
