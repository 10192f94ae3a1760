"""The kiosk's one folder, for uploads, trainings and scratch files: gone when the program ends.

One that a crash or a power cut left is removed at the next start, with what still runs in it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.jobs.process import Holder, RunLock, mark_of
from app.kinds import engines

PREFIX = "lfdrt-kiosk-"
SIGN = "--kiosk"
"""In the command of every kiosk: its process is known by it after the clock was set."""
JUST_MADE = 10.0
"""Seconds for which a folder without a holder may be one whose program is about to take it."""


@dataclass(frozen=True, kw_only=True)
class Place:
    folder: Path

    @property
    def runs(self) -> Path:
        return self.folder / "runs"

    @property
    def uploads(self) -> Path:
        return self.folder / "uploads"


@contextmanager
def temporary_place() -> Iterator[Place]:
    """While it is there, Gradio's uploads and all temporary files of this program lie in it.

    Before the page is built. Raises OSError.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    place, before = Place(folder=folder), tempfile.tempdir
    try:
        RunLock(folder).take(Holder(run=SIGN, process=mark_of(os.getpid())))
        remove_stale(folder)
        place.uploads.mkdir()
        (folder / "scratch").mkdir()
        tempfile.tempdir = str(folder / "scratch")
        os.environ["GRADIO_TEMP_DIR"] = str(place.uploads)
        yield place
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def remove_stale(own: Path) -> None:
    """Folders beside `own` whose program is gone; those of other users of the machine stay."""
    for folder in own.parent.glob(f"{PREFIX}*"):
        try:
            if folder == own or not _is_stale(folder, own.stat().st_uid):
                continue
            place = Place(folder=folder)
            for engine in engines(place.runs, device="cpu", single_user=False):
                engine.erase(lambda owner: True)
        except OSError:
            continue
        shutil.rmtree(folder, ignore_errors=True)


def _is_stale(folder: Path, user: int) -> bool:
    """Raises OSError."""
    state = folder.lstat()
    if folder.is_symlink() or not folder.is_dir() or state.st_uid != user:
        return False
    young = abs(time.time() - state.st_mtime) <= JUST_MADE  # the clock may have been set back
    return not young and RunLock(folder).holder() is None
