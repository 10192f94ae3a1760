"""Who is at the kiosk, and what is done when a visit is over: its processes end, its jobs and files
are deleted.

Visits go by the secret of a browser's cookie. Whatever belongs to nobody who is here is deleted, so
that nothing is left of a visit whose last steps came late.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.jobs.engine import Engine
from app.jobs.store import touched
from app.kiosk.codes import Code

log = logging.getLogger(__name__)


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

    def met(self, key: str, owner: str, session: str) -> None:
        """A page of the visit, and whom its jobs will belong to; nothing without a visit."""
        with self._guard:
            if visit := self._here.get(key):
                visit.owners |= {owner} - {""}
                visit.sessions.add(session)

    def claim(self, key: str, files: set[Path]) -> None:
        """These are the visit's; nothing without one."""
        with self._guard:
            if visit := self._here.get(key):
                visit.files |= files

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


MOST_APART = 5.0
"""Seconds between two signs of life of a page, and between two looks at who is gone."""
LOADING = 30.0
"""Seconds for which a page may take to load: it gives no sign of life before."""
LATE = 30.0
"""Seconds after which a file that nobody claims is one of a visit that is over. A file made for a
visitor is fetched, and so claimed, at once."""


class Kiosk:
    """idle: seconds without input in the page; also without a sign of life of it, but at least
    LOADING. uploads: the folder of the visitors' files. codes: what they take along."""

    def __init__(self, idle: float, uploads: Path, codes: Sequence[Code] = ()) -> None:
        self.idle, self.uploads, self.visits = idle, uploads, Visits(max(idle, LOADING))
        self.codes = codes
        self._kinds: Iterable[Engine[Any, Any]] = ()
        self._forget_job: Sequence[Callable[[str], None]] = ()
        self._forget_session: Callable[[str], None] = lambda session: None
        self._cleaning, self._closed = threading.Lock(), threading.Event()

    @property
    def apart(self) -> float:
        """Seconds between two signs of life of a page."""
        return min(MOST_APART, self.idle / 4)

    def start(
        self,
        kinds: Iterable[Engine[Any, Any]],
        forget_job: Sequence[Callable[[str], None]],
        forget_session: Callable[[str], None],
    ) -> None:
        """Clean from now on, also after visits that nobody ended. kinds: of jobs. forget_job: each
        is called with a deleted one. forget_session: called with a session of Gradio's."""
        self._kinds, self._forget_job = kinds, forget_job
        self._forget_session = forget_session
        threading.Thread(target=self._watch, name="kiosk", daemon=True).start()

    def over(self, key: str) -> None:
        """Nothing of the visit is left when this returns; nothing happens where there is none.

        While somebody else's upload is on its way, files that no visit claims stay until `look`."""
        visit = self.visits.end(key)
        if visit is None:
            return
        for session in visit.sessions:
            self._forget_session(session)
        with self._cleaning:
            self._erase_jobs()
            stored = self._stored()
            self._delete(stored & visit.files if self.visits.anybody_uploads() else stored)

    def look(self) -> None:
        """End overdue visits, and delete what came after the end of one."""
        for key in self.visits.overdue():
            self.over(key)
        with self._cleaning:
            self._erase_jobs()
            now = time.time()  # a file of the future was written before the clock was set back
            self._delete(path for path in self._stored() if abs(now - touched(path)) > LATE)

    def close(self) -> None:
        """End everything that runs: the program ends."""
        self._closed.set()
        with self._cleaning:
            for kind in self._kinds:
                kind.erase(lambda owner: True)

    def _watch(self) -> None:
        while not self._closed.wait(self.apart):
            try:
                self.look()
            except Exception:
                log.exception("cleaning the kiosk failed; it is tried again")

    def _erase_jobs(self) -> None:
        here = self.visits.owners()
        for kind in self._kinds:
            for job in kind.erase(lambda owner: owner not in here):
                for forget in self._forget_job:
                    forget(job)

    def _stored(self) -> set[Path]:
        return {path for path in self.uploads.rglob("*") if path.is_file()}

    def _delete(self, files: Iterable[Path]) -> None:
        """Those that nobody claims, and the folders that are empty without them. One that is being
        read (Windows) stays for the next time."""
        claimed = self.visits.files()
        for path in files:
            if path in claimed:
                continue
            with suppress(OSError):
                path.unlink(missing_ok=True)
                for folder in path.relative_to(self.uploads).parents[:-1]:
                    (self.uploads / folder).rmdir()
