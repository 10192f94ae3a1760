"""A process of its own for every job: begun, recognised again later, ended with its children.

Knows pids and start times; knows no runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

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
