"""How recordings stand: state, rows, time left and newest scores, from files and processes.

Knows no owners.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.jobs.last_words import failure
from app.jobs.processes import Processes, touched
from app.jobs.progress import Recorded
from app.jobs.resumable import ACTIVE, DONE, GOES_ON, STOP, elapsed
from app.jobs.tail import Tails
from app.recordings import words
from app.recordings.folder import RecordingFolder, RecordingInfo, RecordingRecord
from lfdrt.events import EvalDone


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
            said = said or (words.RECORDING_LOST if info.state == "lost" else "")

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
            folders[spec.data] = words.DATA_FOLDER
        return failure(run, record, files={}, folders=folders)


def _took(run: RecordingFolder, record: RecordingRecord) -> float:
    if record.process is None or record.log_from:  # an earlier process had its part in it
        return 0.0
    return max(0.0, touched(run.recording / "rows.parquet") - record.process.create_time)
