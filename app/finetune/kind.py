"""A training as a kind of job: what its events come to, how one ends, how long one takes."""

from __future__ import annotations

import shutil
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, TypeAlias

from app.finetune import words
from app.finetune.spec import TrainingSpec
from app.jobs.engine import Engine
from app.jobs.follow import Speed
from app.jobs.kind import DISCARD, DISCARDED, DONE, KEEP, Info, Kind, Live, Sums
from app.jobs.pace import Pace
from app.models.requests import Refused
from lfdrt.events import (
    EpochDone,
    Event,
    Preparing,
    RethinkStep,
    RunFinished,
    RunStarted,
    Warned,
    Watched,
)

ENDS = {"done": DONE, "stopped": "kept", "discarded": DISCARDED, "collapsed": "collapsed"}
"""How a training ended, by the reason that its last event gives."""
IMPORTED = "imported"
USABLE = (DONE, "kept", "collapsed", IMPORTED)
FINAL = (*USABLE, DISCARDED)
DISPUTES = 12
RECENT = 20
"""Steps over which speed is averaged: enough to be calm, few enough to follow."""


class Progress(Sums):
    """stage: "pictures", "encoding", "training", "saving", or "" before any; done, total: rows of
    the stages other than training. step of steps, epoch (from 0) of epochs. seconds: spent in
    steps. points: the steps. labels: pseudo-labels of the newest epoch. disputes: newest first.
    watched: the rows whose words each of epochs_done tells; None in an older run."""

    def __init__(self) -> None:
        self.stage, self.done, self.total = "", 0, 0
        self.step, self.steps, self.epoch, self.epochs = 0, 0, 0, 0
        self.seconds = 0.0
        self.points: list[RethinkStep] = []
        self.epochs_done: list[EpochDone] = []
        self.watched: Watched | None = None
        self.labels: Counter[str] = Counter()
        self.disputes: deque[dict[str, Any]] = deque(maxlen=DISPUTES)
        self.warnings: list[str] = []
        self.finished: RunFinished | None = None
        self._recent: deque[tuple[float, int]] = deque(maxlen=RECENT)
        self._speed = Speed()

    def take(self, event: Event) -> None:
        super().take(event)
        if isinstance(event, RunStarted):
            self._started(event)
        elif isinstance(event, Preparing):
            self.stage, self.done, self.total = event.stage, event.done, event.total
            if event.stage != "saving":  # it goes on: whatever ended it is past
                self.finished = None
        elif isinstance(event, RethinkStep):
            self._step(event)
        elif isinstance(event, Watched):
            self.watched = event
        elif isinstance(event, EpochDone):
            self.epochs_done.append(event)
        elif isinstance(event, Warned):
            self.warnings.append(event.message)
        elif isinstance(event, RunFinished):
            self.finished, self.stage, self.done, self.total = event, "saving", 0, 0

    def _started(self, event: RunStarted) -> None:
        self.steps, self.finished, self.stage = event.steps, None, "training"
        epochs = event.settings.get("epochs")
        self.epochs = epochs if isinstance(epochs, int) else 0
        self.done = self.total = 0

    def _step(self, e: RethinkStep) -> None:
        if not self.points or e.epoch != self.epoch:
            self.labels.clear()
        self.stage, self.step, self.epoch = "training", e.step, e.epoch
        self.seconds += e.seconds
        self.labels.update(e.labels)
        self.disputes.extendleft(reversed(e.disputes))
        self._recent.append((e.seconds, e.agree + e.disagree))
        self._speed.mark(e.step)
        self.points.append(e)

    @property
    def phase(self) -> str:
        if self.finished is not None or self.stage == "saving":
            return "saving"
        return "working" if self.points or self.stage == "training" else "preparing"

    @property
    def share(self) -> float | None:
        """Of the steps; 1 while the result is written."""
        return self.step / self.steps if self.steps else None

    @property
    def remaining(self) -> float | None:
        """Of the steps that are left, with what lies between them; until that was seen, by what the
        steps say of themselves. None before one is done."""
        left = max(0, self.steps - self.step)
        if (seen := self._speed.seconds(left)) is not None or not self._recent:
            return seen
        return left * sum(seconds for seconds, _ in self._recent) / len(self._recent)

    @property
    def rows_per_second(self) -> float | None:
        seconds = sum(seconds for seconds, _ in self._recent)
        return sum(rows for _, rows in self._recent) / seconds if seconds > 0 else None


TrainingJobs: TypeAlias = Engine[TrainingSpec, Progress]
Training: TypeAlias = Live[TrainingSpec, Progress]


def model_in(folder: Path) -> Path | None:
    """The checkpoint in a training's folder; None where there is none."""
    path = folder / "checkpoint"
    return path if (path / "config.json").is_file() else None


def state_in(folder: Path) -> Path:
    """Where a training saves what it goes on from."""
    return folder / "state.pt"


def model_of(info: Info[TrainingSpec]) -> Path | None:
    """What came of a training; None before its end."""
    return model_in(info.folder) if info.state == DONE else None


def tuned(infos: list[Info[TrainingSpec]]) -> list[tuple[Info[TrainingSpec], Path]]:
    """Those whose model can be used, with it."""
    found = [(one, model_of(one)) for one in infos if one.reason in USABLE]
    return [(one, model) for one, model in found if model is not None]


def _whole(folder: Path, sums: Progress) -> str:
    finished = sums.finished
    if finished is not None and (model_in(folder) or finished.reason == DISCARDED):
        return ENDS.get(finished.reason, DONE)
    return ""


def _clear(folder: Path, reason: str) -> None:
    """Of a discarded one, its model too."""
    for name in ("features", "labelled", "pictures", *(["checkpoint"] * (reason == DISCARDED))):
        shutil.rmtree(folder / name, ignore_errors=True)
    state_in(folder).unlink(missing_ok=True)


TRAINING = Kind(
    folder="",
    words=words.JOB,
    spec=TrainingSpec,
    command=lambda folder, spec: ["lfdrt", *spec.command(folder)],
    sums=Progress,
    whole=_whole,
    ends=frozenset({KEEP, DISCARD}),
    pauses=True,
    clear=_clear,
    saved=lambda folder: state_in(folder).is_file(),
    trims=True,
)


# Seconds of one core, measured once: checkpoints/compact in bfloat16, preset quick, 300 Turkish
# sentences of 31 characters, 64 with a picture. A machine without bfloat16 takes about three times
# as long, which the first long run on it corrects.
PICTURE = 0.02
ENCODE = 0.0056
TELLING = 1.0
"""Seconds in steps, by the constants, below which a run says little about the machine: the first
steps of a process are slow, and a table of 50 rows has hardly any others."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Of a row. first: in the first epoch, which encodes masked views; later: in each other."""

    first: float
    later: float


COSTS = {
    "classifiers": Costs(first=0.0074, later=0.0002),
    "fusion": Costs(first=0.0076, later=0.0011),
    "encoder": Costs(first=0.0084, later=0.0016),
    "projection": Costs(first=0.0074, later=0.0002),
}


def estimate(jobs: TrainingJobs, spec: TrainingSpec, pictures: int, known: Pace) -> float:
    """Seconds of the whole training. A finished one of the same `through` says how many times
    slower or faster than the constants this machine is, the newest first; without one, `known`
    does. Raises Refused: there is no such preset."""
    settings = spec.settings()
    through, epochs = str(settings["through"]), int(str(settings["epochs"]))
    done = [(record, run) for run, record in jobs.store.runs() if record.ended == DONE]
    done.sort(key=lambda pair: pair[0].created, reverse=True)
    speed = _speed(((record.spec, jobs.sums(run)) for record, run in done), through) or known.speed
    prepared = spec.rows * ENCODE + pictures * PICTURE
    return known.start + speed * (prepared + training(through, spec.rows, epochs))


def training(through: str, rows: int, epochs: int) -> float:
    """Seconds in steps, by the constants."""
    cost = COSTS.get(through, COSTS["encoder"])
    return rows * (cost.first + cost.later * max(0, epochs - 1))


def _speed(finished: Iterable[tuple[TrainingSpec, Progress]], through: str) -> float:
    """Seconds in the newest such training's steps over what the constants say; 0 without a long
    one. One with a preset of another version says nothing."""
    for spec, progress in finished:
        try:
            settings = spec.settings()
        except Refused:
            continue
        if settings["through"] != through:
            continue
        epochs = len(progress.epochs_done)
        rows = ceil(sum(e.agree + e.disagree for e in progress.epochs_done) / max(1, epochs))
        expected = training(through, rows, epochs)
        if expected >= TELLING and progress.seconds > 0:
            return progress.seconds / expected
    return 0.0
