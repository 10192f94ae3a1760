"""An events file as it grows, of which each look reads only what is new.

Knows one file and whatever sums its events up; knows no process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from lfdrt.events import Event, from_line

_KNOWN = 256  # bytes before the place of reading, by which the file is recognised


class Sums(Protocol):
    """What the events so far come to."""

    def take(self, event: Event) -> None: ...


P = TypeVar("P", bound=Sums)
T = TypeVar("T")


class Tail(Generic[P]):
    """The sums of one file. A file that was trimmed or replaced, as a job does that goes on from
    its saved state, is recognised by the bytes before the place of reading and read anew."""

    def __init__(self, path: Path, empty: Callable[[], P]) -> None:
        self._path, self._empty = path, empty
        self._begin()

    def _begin(self) -> None:
        self._offset, self._known = 0, b""
        self.progress = self._empty()

    def read(self) -> P:
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset - len(self._known))
                if file.read(len(self._known)) != self._known:
                    self._begin()
                    file.seek(0)
                new = file.read()
        except FileNotFoundError:
            self._begin()
            return self.progress
        end = new.rfind(b"\n") + 1  # half a line is being written
        self._offset += end
        self._known = (self._known + new[:end])[-_KNOWN:]
        for line in new[:end].split(b"\n")[:-1]:
            try:
                self.progress.take(from_line(line.decode("utf-8")))
            except ValueError:  # of a newer version, or damaged: the rest still counts
                continue
        return self.progress


class Tails(Generic[P]):
    """Those of all jobs that were looked at; safe to use from several threads."""

    def __init__(self, empty: Callable[[], P]) -> None:
        self._empty = empty
        self._tails: dict[str, Tail[P]] = {}
        self._reading = threading.Lock()

    def look(self, job: str, path: Path, picture: Callable[[P], T]) -> T:
        """What `picture` makes of the sums, which change no more than that under its hands."""
        with self._reading:
            tail = self._tails.setdefault(job, Tail(path, self._empty))
            return picture(tail.read())

    def forget(self, job: str) -> None:
        with self._reading:
            self._tails.pop(job, None)
