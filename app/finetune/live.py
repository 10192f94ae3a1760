"""A training as it stands, summed up from its events. Knows no file and no process."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from app.finetune.folder import RunInfo
from lfdrt.events import (
    EpochDone,
    EvalDone,
    Event,
    Preparing,
    RethinkStep,
    RunFinished,
    RunStarted,
    Warned,
)

DISPUTES = 12
RECENT = 20
"""Steps over which speed is averaged: enough to be calm, few enough to follow."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One step; fields as in `RethinkStep`."""

    step: int
    agree: int
    disagree: int
    used: int
    flips: int
    losses: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Live:
    """stage: "pictures", "encoding", "training", "saving", or "" where nothing goes on; done,
    total: rows of the stages other than training. step of steps, epoch (from 0) of epochs. seconds:
    spent in steps; remaining: of the steps that are left, None before one is done. labels:
    pseudo-labels of the newest epoch. disputes: newest first. failure: a sentence, or ""."""

    info: RunInfo
    stage: str
    done: int
    total: int
    step: int
    steps: int
    epoch: int
    epochs: int
    seconds: float
    remaining: float | None
    rows_per_second: float | None
    points: tuple[Point, ...]
    epochs_done: tuple[EpochDone, ...]
    labels: dict[str, int]
    disputes: tuple[dict[str, Any], ...]
    evals: tuple[EvalDone, ...]
    warnings: tuple[str, ...]
    failure: str


class Progress:
    """What the events so far come to."""

    def __init__(self) -> None:
        self.stage, self.done, self.total = "", 0, 0
        self.step, self.steps, self.epoch, self.epochs = 0, 0, 0, 0
        self.seconds = 0.0
        self.points: list[Point] = []
        self.epochs_done: list[EpochDone] = []
        self.labels: Counter[str] = Counter()
        self.disputes: deque[dict[str, Any]] = deque(maxlen=DISPUTES)
        self.evals: list[EvalDone] = []
        self.warnings: list[str] = []
        self.finished: RunFinished | None = None
        self.seen = 0
        self._recent: deque[tuple[float, int]] = deque(maxlen=RECENT)

    def take(self, event: Event) -> None:
        self.seen += 1
        if isinstance(event, RunStarted):
            self._started(event)
        elif isinstance(event, Preparing):
            self.stage, self.done, self.total = event.stage, event.done, event.total
            if event.stage != "saving":  # it goes on: whatever ended it is past
                self.finished = None
        elif isinstance(event, RethinkStep):
            self._step(event)
        elif isinstance(event, EpochDone):
            self.epochs_done.append(event)
        elif isinstance(event, EvalDone):
            self.evals.append(event)
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
        self.points.append(
            Point(
                step=e.step,
                agree=e.agree,
                disagree=e.disagree,
                used=e.used,
                flips=e.flips,
                losses=e.losses,
            )  # fmt: skip
        )

    @property
    def remaining(self) -> float | None:
        if not self._recent:
            return None
        mean = sum(seconds for seconds, _ in self._recent) / len(self._recent)
        return mean * max(0, self.steps - self.step)

    @property
    def rows_per_second(self) -> float | None:
        seconds = sum(seconds for seconds, _ in self._recent)
        return sum(rows for _, rows in self._recent) / seconds if seconds > 0 else None


def live_of(info: RunInfo, p: Progress, *, active: bool, failure: str) -> Live:
    """A moment's picture; what is handed out does not change with the next event."""
    return Live(
        info=info,
        stage=p.stage if active else "",
        done=p.done if active else 0,
        total=p.total if active else 0,
        step=p.step,
        steps=p.steps,
        epoch=p.epoch,
        epochs=p.epochs,
        seconds=p.seconds,
        remaining=p.remaining if active else None,
        rows_per_second=p.rows_per_second if active else None,
        points=tuple(p.points),
        epochs_done=tuple(p.epochs_done),
        labels=dict(p.labels),
        disputes=tuple(p.disputes),
        evals=tuple(p.evals),
        warnings=tuple(p.warnings),
        failure=failure,
    )
