"""Jobs that lose nothing of what is finished when they end early: recordings and tables.

Told to stop by a word, ended where they do not listen, and gone on with from there. Knows no
components, and not what a job does.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Protocol, TypeVar

from app.jobs import words
from app.jobs.folders import JobFolder, JobRecord, R
from app.jobs.kept import Board, Info, KeptJobs
from app.jobs.process import kill_tree
from app.jobs.processes import Processes, touched
from app.jobs.store import Store, writing
from app.models.requests import Refused

ACTIVE = ("starting", "running", "stopping")
GOES_ON = ("stopped", "lost", "failed")
DONE = "done"
STOP = "stop"


def elapsed(state: str, record: JobRecord) -> float | None:
    """Seconds since its process began; None where none is at work."""
    if state not in ACTIVE or record.process is None:
        return None
    return max(0.0, time.time() - record.process.create_time)


class ResumableFolder(JobFolder[R]):
    """events: what its process says; each kind sets it."""

    events: Path

    def begin_anew(self) -> None:
        """What an earlier process was told and said is past; what it finished stays."""
        self.say("go")
        self.events.unlink(missing_ok=True)


class ResumableInfo(Info, Protocol):
    """state: one of ACTIVE, GOES_ON or DONE."""

    @property
    def state(self) -> str: ...


F = TypeVar("F", bound=ResumableFolder[Any])
I_ = TypeVar("I_", bound=ResumableInfo)
L = TypeVar("L", covariant=True)


class LiveBoard(Board[I_], Protocol[I_, L]):
    def live(self, run: Any, record: Any) -> L: ...


class ResumableProcesses(Processes[F]):
    """They write whole parts only: ending one loses none."""

    def waiting(self, run: F, record: JobRecord) -> bool:
        return run.word() == STOP

    def deadline(self, run: F) -> float:
        """Before its first event a process listens to nobody, and there is nothing to lose."""
        told = touched(run.control)
        return told + self.grace.seconds if run.events.is_file() else told

    def end(self, run: F, record: JobRecord) -> None:
        kill_tree(record.process, run.id)


class ResumableJobs(KeptJobs[F, R, I_]):
    """Those that were told to stop before this program began are waited for."""

    _board: LiveBoard[I_, Any]

    def __init__(
        self,
        runs: Path,
        said: words.JobWords,
        store: Store[F, R],
        processes: ResumableProcesses[F],
        board: LiveBoard[I_, Any],
    ) -> None:
        super().__init__(runs, said, store, processes, board)
        for run, record in store.runs():
            if not record.ended and run.word() == STOP:
                processes.watch(run)

    def stop(self, run: str, owner: str) -> None:
        """What is finished stays; a process that does not listen is ended."""
        folder, record = self._store.mine(run, owner)
        if self._board.info(folder, record).state not in ACTIVE:
            raise Refused(words.NOT_RUNNING.format(name=record.name))
        with writing():
            folder.say(STOP)
        self._processes.watch(folder)

    def resume(self, run: str, owner: str) -> None:
        """Go on with one that was stopped, lost or failed: what is finished is not done again."""
        folder, record = self._store.mine(run, owner)
        if self._board.info(folder, record).state not in GOES_ON:
            raise Refused(self._said.not_resumable.format(name=record.name))
        self._go_on(folder, owner, folder.begin_anew)
