"""What every kind of jobs does alike: begun under one lock, listed, renamed and deleted.

Every method with a job's id gives one sentence for a job that is not there and for one that is
another visitor's. Knows no components, and not what a job does.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from app.jobs import words
from app.jobs.folders import F, JobFolder, JobRecord, R, clean_name, half_made, new_id
from app.jobs.processes import Processes
from app.jobs.store import Store, writing
from app.models.requests import Refused

RECORDINGS_FOLDER, TABLES_FOLDER = "recordings", "tables"
"""In the folder of runs, whose other folders are trainings."""

log = logging.getLogger(__name__)


class Info(Protocol):
    """A job in a list."""

    @property
    def id(self) -> str: ...
    @property
    def created(self) -> str: ...


I_ = TypeVar("I_", bound=Info)


class Board(Protocol[I_]):
    """How jobs stand."""

    def info(self, run: Any, record: Any) -> I_: ...
    def forget(self, run: str) -> None: ...


class KeptJobs(Generic[F, R, I_]):
    """runs: the folder whose lock all kinds share."""

    def __init__(
        self,
        runs: Path,
        said: words.JobWords,
        store: Store[F, R],
        processes: Processes[F],
        board: Board[I_],
    ) -> None:
        self._runs, self._said = runs, said
        self._store, self._processes, self._board = store, processes, board

    def history(self, owner: str) -> list[I_]:
        """Newest first."""
        pairs = [
            (run, record)
            for run, record in self._store.runs()
            if self._store.visible(record, owner)
        ]
        found = [self._board.info(run, record) for run, record in pairs]
        return sorted(found, key=lambda info: (info.created, info.id), reverse=True)

    def rename(self, run: str, owner: str, name: str) -> None:
        folder, _ = self._store.mine(run, owner)
        with writing():
            folder.change(name=clean_name(name, self._said.no_name))

    def delete(self, run: str, owner: str) -> None:
        """All of its folder. Refused while it runs."""
        folder, record = self._store.mine(run, owner)
        if self._processes.alive(folder, record):
            raise Refused(words.STILL_RUNNING.format(name=record.name))
        self._remove(folder, record.name)

    def erase(self, gone: Callable[[str], bool]) -> list[str]:
        """The ids of all jobs of owners that are `gone`: ended where they run, and deleted. A
        folder that cannot be deleted now stays for the next call."""
        erased = []
        for folder, record in self._store.runs():
            if not gone(record.owner):
                continue
            self._processes.kill(folder, record)
            erased.append(folder.id)
            try:
                self._remove(folder, record.name)
            except Refused as why:
                log.warning("%s", why)
        return erased

    def _remove(self, folder: F, name: str) -> None:
        """Raises Refused."""
        with writing():
            gone = half_made(self._store.folder)
        try:  # a rename first: a job is there or not, never half
            folder.path.rename(gone / "run")
        except OSError as error:
            why = error.strerror or error
            raise Refused(words.NOT_DELETED.format(name=name, why=why)) from error
        finally:
            shutil.rmtree(gone, ignore_errors=True)
        self._board.forget(folder.id)

    def _start(self, owner: str, fill: Callable[[F], R]) -> str:
        """The new job's id. fill: puts into a new folder what belongs there."""
        self._store.check_owner(owner)
        run = new_id()
        self._reserve(run, owner)
        try:
            with self._store.making() as made:
                self._store.finish(made, fill(made), run)
        except BaseException:
            self._processes.lock.release(run)
            raise
        self._processes.begin(self._store.mine(run, owner)[0])
        return run

    def _go_on(self, folder: F, owner: str, prepare: Callable[[], object]) -> None:
        """Its process anew, after `prepare`."""
        self._reserve(folder.id, owner)
        try:
            with writing():
                prepare()
        except BaseException:
            self._processes.lock.release(folder.id)
            raise
        self._processes.begin(folder)

    def _reserve(self, run: str, owner: str) -> None:
        with writing():
            if self._processes.reserve(run):
                return
        said, record = self._holder()
        if record is not None and self._store.visible(record, owner):
            raise Refused(said.busy_own.format(name=record.name))
        raise Refused(said.busy)

    def _holder(self) -> tuple[words.JobWords, JobRecord | None]:
        """What runs, of whichever kind; no record while its folder is being filled."""
        held = self._processes.lock.holder()
        kinds = {
            self._runs: words.TRAINING,
            self._runs / RECORDINGS_FOLDER: words.RECORDING,
            self._runs / TABLES_FOLDER: words.TABLE,
        }
        for folder, said in kinds.items() if held is not None else ():
            if (record := JobFolder[JobRecord](folder / held.run).record()) is not None:
                return said, record
        return self._said, None
