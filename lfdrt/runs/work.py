"""Where a recording is made until it is whole: FOLDER.part beside FOLDER.

Holds events.jsonl, a file `control` with the word stop where somebody wants it stopped, and what is
kept of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from lfdrt.errors import UserError
from lfdrt.runs.files import replacing

CONTROL, STOP = "control", "stop"


class WorkFolder:
    """`path` is there as long as the work is not published. followed: where its events are written
    and its control file is read, `path` at first; what is told in another folder before the work
    began counts."""

    def __init__(self, folder: Path) -> None:
        """UserError: the folder is there already; nothing is overwritten."""
        if folder.exists():
            raise UserError(f"{folder} is there already: delete it or name another folder.")
        self._folder, self.path = folder, folder.with_name(f"{folder.name}.part")
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / CONTROL).unlink(missing_ok=True)
        self.followed = self.path

    @property
    def log(self) -> Path:
        return self.followed / "events.jsonl"

    def told_to_stop(self) -> bool:
        return told_to_stop(self.followed)

    def publish(self, write: Callable[[Path], None]) -> None:
        """`write` fills a folder that then gets its name in one step; the work folder goes."""
        with replacing(self._folder) as aside:
            write(aside)
        shutil.rmtree(self.path, ignore_errors=True)


def told_to_stop(folder: Path) -> bool:
    """Whether the file `control` in it says so."""
    try:
        return (folder / CONTROL).read_text(encoding="utf-8").strip() == STOP
    except (OSError, ValueError):  # a damaged one says nothing
        return False
