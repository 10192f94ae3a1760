"""Tables of visitors, predicted by a process each: followed, stopped, gone on with, kept.

One at a time, and none beside a training or recording: all have the lock of the folder of runs.
Knows no components.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app import text_jobs as text
from app.jobs.copies import copied
from app.jobs.folders import clean_name, now
from app.jobs.kept import TABLES_FOLDER, KeptJobs
from app.jobs.process import give_way, kill_tree
from app.jobs.processes import Grace, Processes, touched
from app.jobs.record_folder import ACTIVE, GOES_ON, STOP
from app.jobs.spec import slug
from app.jobs.store import Store, writing
from app.jobs.table_board import TableBoard, TableLive
from app.jobs.table_folder import TableFolder, TableInfo, TableRecord, TableSpec
from app.service import Refused


class Predictors(Processes[TableFolder]):
    """The processes of tables, which write whole rows only: ending one loses none. They give way,
    so that single predictions of the page stay quick beside them."""

    def begin(self, run: TableFolder) -> None:
        super().begin(run)
        record = run.record()
        if record is not None and record.process is not None:
            give_way(record.process)

    def waiting(self, run: TableFolder, record: TableRecord) -> bool:
        return run.word() == STOP

    def deadline(self, run: TableFolder) -> float:
        """Before its first event a process listens to nobody, and there is nothing to lose."""
        told = touched(run.control)
        return told + self.grace.seconds if run.events.is_file() else told

    def end(self, run: TableFolder, record: TableRecord) -> None:
        kill_tree(record.process, run.id)


class TableJobs(KeptJobs[TableFolder, TableRecord, TableInfo]):
    """All tables below a folder of runs. single_user: whoever asks sees every one."""

    def __init__(
        self, runs: Path, *, device: str, single_user: bool, grace: Grace | None = None
    ) -> None:
        """Raises OSError."""
        runs = runs.resolve()
        self._device = device
        store = Store(runs / TABLES_FOLDER, TableFolder, text.TABLE.none, single_user=single_user)
        processes = Predictors(runs, self._command, text.TABLE.not_started, grace or Grace())
        self._board: TableBoard = TableBoard(processes)
        super().__init__(runs, text.TABLE, store, processes, self._board)
        for run, record in store.runs():
            if not record.ended and run.word() == STOP:
                processes.watch(run)

    def start(self, spec: TableSpec, owner: str) -> str:
        """The new job's id. Refused: something runs already, or no room for the files."""

        def filled(made: TableFolder) -> TableRecord:
            kept, names = copied(spec, made.path)
            return TableRecord(
                name=clean_name(spec.name, self._said.no_name),
                owner=self._store.kept_owner(owner),
                created=now(),
                spec=kept,
                files=names,
            )

        return self._start(owner, filled)

    def stop(self, run: str, owner: str) -> None:
        """Finished rows stay; a process that does not listen is ended."""
        folder, record = self._store.mine(run, owner)
        if self._board.info(folder, record).state not in ACTIVE:
            raise Refused(text.NOT_RUNNING.format(name=record.name))
        with writing():
            folder.say(STOP)
        self._processes.watch(folder)

    def resume(self, run: str, owner: str) -> None:
        """Go on with one that was stopped, lost or failed: finished rows are not done again."""
        folder, record = self._store.mine(run, owner)
        if self._board.info(folder, record).state not in GOES_ON:
            raise Refused(self._said.not_resumable.format(name=record.name))
        self._go_on(folder, owner, folder.begin_anew)

    def live(self, run: str, owner: str) -> TableLive:
        return self._board.live(*self._store.mine(run, owner))

    def predictions(self, run: str, owner: str) -> tuple[Path, TableSpec]:
        """Where the rows that are finished lie, and what was asked. Refused: there are none."""
        folder, record = self._store.mine(run, owner)
        if not folder.predictions.is_file():
            raise Refused(text.NO_PREDICTIONS.format(name=record.name))
        return folder.predictions, replace(record.spec, name=record.name)

    def export(self, run: str, owner: str, folder: Path) -> Path:
        """The table with its predictions so far, in `folder`, under the table's own name."""
        path, spec = self.predictions(run, owner)
        made = folder / f"{slug(spec.name)}-predictions.csv"
        try:
            shutil.copyfile(path, made)
        except OSError as error:
            raise Refused(text.NOT_EXPORTED.format(why=error.strerror or error)) from error
        return made

    def _command(self, run: TableFolder) -> Sequence[str]:
        record = run.record()
        if record is None:
            raise Refused(self._said.none)
        command = record.spec.below(run.path).command(run.predictions, run.path)
        return ["-m", "lfdrt", *command, "--device", self._device]
