"""The folder of one kind of jobs, and who may see which. Starts nothing and knows no process."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic

from app.jobs import words
from app.jobs.folders import F, JobRecord, R, forgotten, half_made, is_id
from app.models.requests import Refused

HALF_MADE_FOR = 86_400.0
"""Seconds after which a folder that never became a run is removed; nobody's run ever is."""


class Store(Generic[F, R]):
    """kind: of a job's folder. none: the sentence for a job that is not there. single_user: whoever
    asks sees every job; otherwise only its own."""

    def __init__(self, folder: Path, kind: type[F], none: str, *, single_user: bool) -> None:
        """Raises OSError."""
        self.folder, self._kind, self._none = folder, kind, none
        self._single_user = single_user
        folder.mkdir(parents=True, exist_ok=True)
        for path in forgotten(folder, older=HALF_MADE_FOR):
            shutil.rmtree(path, ignore_errors=True)

    def runs(self) -> list[tuple[F, R]]:
        """Of everybody."""
        folders = [self._kind(path) for path in self.folder.iterdir() if is_id(path.name)]
        pairs = [(run, run.record()) for run in folders]
        return [(run, record) for run, record in pairs if record is not None]

    def find(self, run: str) -> tuple[F, R] | None:
        """Whoever's it is."""
        folder = self._kind(self.folder / run) if is_id(run) else None
        record = folder.record() if folder is not None else None
        return None if folder is None or record is None else (folder, record)

    def mine(self, run: str, owner: str) -> tuple[F, R]:
        """Refused, in the same words, for a job that is not there and for one of another owner."""
        found = self.find(run)
        if found is None or not self.visible(found[1], owner):
            raise Refused(self._none)
        return found

    def visible(self, record: JobRecord, owner: str) -> bool:
        if self._single_user:
            return True
        return owner != "" and secrets.compare_digest(record.owner.encode(), owner.encode())

    def check_owner(self, owner: str) -> None:
        """Refused where a job would be nobody's: nobody would ever see it."""
        if not self._single_user and not owner:
            raise Refused(words.NO_OWNER)

    def kept_owner(self, owner: str) -> str:
        return "" if self._single_user else owner

    @contextmanager
    def making(self) -> Iterator[F]:
        """A folder to fill, until `finish`; whatever fails, nothing of it is left."""
        with writing():
            made = half_made(self.folder)
        try:
            yield self._kind(made)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def finish(self, made: F, record: R, run: str) -> str:
        """It is the job of that id from here on. Raises Refused."""
        with writing():
            made.write(record)
            made.path.rename(self.folder / run)
        return run


@contextmanager
def writing() -> Iterator[None]:
    """A full disk, or a folder that may not be written, as a sentence."""
    try:
        yield
    except OSError as error:
        raise Refused(words.NOT_STORED.format(why=error.strerror or error)) from error
