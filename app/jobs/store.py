"""The folder of runs, and who may see which. Starts nothing and knows no process.

Runs that the command line made in the same folder have no run.json and are left alone.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import text_jobs as text
from app.jobs.runs import Record, RunFolder, forgotten, half_made, is_id
from app.service import Refused

HALF_MADE_FOR = 86_400.0
"""Seconds after which a folder that never became a run is removed; nobody's run ever is."""


class Store:
    """single_user: whoever asks sees every run; otherwise only its own."""

    def __init__(self, folder: Path, *, single_user: bool) -> None:
        """Raises OSError."""
        self._folder, self._single_user = folder, single_user
        folder.mkdir(parents=True, exist_ok=True)
        for path in forgotten(folder, older=HALF_MADE_FOR):
            shutil.rmtree(path, ignore_errors=True)

    def runs(self) -> list[tuple[RunFolder, Record]]:
        """Of everybody."""
        folders = [RunFolder(path) for path in self._folder.iterdir() if is_id(path.name)]
        pairs = [(run, run.record()) for run in folders]
        return [(run, record) for run, record in pairs if record is not None]

    def mine(self, run: str, owner: str) -> tuple[RunFolder, Record]:
        """Refused, in the same words, for a run that is not there and for one of another owner."""
        folder = RunFolder(self._folder / run) if is_id(run) else None
        record = folder.record() if folder is not None else None
        if folder is None or record is None or not self.visible(record, owner):
            raise Refused(text.NO_RUN)
        return folder, record

    def visible(self, record: Record, owner: str) -> bool:
        if self._single_user:
            return True
        return owner != "" and secrets.compare_digest(record.owner.encode(), owner.encode())

    def check_owner(self, owner: str) -> None:
        """Refused where a run would be nobody's: nobody would ever see it."""
        if not self._single_user and not owner:
            raise Refused(text.NO_OWNER)

    def kept_owner(self, owner: str) -> str:
        return "" if self._single_user else owner

    @contextmanager
    def making(self) -> Iterator[RunFolder]:
        """A folder to fill, until `finish`; whatever fails, nothing of it is left."""
        with writing():
            made = half_made(self._folder)
        try:
            yield RunFolder(made)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def finish(self, made: RunFolder, record: Record, run: str) -> str:
        """It is the run of that id from here on. Raises Refused."""
        with writing():
            made.write(record)
            made.path.rename(self._folder / run)
        return run


@contextmanager
def writing() -> Iterator[None]:
    """A full disk, or a folder that may not be written, as a sentence."""
    try:
        yield
    except OSError as error:
        raise Refused(text.NOT_STORED.format(why=error.strerror or error)) from error
