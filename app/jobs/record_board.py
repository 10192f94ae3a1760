"""How recordings stand: state, rows, time left and newest scores, from files and processes.

Knows no owners.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace

from app import text_jobs as text
from app.jobs.last_words import failure
from app.jobs.processes import Processes, touched
from app.jobs.record_folder import RecordingFolder, RecordingInfo, RecordingRecord
from app.jobs.resumable import ACTIVE, DONE, GOES_ON, STOP, elapsed
from app.jobs.tail import Tails
from lfdrt.events import EvalDone, Event, Preparing, RunStarted

RECENT = 20
"""Looks over which the speed is averaged."""
APART = 0.2
"""Seconds: events that one look finds are of one time, since they carry none."""


@dataclass(frozen=True, kw_only=True)
class RecordingLive:
    """done of `total` rows; `sets_done` of `sets` data files. elapsed: s since the process began,
    None where there is none; remaining: s, None before a speed is known. newest: scores of the set
    that was finished last. failure: a sentence, or ""."""

    info: RecordingInfo
    done: int
    total: int
    sets_done: int
    sets: int
    elapsed: float | None
    remaining: float | None
    newest: EvalDone | None
    failure: str


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


class RecordingBoard:
    def __init__(self, processes: Processes[RecordingFolder]) -> None:
        self._processes = processes
        self._tails = Tails(Recorded)

    def forget(self, run: str) -> None:
        self._tails.forget(run)

    def live(self, run: RecordingFolder, record: RecordingRecord) -> RecordingLive:
        info = self.info(run, record)
        rows, said = record.spec.rows, ""
        if info.state in GOES_ON:
            said = self._failure(run, record)
            said = said or (text.RECORDING_LOST if info.state == "lost" else "")

        def picture(p: Recorded) -> RecordingLive:
            whole = run.complete
            return RecordingLive(
                info=info,
                done=rows if whole else p.done,
                total=rows if whole else p.total,
                sets_done=p.sets_done,
                sets=p.sets,
                elapsed=elapsed(info.state, record),
                remaining=p.remaining if info.state in ACTIVE else None,
                newest=p.newest,
                failure=said,
            )

        return self._tails.look(run.id, run.events, picture)

    def info(self, run: RecordingFolder, record: RecordingRecord) -> RecordingInfo:
        """Writes down the end of a recording that is whole, and clears what it needs no more."""
        state = self._state(run, record)
        if state == DONE and not record.ended:
            seconds = _took(run, record)
            record = replace(record, ended=DONE, seconds=seconds)
            run.change(ended=DONE, seconds=seconds)
            run.clear()
        return RecordingInfo(
            id=run.id, name=record.name, state=state, created=record.created, spec=record.spec
        )

    def _state(self, run: RecordingFolder, record: RecordingRecord) -> str:
        if record.ended:
            return record.ended
        if self._processes.alive(run, record):
            return self._at_work(run)
        if run.complete:
            return DONE
        if self._failure(run, record):
            return "failed"
        return "stopped" if run.word() == STOP else "lost"

    def _at_work(self, run: RecordingFolder) -> str:
        if run.word() == STOP:
            return "stopping"
        seen = run.complete or self._tails.look(run.id, run.events, lambda p: p.seen)
        return "running" if seen else "starting"

    def _failure(self, run: RecordingFolder, record: RecordingRecord) -> str:
        spec = record.spec
        folders = {spec.checkpoint: spec.model}
        if spec.data is not None:
            folders[spec.data] = text.DATA_FOLDER
        return failure(run, record, files={}, folders=folders)


def _took(run: RecordingFolder, record: RecordingRecord) -> float:
    if record.process is None or record.log_from:  # an earlier process had its part in it
        return 0.0
    return max(0.0, touched(run.recording / "rows.parquet") - record.process.create_time)
