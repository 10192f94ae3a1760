"""A teaching in its folder: rows read once, then as often as wanted taught by a person's labels and
mix.

The folder holds config.json (settings, checkpoint, what the rows are), events.jsonl, read.npz (the
rows as the model reads them), and of the newest teaching result.json, predictions.csv and, unless
the guard kept the model as it was, the checkpoint. A file `control` with the word stop or discard
ends a teaching, and leaves what the one before it left.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lfdrt.batch import ALONE, Share
from lfdrt.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from lfdrt.config import check_prior, to_dict
from lfdrt.errors import UserError
from lfdrt.events import Event, Preparing, RunFinished, RunStarted
from lfdrt.inference.sample import Sample
from lfdrt.runs.files import sealed, write_json
from lfdrt.runs.log import follow
from lfdrt.runtime import Runtime
from lfdrt.steps import Steps, drained
from lfdrt.training.ranks import join
from lfdrt.training.rethink.identity import weights_digest
from lfdrt.training.teach.change import apply
from lfdrt.training.teach.labels import Label
from lfdrt.training.teach.lesson import Lesson
from lfdrt.training.teach.reading import Read, reading, samples_digest
from lfdrt.training.teach.results import Outcome, Said, card, result, write_predictions
from lfdrt.training.teach.settings import TeachSettings

CONTROL, ENDING = "control", ("stop", "discard")


def teach_in(
    folder: Path,
    settings: TeachSettings,
    *,
    checkpoint: Path | Checkpoint,
    samples: Sequence[tuple[str, Sample]],
    labels: Sequence[Label],
    runtime: Runtime,
    show: Callable[[Event], None],
    digest: str | None = None,
) -> tuple[Path, RunFinished]:
    """Teach a checkpoint in `folder`; the new checkpoint and how it ended.

    checkpoint: a folder, or a checkpoint as it was loaded from one, whose model is then changed.
    labels: of samples, by their ids. Without labels and mix the rows are only read ("read"), so
    that a person can be asked. digest: of the samples, where it is known without reading pictures.
    Ends with "done", or "unchanged" where the labels did not help. UserError: no samples, a mix of
    other classes, or a folder whose rows were read with another checkpoint or are others.

    Several processes share the reading; what was read the first one teaches by itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    share = join(runtime)
    runtime = replace(runtime, device=share.device)
    loaded = load_checkpoint(checkpoint) if isinstance(checkpoint, Path) else checkpoint
    if settings.mix is not None:
        check_prior(settings.mix, len(loaded.model.config.label_set))
    of = f"{digest or samples_digest(samples)} {weights_digest(loaded.model)}"
    run = TeachRun(folder, settings, loaded, samples, labels, runtime, of, share)
    run.refuse_another()
    if share.rank != 0:
        return folder / "checkpoint", run.helped()
    return folder / "checkpoint", follow(run, folder / "events.jsonl", show)


@dataclass
class TeachRun:
    """A teaching from reading its rows to saving its checkpoint, as one stream of events."""

    folder: Path
    settings: TeachSettings
    loaded: Checkpoint
    samples: Sequence[tuple[str, Sample]]
    labels: Sequence[Label]
    runtime: Runtime
    of: str
    share: Share = ALONE
    step: int = 0

    def helped(self) -> RunFinished:
        """The part of a process that is not the first: it writes nothing."""
        begun = time.monotonic()
        if not (self.folder / "read.npz").is_file() and not self._stopped():
            drained(self._reading())
        return RunFinished(step=0, reason="helped", seconds=time.monotonic() - begun)

    def refuse_another(self) -> None:
        """UserError: read.npz is of other rows or another checkpoint, or is damaged."""
        path = self.folder / "read.npz"
        if path.is_file() and Read.load(path).of != self.of:
            raise UserError(
                f"{self.folder} holds a run of other rows or another checkpoint: name a new --out."
            )

    def events(self) -> Iterator[Event]:
        begun = time.monotonic()
        write_json(self.folder / "config.json", self._about())
        read = yield from self._read()
        reason = "discarded"
        if read is not None:
            reason = yield from self._taught(read, begun)
        yield RunFinished(step=self.step, reason=reason, seconds=time.monotonic() - begun)

    def _about(self) -> dict[str, Any]:
        config = self.loaded.model.config
        return {
            "settings": to_dict(self.settings),
            "checkpoint": self.loaded.folder.name,
            "label_set": config.label_set.name,
            "labels": len(self.labels),
            "rows": len(self.samples),
            "of": self.of,
            "device": self.runtime.description,
        }

    def _stopped(self) -> bool:
        try:
            return (self.folder / CONTROL).read_text(encoding="utf-8").strip() in ENDING
        except (OSError, ValueError):
            return False

    def _read(self) -> Generator[Event, None, Read | None]:
        """None: stopped."""
        path, total = self.folder / "read.npz", len(self.samples)
        if path.is_file():
            return Read.load(path)
        if self._stopped():
            return None
        steps = Steps(self._reading())
        for stage, done in steps:
            yield Preparing(step=0, stage=stage, done=done, total=total)
            if self.share.world == 1 and self._stopped():  # the others would wait
                return None
        steps.made.save(path)
        return steps.made

    def _reading(self) -> Generator[tuple[str, int], None, Read]:
        return reading(self.loaded, self.samples, self.runtime, self.of, self.share)

    def _taught(self, read: Read, begun: float) -> Generator[Event, None, str]:
        """Returns how it ended."""
        if not self.labels and self.settings.mix is None:
            yield RunStarted(steps=0, settings=to_dict(self.settings))
            return "read"
        lesson = Lesson(self.loaded.model, self.settings, self._stopped)
        outcome = yield from lesson.taught(read, self.labels)
        self.step = lesson.step
        if outcome is None:
            return "discarded"
        yield from self._save(outcome, begun)
        return "done" if outcome.kept else "unchanged"

    def _save(self, outcome: Outcome, begun: float) -> Iterator[Event]:
        total, folder, model = len(outcome.read), self.folder, self.loaded.model
        yield Preparing(step=self.step, stage="saving", done=0, total=total)
        after = outcome.before
        if outcome.kept:
            logits = apply(model, outcome.change, self.settings.mix, outcome.read.z)
            after = Said.of(*logits, model.config.class_prior)
        names = model.config.label_set.labels
        write_predictions(folder / "predictions.csv", outcome, after, names)
        made = result(outcome, after, model.config, time.monotonic() - begun)
        if outcome.kept:
            told = card(self.loaded, made)
            save_checkpoint(folder / "checkpoint", model, self.loaded.tokenizer, told)
        write_json(folder / "result.json", sealed(json.loads(json.dumps(made))))
        if not outcome.kept:
            shutil.rmtree(folder / "checkpoint", ignore_errors=True)
        yield Preparing(step=self.step, stage="saving", done=total, total=total)
