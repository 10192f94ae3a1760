"""A run in its folder, as the app knows it: run.json beside what `lfdrt rethink` writes.

Folders are found by their run.json, so runs that the command line made beside them are left alone.
Starts no process.
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

from pydantic import TypeAdapter

from app import text_jobs as text
from app.jobs.process import ProcessMark
from app.jobs.spec import JobSpec
from app.service import Refused

ACTIVE = ("starting", "running", "paused", "stopping")
USABLE = ("done", "kept", "collapsed", "imported")
FINAL = (*USABLE, "discarded")
ENDS = {"done": "done", "stopped": "kept", "discarded": "discarded", "collapsed": "collapsed"}
"""State by the reason that a run's last event gives."""

_ID = re.compile(r"[0-9a-f]{16}")
_NAME_LENGTH = 120  # characters
_HALF_MADE = ".new-"
_CHANGING = threading.Lock()  # several visitors' threads read and write run.json


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """A run in a list. state: one of ACTIVE, FINAL, "failed" or "lost". created: ISO 8601, UTC.
    language: None: each row's own. checkpoint: where its model is, None without one. reason: that
    of its last event. base: name of the checkpoint that was tuned."""

    id: str
    name: str
    owner: str
    state: str
    created: str
    language: str | None
    rows: int
    preset: str
    checkpoint: Path | None
    reason: str
    base: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """run.json. spec: its files are relative to the run's folder. files: the names that the user
    knows them by. log_from: where in log.txt the newest process began. ended, reason: once the run
    is over for good. note: why it is lost. last_try: the process only has to write what is saved.
    """

    name: str
    owner: str
    created: str
    spec: JobSpec
    files: dict[str, str]
    process: ProcessMark | None = None
    log_from: int = 0
    ended: str = ""
    reason: str = ""
    note: str = ""
    last_try: bool = False


class RunFolder:
    """Paths and run.json of one run."""

    def __init__(self, path: Path) -> None:
        self.path, self.id = path, path.name
        self.events = path / "events.jsonl"
        self.log = path / "log.txt"
        self.control = path / "control"
        self.state = path / "state.pt"
        self.checkpoint = path / "checkpoint"
        self.data = path / "data"
        self._record = path / "run.json"

    def record(self) -> Record | None:
        """None where there is none that can be read."""
        try:
            return _reader().validate_json(self._record.read_bytes())
        except (OSError, ValueError):
            return None

    def write(self, record: Record) -> Record:
        self._replace(self._record, json.dumps(asdict(record), default=_plain, indent=1))
        return record

    def change(self, **changes: object) -> Record | None:
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

    @property
    def has_checkpoint(self) -> bool:
        return (self.checkpoint / "config.json").is_file()

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
def _reader() -> TypeAdapter[Record]:
    """Made once: it takes 10 ms, and run.json is read several times a second."""
    return TypeAdapter(Record)


def new_id() -> str:
    return secrets.token_hex(8)


def is_id(run: str) -> bool:
    """Whether it can be a run's id: no other name ever becomes a path."""
    return _ID.fullmatch(run) is not None


def clean_name(name: str) -> str:
    """One line, not empty, not endless. Raises Refused."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    clean = " ".join(printable.split())[:_NAME_LENGTH].rstrip()
    if not clean:
        raise Refused(text.NO_NAME)
    return clean


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def half_made(folder: Path) -> Path:
    """A folder to fill before it gets a run's name. Raises OSError."""
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
