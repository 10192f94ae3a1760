"""A process of its own for every job: begun, recognised again later, ended with its children; and
the lock of a folder of runs: one job at a time, since an app has one device.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from lfdrt.runs.files import replace_whole

LOW = 10
"""Niceness of a process that gives way."""
SAME_START = 1.0
"""Seconds: starts that differ by less are one; a pid is not given away again so soon."""


@dataclass(frozen=True, kw_only=True)
class ProcessMark:
    """A process that cannot be mistaken for a later one of the same pid."""

    pid: int
    create_time: float


def begin(arguments: Sequence[str], *, cwd: Path, log: Path) -> subprocess.Popen[bytes]:
    """Python with `arguments`, its words appended to `log`; it outlives us. Raises OSError."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
    with log.open("ab") as words:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            **_detached(),
        )


def _detached() -> dict[str, Any]:
    """Ctrl+C in our terminal, or its end, is not the job's."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": flags}
    return {"start_new_session": True}


def mark_of(pid: int) -> ProcessMark:
    """Of a process that was just started, or of ourselves."""
    try:
        return ProcessMark(pid=pid, create_time=psutil.Process(pid).create_time())
    except psutil.Error:  # it has ended already
        return ProcessMark(pid=pid, create_time=time.time())


def give_way(mark: ProcessMark) -> None:
    """From now on every other program goes first; threads that it begins later too."""
    low = psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else LOW
    with suppress(psutil.Error):  # it has ended already
        psutil.Process(mark.pid).nice(low)


def lives(mark: ProcessMark | None, sign: str) -> bool:
    """False also for a zombie, and where the pid was given to another process. Costs 0.1 ms.

    sign: words of its command that no other has. A clock that is set moves the start of every
    process, and a job must not seem gone for that.
    """
    return _process(mark, sign) is not None


def kill_tree(mark: ProcessMark | None, sign: str, *, wait: float = 10.0) -> None:
    """The process and its children, at once; returns when they are gone, or after `wait` s."""
    process = _process(mark, sign)
    if process is None:
        return
    try:
        doomed = [*process.children(recursive=True), process]
    except psutil.Error:
        doomed = [process]
    for one in doomed:
        try:
            one.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(doomed, timeout=wait)


def _process(mark: ProcessMark | None, sign: str) -> psutil.Process | None:
    if mark is None:
        return None
    try:
        process = psutil.Process(mark.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if abs(process.create_time() - mark.create_time) < SAME_START:
            return process
        return process if any(sign in word for word in process.cmdline()) else None
    except psutil.Error:  # gone, or another user's
        return None


NAME = "training.lock"
UNREADABLE = 10.0
"""Seconds for which a lock without a legible holder counts as one that is just being written."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    run: str
    process: ProcessMark


class RunLock:
    """The file names the job and the process that holds it; a holder that is gone (crash, power
    cut, a pid given away again) leaves a stale lock, which the next one takes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def holder(self) -> Holder | None:
        """Who holds it and lives; None: it is free, or stale."""
        held = _read(self._path)
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
        held = _read(self._path)
        if held is not None and held.run == run:
            self._path.unlink(missing_ok=True)

    def _held(self) -> bool:
        held = _read(self._path)
        if held is not None:
            return lives(held.process, held.run)
        try:  # one of the future was written before the clock was set back
            return abs(time.time() - self._path.stat().st_mtime) < UNREADABLE
        except OSError:
            return False

    def _remove_stale(self) -> None:
        """By a rename, which one of several wins; a fresh lock caught by it is put back."""
        aside = self._path.with_name(f".{NAME}-{uuid4().hex}")
        try:
            self._path.rename(aside)
        except OSError:
            return
        held = _read(aside)
        if held is not None and lives(held.process, held.run) and not self._path.exists():
            aside.rename(self._path)
        else:
            aside.unlink(missing_ok=True)


def _line(holder: Holder) -> str:
    mark = holder.process
    return json.dumps({"run": holder.run, "pid": mark.pid, "create_time": mark.create_time})


def _read(path: Path) -> Holder | None:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        mark = ProcessMark(pid=int(held["pid"]), create_time=float(held["create_time"]))
        return Holder(run=str(held["run"]), process=mark)
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
