"""Who is at the kiosk: visits by the secret of a browser's cookie, and what belongs to each.

Knows no server, no jobs and no file's content. Safe to use from several threads.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(kw_only=True)
class Visit:
    """seen: when its page was last heard of, s. owners: of its jobs. sessions: of its pages.
    uploading: uploads on their way."""

    seen: float
    owners: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    files: set[Path] = field(default_factory=set)
    uploading: int = 0


class Visits:
    """idle: seconds without a sign of life after which a visit is overdue. clock: seconds."""

    def __init__(self, idle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle, self._clock = idle, clock
        self._here: dict[str, Visit] = {}
        self._guard = threading.Lock()

    def begin(self) -> str:
        """The key of a new visit."""
        key = secrets.token_hex(16)
        with self._guard:
            self._here[key] = Visit(seen=self._clock())
        return key

    def seen(self, key: str) -> bool:
        """A sign of life; False: there is no such visit (any more)."""
        with self._guard:
            visit = self._here.get(key)
            if visit is not None:
                visit.seen = self._clock()
            return visit is not None

    def met(self, key: str, owner: str, session: str) -> bool:
        """A page of the visit, and whom its jobs will belong to; False as `seen`."""
        with self._guard:
            visit = self._here.get(key)
            if visit is not None:
                visit.owners |= {owner} - {""}
                visit.sessions.add(session)
            return visit is not None

    def claim(self, key: str, files: set[Path]) -> bool:
        """These are the visit's; False as `seen`."""
        with self._guard:
            visit = self._here.get(key)
            if visit is not None:
                visit.files |= files
            return visit is not None

    @contextmanager
    def uploading(self, key: str) -> Iterator[bool]:
        """While an upload is on its way; False as `seen`."""
        with self._guard:
            visit = self._here.get(key)
            if visit is not None:
                visit.uploading += 1
        try:
            yield visit is not None
        finally:
            if visit is not None:
                with self._guard:
                    visit.uploading -= 1

    def end(self, key: str) -> Visit | None:
        """What belonged to it; nothing of it is known from here on."""
        with self._guard:
            return self._here.pop(key, None)

    def overdue(self) -> list[str]:
        now = self._clock()
        with self._guard:
            return [key for key, visit in self._here.items() if now - visit.seen > self._idle]

    def owners(self) -> set[str]:
        """Of everybody who is here."""
        with self._guard:
            return {owner for visit in self._here.values() for owner in visit.owners}

    def files(self) -> set[Path]:
        """Of everybody who is here. A file of two visits is stored once, by its content."""
        with self._guard:
            return {file for visit in self._here.values() for file in visit.files}

    def anybody_uploads(self) -> bool:
        with self._guard:
            return any(visit.uploading for visit in self._here.values())
