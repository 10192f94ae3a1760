"""How far a job is that works through rows: done, the time left, the newest scores."""

from __future__ import annotations

import time
from collections import deque

from lfdrt.events import EvalDone, Event, Preparing, RunStarted

RECENT = 20
"""Looks over which the speed is averaged."""
APART = 0.2
"""Seconds: events that one look finds are of one time, since they carry none."""


class Recorded:
    """What the events so far come to."""

    def __init__(self) -> None:
        self.done = self.total = self.sets_done = self.sets = self.seen = 0
        self.newest: EvalDone | None = None
        self._marks: deque[tuple[float, int]] = deque(maxlen=RECENT)

    def take(self, event: Event) -> None:
        self.seen += 1
        if isinstance(event, RunStarted):
            rows = event.settings.get("rows")
            self.sets, self.total = event.steps, rows if isinstance(rows, int) else 0
        elif isinstance(event, Preparing):
            self.done, self.total = event.done, event.total
            self._mark(time.monotonic())
        elif isinstance(event, EvalDone):
            self.sets_done, self.newest = event.step, event

    def _mark(self, now: float) -> None:
        if self._marks and now - self._marks[-1][0] < APART:
            now, _ = self._marks.pop()
        self._marks.append((now, self.done))

    @property
    def remaining(self) -> float | None:
        if len(self._marks) < 2:
            return None
        (began, first), (ended, last) = self._marks[0], self._marks[-1]
        return (self.total - self.done) * (ended - began) / max(1, last - first)
