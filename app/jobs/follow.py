"""What a job says of itself, read as it grows: its events, and the last words of a process that
failed."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Self

from app.jobs.kind import P, Sums
from app.jobs.store import JobFolder, JobRecord
from app.places import HOME
from lfdrt.events import Event, Preparing, RunFinished, RunStarted, from_line

RECENT = 20
"""Looks over which a speed is averaged."""
APART = 0.2
"""Seconds: events that one look finds are of one time, since they carry none."""

_KNOWN = 256  # bytes before the place of reading, by which the file is recognised
_LAST = 16_384  # bytes of a log that are looked at
_SENTENCE = re.compile(r"^(?:lfdrt|python -m lfdrt\b[\w ]*): (.+)$")
_RAISED = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception|Interrupt|Failed)\b(?:: .*)?$")
_STOPPED = "Stopped."


class Speed:
    """Of what is counted, by the clock of whoever looks, so that whatever a process does between
    two counts is in it."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque(maxlen=RECENT)

    def mark(self, done: int) -> None:
        now = time.monotonic()
        if self._marks and now - self._marks[-1][0] < APART:
            now, _ = self._marks.pop()
        self._marks.append((now, done))

    def forget(self) -> None:
        self._marks.clear()

    def seconds(self, left: int) -> float | None:
        """For so many more; None before a speed is known."""
        if len(self._marks) < 2:
            return None
        (began, first), (ended, last) = self._marks[0], self._marks[-1]
        return left * (ended - began) / max(1, last - first)

    def __copy__(self) -> Self:
        made = type(self)()
        made._marks.extend(self._marks)
        return made


class Counted(Sums):
    """Of a job that counts rows: `done` of `total`. reason: that of its end, "" before it."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self.reason = ""
        self.speed = Speed()

    def take(self, event: Event) -> None:
        super().take(event)
        if isinstance(event, RunStarted):
            rows = event.settings.get("rows")
            self.total = rows if isinstance(rows, int) else 0
        elif isinstance(event, Preparing):
            self.done, self.total = event.done, event.total
            self.speed.mark(self.done)
        elif isinstance(event, RunFinished):
            self.reason = event.reason

    @property
    def share(self) -> float | None:
        return self.done / self.total if self.total else None

    @property
    def remaining(self) -> float | None:
        return self.speed.seconds(self.total - self.done)


class Tail(Generic[P]):
    """The sums of one file of events; each look reads only what is new. Safe to use from several
    threads. A file that was trimmed or replaced, as a job does that goes on from its saved state,
    is recognised by the bytes before the place of reading and read anew."""

    def __init__(self, path: Path, empty: Callable[[], P]) -> None:
        self._path, self._empty = path, empty
        self._reading = threading.Lock()
        self._begin()

    def look(self) -> P:
        with self._reading:
            self._read()
            return self._sums.picture()

    def _begin(self) -> None:
        self._offset, self._known = 0, b""
        self._sums = self._empty()

    def _read(self) -> None:
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset - len(self._known))
                if file.read(len(self._known)) != self._known:
                    self._begin()
                    file.seek(0)
                new = file.read()
        except FileNotFoundError:
            self._begin()
            return
        end = new.rfind(b"\n") + 1  # half a line is being written
        self._offset += end
        self._known = (self._known + new[:end])[-_KNOWN:]
        for line in new[:end].split(b"\n")[:-1]:
            try:
                self._sums.take(from_line(line.decode("utf-8")))
            except ValueError:  # of a newer version, or damaged: the rest still counts
                continue


class Tails(Generic[P]):
    """Those of all jobs that were looked at."""

    def __init__(self, empty: Callable[[], P]) -> None:
        self._empty = empty
        self._tails: dict[str, Tail[P]] = {}

    def look(self, run: JobFolder[Any]) -> P:
        tail = self._tails.get(run.id)
        if tail is None:
            tail = self._tails.setdefault(run.id, Tail(run.events, self._empty))
        return tail.look()

    def forget(self, run: str) -> None:
        self._tails.pop(run, None)


def last_words(run: JobFolder[Any], record: JobRecord[Any]) -> str:
    """Why its process failed, a sentence without a path of this machine; "" for one that is gone
    without a word, or that was told to stop."""
    try:
        with run.log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(record.log_from, size - _LAST))
            said = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line.strip() for line in re.split(r"[\r\n]+", said) if line.strip()]
    if not lines:
        return ""
    if found := _SENTENCE.match(lines[-1]):
        sentence = "" if found[1].startswith(_STOPPED) else found[1]
    else:
        raised = [line for line in lines if _RAISED.match(line)]
        sentence = raised[-1] if raised and any("Traceback" in line for line in lines) else ""
    for folder, name in record.spec.elsewhere().items():
        sentence = _without(sentence, folder).replace(str(folder), name)
    for folder in (run.path / "data", run.path, HOME, Path.home()):
        sentence = _without(sentence, folder)
    for path, name in record.files.items():
        ours = rf"\b{re.escape(Path(path).name)}\b"
        sentence = re.sub(ours, name.replace("\\", r"\\"), sentence)
    return sentence


def _without(sentence: str, folder: Path) -> str:
    return sentence.replace(f"{folder}/", "").replace(f"{folder}\\", "")
