"""How trainings stand: state, progress and failure, from their files and their processes.

Knows no owners.
"""

from __future__ import annotations

from dataclasses import replace

from app.finetune.folder import ACTIVE, ENDS, FINAL, Record, RunFolder, RunInfo
from app.finetune.live import Live, Progress, live_of
from app.finetune.trainer import ENDING, Trainer, clear
from app.jobs.last_words import failure
from app.jobs.tail import Tails


class Board:
    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._tails = Tails(Progress)

    def progress(self, run: RunFolder) -> Progress:
        return self._tails.look(run.id, run.events, lambda p: p)

    def forget(self, run: str) -> None:
        self._tails.forget(run)

    def live(self, run: RunFolder, record: Record) -> Live:
        info = self.info(run, record)
        said = self._failure(run, record) if info.state in ("failed", "lost") else ""
        active = info.state in ACTIVE
        return self._tails.look(
            run.id, run.events, lambda p: live_of(info, p, active=active, failure=said)
        )

    def info(self, run: RunFolder, record: Record) -> RunInfo:
        """Writes down the end of a run that is over for good, and clears what it needs no more."""
        state, reason = self._state(run, record)
        if state in FINAL and not record.ended:
            record = replace(record, ended=state, reason=reason)
            run.change(ended=state, reason=reason)
            clear(run, state)
        return RunInfo(
            id=run.id,
            name=record.name,
            owner=record.owner,
            state=state,
            created=record.created,
            language=record.spec.language,
            rows=record.spec.rows,
            preset=record.spec.preset,
            checkpoint=run.checkpoint if state in FINAL and run.has_checkpoint else None,
            reason=reason,
            base=record.spec.checkpoint.name,
        )

    def _state(self, run: RunFolder, record: Record) -> tuple[str, str]:
        """State and reason. A process that has ended is done only with all it had to write."""
        if record.ended:
            return record.ended, record.reason
        alive = self._trainer.alive(run, record)
        progress = self.progress(run)
        if alive:
            return self._at_work(run, progress), ""
        finished = progress.finished
        if finished is not None and (run.has_checkpoint or finished.reason == "discarded"):
            return ENDS.get(finished.reason, "done"), finished.reason
        return ("lost" if record.note or not self._failure(run, record) else "failed"), ""

    def _at_work(self, run: RunFolder, progress: Progress) -> str:
        word = run.word()
        if word in ENDING:
            return "stopping"
        if not progress.seen:
            return "starting"
        return "paused" if word == "pause" else "running"

    def _failure(self, run: RunFolder, record: Record) -> str:
        return record.note or failure(run, record, files=record.files, folders={})


def doing(progress: Progress) -> str:
    """What a process is at: "preparing", "training", or "saving", which ends it."""
    if progress.finished is not None or progress.stage == "saving":
        return "saving"
    return "training" if progress.points or progress.stage == "training" else "preparing"
