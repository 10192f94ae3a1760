"""Jobs in their folders, and who may see which: run.json, log.txt, events.jsonl, control.

A job is found by its run.json; what the command line made beside it is left alone. Starts nothing.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Generic

from pydantic import TypeAdapter

from app.jobs import words
from app.jobs.kind import GO, S
from app.jobs.process import ProcessMark
from app.models.requests import Refused
from lfdrt.runs.files import replace_whole, sealed, unsealed

HALF_MADE_FOR = 86_400.0
"""Seconds after which a folder that never became a run is removed; nobody's run ever is."""

_ID = re.compile(r"[0-9a-f]{16}")
_SECRET = re.compile(rb"[0-9a-f]{64}")
_NO_NAME = re.compile(r"[^\w.-]+")
_NAME_LENGTH = 120  # characters
_HALF_MADE = ".new-"
_CHANGING = threading.Lock()  # several visitors' threads read and write run.json

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class JobRecord(Generic[S]):
    """run.json. spec: its files are relative to the folder; files: the names that the user knows
    them by. log_from: where in log.txt the newest process began. ended: how, once it is over for
    good; reason: how it had ended, of one that was brought in. note: why it is lost. seconds: that
    its process took, where one process made all of it. last_try: the process only has to write what
    is saved."""

    name: str
    owner: str
    created: str
    spec: S
    files: dict[str, str] = field(default_factory=dict)
    process: ProcessMark | None = None
    log_from: int = 0
    ended: str = ""
    reason: str = ""
    note: str = ""
    seconds: float = 0.0
    last_try: bool = False


class JobFolder(Generic[S]):
    def __init__(self, path: Path, spec: type[S]) -> None:
        self.path, self.id = path, path.name
        self._spec: Any = spec  # hashable, which mypy does not see of a type
        self.log = path / "log.txt"
        self.events = path / "events.jsonl"
        self.control = path / "control"
        self.about = path / "run.json"

    def record(self) -> JobRecord[S] | None:
        """None where there is none that can be read."""
        try:
            held = unsealed(json.loads(self.about.read_text(encoding="utf-8")))
            read: JobRecord[S] = _reader(self._spec).validate_python(held)
            return read
        except (OSError, ValueError, RecursionError) as error:
            if self.about.is_file():
                _told_once(self.about, str(error))
            return None

    def write(self, record: JobRecord[S]) -> None:
        plain = json.loads(json.dumps(asdict(record), default=_plain))
        replace_whole(self.about, json.dumps(sealed(plain), indent=1))

    def change(self, **changes: Any) -> None:
        """Raises OSError, also where there is no record that can be read."""
        with _CHANGING:
            record = self.record()
            if record is None:
                raise FileNotFoundError(2, "the run cannot be read any more", str(self.about))
            self.write(replace(record, **changes))

    def word(self) -> str:
        """What the control file says; "go" without one that can be read."""
        try:
            return self.control.read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            return GO

    def say(self, word: str) -> None:
        replace_whole(self.control, word)

    def owner(self) -> str:
        """Of a job whose run.json is none, as far as that can be told; "" where it cannot."""
        try:
            return str(json.loads(self.about.read_text(encoding="utf-8"))["owner"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return ""


class Store(Generic[S]):
    """The jobs of one kind. said: the kind's words. single_user: whoever asks sees every job;
    otherwise only its own."""

    def __init__(
        self, folder: Path, spec: type[S], said: words.JobWords, *, single_user: bool
    ) -> None:
        self.folder, self._spec, self._said = folder, spec, said
        self.single_user = single_user

    def open(self) -> None:
        """The folder is there and can be written, without what never became a run. Raises
        OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=self.folder).close()  # permissions do not tell of every disk
        for path in self.folder.glob(f"{_HALF_MADE}*"):
            if path.is_dir() and time.time() - path.stat().st_mtime > HALF_MADE_FOR:
                shutil.rmtree(path, ignore_errors=True)

    def all(self) -> list[tuple[JobFolder[S], JobRecord[S] | None]]:
        """Of everybody, with those whose run.json cannot be read."""
        paths = self.folder.iterdir() if self.folder.is_dir() else ()
        runs = [JobFolder(path, self._spec) for path in paths if _is_id(path.name)]
        return [(run, run.record()) for run in runs if run.about.exists()]

    def runs(self) -> list[tuple[JobFolder[S], JobRecord[S]]]:
        """Of everybody."""
        return [(run, record) for run, record in self.all() if record is not None]

    def damaged(self, owner: str) -> list[JobFolder[S]]:
        """Those that cannot be read, as far as their owner still can."""
        return [
            run for run, record in self.all() if record is None and self.visible(run.owner(), owner)
        ]

    def find(self, run: str) -> tuple[JobFolder[S], JobRecord[S]] | None:
        """Whoever's it is."""
        if not _is_id(run):
            return None
        folder = JobFolder(self.folder / run, self._spec)
        record = folder.record()
        return None if record is None else (folder, record)

    def mine(self, run: str, owner: str) -> tuple[JobFolder[S], JobRecord[S]]:
        """Refused, in the same words, for a job that is not there and for one of another owner."""
        found = self.find(run)
        if found is None or not self.visible(found[1].owner, owner):
            raise Refused(self._said.none)
        return found

    def visible(self, whose: str, owner: str) -> bool:
        if self.single_user:
            return True
        return owner != "" and secrets.compare_digest(whose.encode(), owner.encode())

    def check_owner(self, owner: str) -> None:
        """Refused where a job would be nobody's: nobody would ever see it."""
        if not self.single_user and not owner:
            raise Refused(words.NO_OWNER)

    @contextmanager
    def making(self) -> Iterator[JobFolder[S]]:
        """A folder to fill, until `finish`; whatever fails, nothing of it is left."""
        with writing():
            made = self.folder / f"{_HALF_MADE}{secrets.token_hex(8)}"
            made.mkdir(parents=True)
        try:
            yield JobFolder(made, self._spec)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def finish(
        self, made: JobFolder[S], run: str, owner: str, record: JobRecord[S]
    ) -> JobFolder[S]:
        """It is the job of that id and owner from here on. Raises Refused."""
        with writing():
            made.write(replace(record, owner="" if self.single_user else owner))
            made.path.rename(self.folder / run)
        return JobFolder(self.folder / run, self._spec)

    def remove(self, folder: JobFolder[S], name: str) -> None:
        """All of it. Raises Refused."""
        with self.making() as gone:
            try:  # a rename first: a job is there or not, never half
                folder.path.rename(gone.path / "run")
            except OSError as error:
                why = error.strerror or error
                raise Refused(words.NOT_DELETED.format(name=name, why=why)) from error


@contextmanager
def writing(said: str = "") -> Iterator[None]:
    """A full disk, or a folder that may not be written, as a sentence with {why}. said: of another
    folder than that of jobs."""
    try:
        yield
    except OSError as error:
        said = said or words.NOT_STORED
        raise Refused(said.format(why=error.strerror or error)) from error


def browser_secret(folder: Path) -> str:
    """For what a browser keeps of the app of these runs: the same after a restart; a new one in
    place of a damaged one. OSError."""
    path = folder / "browser.secret"
    if not path.is_file() or not _SECRET.fullmatch(path.read_bytes()):
        aside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
                f.write(secrets.token_hex(32))
            aside.replace(path)  # never half: an empty one would lock everybody out
        finally:
            aside.unlink(missing_ok=True)
    return path.read_text(encoding="utf-8")


def touched(path: Path) -> float:
    """When a file was last written; 0 for none."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def new_id() -> str:
    return secrets.token_hex(8)


def _is_id(job: str) -> bool:
    """Whether it can be a job's id: no other name ever becomes a path."""
    return _ID.fullmatch(job) is not None


def clean_name(name: str, missing: str) -> str:
    """One line, not empty, not endless. Raises Refused with the sentence `missing`."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    clean = " ".join(printable.split())[:_NAME_LENGTH].rstrip()
    if not clean:
        raise Refused(missing)
    return clean


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@cache
def _reader(spec: Hashable) -> TypeAdapter[Any]:
    """Made once: it takes 10 ms, and run.json is read several times a second."""
    return TypeAdapter(JobRecord[spec])  # type: ignore[valid-type]


@cache
def _told_once(path: Path, why: str) -> None:
    log.warning("%s cannot be read: %s", path, why)


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return value.as_posix()
    raise TypeError(f"{type(value).__name__} has no place in run.json")


def slug(name: str) -> str:
    """A name as a plain file name, in any script; "training" where nothing is left."""
    return _NO_NAME.sub("-", name).strip("-.")[:60].strip("-.") or "training"
