"""A job's folder, whatever the job does: run.json, log.txt and its control file.

Folders are found by their run.json, so what the command line made beside them is left alone. Starts
no process.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import TypeAdapter

from app.jobs.process import ProcessMark
from app.models.requests import Refused

_ID = re.compile(r"[0-9a-f]{16}")
_NAME_LENGTH = 120  # characters
_HALF_MADE = ".new-"
_CHANGING = threading.Lock()  # several visitors' threads read and write run.json


@dataclass(frozen=True, kw_only=True)
class JobRecord:
    """What run.json says of every job. log_from: where in log.txt the newest process began. ended:
    its state, once it is over for good. note: why it is lost."""

    name: str
    owner: str
    created: str
    process: ProcessMark | None = None
    log_from: int = 0
    ended: str = ""
    note: str = ""


R = TypeVar("R", bound=JobRecord)
F = TypeVar("F", bound="JobFolder[Any]")


class JobFolder(Generic[R]):
    """Paths and run.json of one job. Of this class itself: what all kinds have."""

    kind: ClassVar[type[JobRecord]] = JobRecord

    def __init__(self, path: Path) -> None:
        self.path, self.id = path, path.name
        self.log = path / "log.txt"
        self.control = path / "control"
        self._record = path / "run.json"

    def record(self) -> R | None:
        """None where there is none that can be read."""
        try:
            return _reader(self.kind).validate_json(self._record.read_bytes())
        except (OSError, ValueError):
            return None

    def write(self, record: R) -> R:
        self._replace(self._record, json.dumps(asdict(record), default=_plain, indent=1))
        return record

    def change(self, **changes: object) -> R | None:
        with _CHANGING:
            record = self.record()
            return None if record is None else self.write(replace(record, **changes))

    def word(self) -> str:
        """What the control file says; "go" without one."""
        try:
            return self.control.read_text(encoding="utf-8").strip()
        except OSError:
            return "go"

    def say(self, word: str) -> None:
        self._replace(self.control, word)

    def _replace(self, path: Path, words: str) -> None:
        """Whole or not at all; a reader that has the file open (Windows) is waited for."""
        aside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        aside.write_text(words, encoding="utf-8")
        for again in range(20):
            try:
                aside.replace(path)
                return
            except PermissionError:
                if again == 19:
                    raise
                time.sleep(0.05)


@cache
def _reader(kind: type[JobRecord]) -> TypeAdapter[Any]:
    """Made once: it takes 10 ms, and run.json is read several times a second."""
    return TypeAdapter(kind)


def new_id() -> str:
    return secrets.token_hex(8)


def is_id(job: str) -> bool:
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


def half_made(folder: Path) -> Path:
    """A folder to fill before it gets a job's name. Raises OSError."""
    path = folder / f"{_HALF_MADE}{secrets.token_hex(8)}"
    path.mkdir(parents=True)
    return path


def forgotten(folder: Path, *, older: float) -> Iterator[Path]:
    """Half-made folders that nobody has touched for so many seconds."""
    for path in folder.glob(f"{_HALF_MADE}*"):
        if path.is_dir() and time.time() - path.stat().st_mtime > older:
            yield path


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return value.as_posix()
    raise TypeError(f"{type(value).__name__} has no place in run.json")


_NO_NAME = re.compile(r"[^\w.-]+")


def slug(name: str) -> str:
    """A name as a plain file name, in any script; "training" where nothing is left."""
    return _NO_NAME.sub("-", name).strip("-.")[:60].strip("-.") or "training"
