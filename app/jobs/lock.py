"""The lock of a folder of runs: one training, recording or table at a time, since an app has one
device.

The file names the run and the process that holds it; a holder that is gone (crash, power cut, a
pid given away again) leaves a stale lock, which the next one takes.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from app.jobs.process import ProcessMark, lives
from lfdrt.runs.files import replace_whole

NAME = "training.lock"
UNREADABLE = 10.0
"""Seconds for which a lock without a legible holder counts as one that is just being written."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    run: str
    process: ProcessMark


class RunLock:
    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def holder(self) -> Holder | None:
        """Who holds it and lives; None: it is free, or stale."""
        held = self._read()
        return held if held is not None and lives(held.process, held.run) else None

    def take(self, holder: Holder) -> bool:
        """Whether it is ours now. A stale lock is moved aside first, and only that one. OSError."""
        if self._held():
            return False
        self._remove_stale()
        try:
            file = self._path.open("x", encoding="utf-8")
        except FileExistsError:
            return False
        try:
            with file:
                file.write(_line(holder))
        except OSError:  # a full disk
            self._path.unlink(missing_ok=True)
            raise
        return True

    def hand_over(self, holder: Holder) -> None:
        """From us to the job's process."""
        replace_whole(self._path, _line(holder))

    def release(self, run: str) -> None:
        """Free it where `run` holds it; no harm where it does not."""
        held = self._read()
        if held is not None and held.run == run:
            self._path.unlink(missing_ok=True)

    def _held(self) -> bool:
        held = self._read()
        if held is not None:
            return lives(held.process, held.run)
        try:
            return time.time() - self._path.stat().st_mtime < UNREADABLE
        except OSError:
            return False

    def _remove_stale(self) -> None:
        """By a rename, which one of several wins; a fresh lock caught by it is put back."""
        aside = self._path.with_name(f".{NAME}-{uuid4().hex}")
        try:
            self._path.rename(aside)
        except OSError:
            return
        held = _parsed(aside)
        if held is not None and lives(held.process, held.run) and not self._path.exists():
            aside.rename(self._path)
        else:
            aside.unlink(missing_ok=True)

    def _read(self) -> Holder | None:
        return _parsed(self._path)


def _line(holder: Holder) -> str:
    mark = holder.process
    return json.dumps({"run": holder.run, "pid": mark.pid, "create_time": mark.create_time})


def _parsed(path: Path) -> Holder | None:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        mark = ProcessMark(pid=int(held["pid"]), create_time=float(held["create_time"]))
        return Holder(run=str(held["run"]), process=mark)
    except (OSError, ValueError, KeyError, TypeError):
        return None
