"""How tables stand: state, rows and time left, from files and processes. Knows no owners."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.jobs.last_words import failure
from app.jobs.processes import Processes
from app.jobs.progress import Recorded
from app.jobs.resumable import DONE, STOP, elapsed
from app.jobs.tail import Tails
from app.table import words
from app.table.folder import TableFolder, TableInfo, TableRecord
from lfdrt.events import Event, RunFinished


@dataclass(frozen=True, kw_only=True)
class TableLive:
    """done of `total` rows. elapsed: s since the process began, None where there is none;
    remaining: s, None before a speed is known. failure: a sentence, or ""."""

    info: TableInfo
    done: int
    total: int
    elapsed: float | None
    remaining: float | None
    failure: str


class Predicted(Recorded):
    """What the events so far come to. reason: that of the end, "" before it."""

    reason = ""

    def take(self, event: Event) -> None:
        super().take(event)
        if isinstance(event, RunFinished):
            self.reason = event.reason


class TableBoard:
    def __init__(self, processes: Processes[TableFolder]) -> None:
        self._processes = processes
        self._tails = Tails(Predicted)

    def forget(self, run: str) -> None:
        self._tails.forget(run)

    def live(self, run: TableFolder, record: TableRecord) -> TableLive:
        info = self.info(run, record)
        rows, said = record.spec.rows, ""
        if info.state in ("failed", "lost"):
            said = self._failure(run, record) or words.TABLE_LOST

        def picture(p: Predicted) -> TableLive:
            return TableLive(
                info=info,
                done=rows if info.state == DONE else p.done,
                total=p.total or rows,
                elapsed=elapsed(info.state, record),
                remaining=p.remaining if info.state == "running" else None,
                failure=said,
            )

        return self._tails.look(run.id, run.events, picture)

    def info(self, run: TableFolder, record: TableRecord) -> TableInfo:
        """Writes down the end of a table that is whole."""
        state = self._state(run, record)
        if state == DONE and not record.ended:
            record = replace(record, ended=DONE)
            run.change(ended=DONE)
        return TableInfo(
            id=run.id, name=record.name, state=state, created=record.created, spec=record.spec
        )

    def _state(self, run: TableFolder, record: TableRecord) -> str:
        if record.ended:
            return record.ended
        alive = self._processes.alive(run, record)  # first: it writes its end before it is gone
        reason, seen = self._tails.look(run.id, run.events, lambda p: (p.reason, p.seen))
        if alive and run.word() == STOP:
            return "stopping"
        if alive:
            return "running" if seen else "starting"
        if reason == "done":
            return DONE
        if self._failure(run, record):
            return "failed"
        return "stopped" if run.word() == STOP else "lost"

    def _failure(self, run: TableFolder, record: TableRecord) -> str:
        return failure(
            run, record, files=record.files, folders={record.spec.checkpoint: record.spec.model}
        )
