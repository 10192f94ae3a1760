"""Tables of visitors, predicted by a process each: followed, stopped, gone on with, kept.

One at a time, and none beside a training or recording: all have the lock of the folder of runs.
Knows no components.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.jobs import words
from app.jobs.copies import copied
from app.jobs.folders import clean_name, now, slug
from app.jobs.kept import TABLES_FOLDER
from app.jobs.process import give_way
from app.jobs.processes import Grace
from app.jobs.resumable import ResumableJobs, ResumableProcesses
from app.jobs.store import Store
from app.models.requests import Refused
from app.table import words as table_words
from app.table.board import TableBoard, TableLive
from app.table.folder import TableFolder, TableInfo, TableRecord, TableSpec


class Predictors(ResumableProcesses[TableFolder]):
    """The processes of tables. They give way, so that single predictions of the page stay quick
    beside them."""

    def begin(self, run: TableFolder) -> None:
        super().begin(run)
        record = run.record()
        if record is not None and record.process is not None:
            give_way(record.process)


class TableJobs(ResumableJobs[TableFolder, TableRecord, TableInfo]):
    """All tables below a folder of runs. single_user: whoever asks sees every one."""

    def __init__(
        self, runs: Path, *, device: str, single_user: bool, grace: Grace | None = None
    ) -> None:
        """Raises OSError."""
        runs = runs.resolve()
        self._device = device
        store = Store(runs / TABLES_FOLDER, TableFolder, words.TABLE.none, single_user=single_user)
        processes = Predictors(runs, self._command, words.TABLE.not_started, grace or Grace())
        super().__init__(runs, words.TABLE, store, processes, TableBoard(processes))

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

    def live(self, run: str, owner: str) -> TableLive:
        return self._board.live(*self._store.mine(run, owner))

    def predictions(self, run: str, owner: str) -> tuple[Path, TableSpec]:
        """Where the rows that are finished lie, and what was asked. Refused: there are none."""
        folder, record = self._store.mine(run, owner)
        if not folder.predictions.is_file():
            raise Refused(table_words.NO_PREDICTIONS.format(name=record.name))
        return folder.predictions, replace(record.spec, name=record.name)

    def export(self, run: str, owner: str, folder: Path) -> Path:
        """The table with its predictions so far, in `folder`, under the table's own name."""
        path, spec = self.predictions(run, owner)
        made = folder / f"{slug(spec.name)}-predictions.csv"
        try:
            shutil.copyfile(path, made)
        except OSError as error:
            raise Refused(words.NOT_EXPORTED.format(why=error.strerror or error)) from error
        return made

    def _command(self, run: TableFolder) -> Sequence[str]:
        record = run.record()
        if record is None:
            raise Refused(self._said.none)
        command = record.spec.below(run.path).command(run.predictions, run.path)
        return ["-m", "lfdrt", *command, "--device", self._device]
