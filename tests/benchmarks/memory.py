"""The largest resident memory of a process and its children while something runs, and which process
is the app's."""

from __future__ import annotations

import threading
from pathlib import Path

import psutil


def server_of(folder: Path) -> psutil.Process:
    """Of the app that was started in the folder (`tests.app.visiting.running_app`)."""
    found: psutil.Process = next(
        one
        for one in psutil.process_iter(["cmdline"])
        if str(folder / "runs") in (one.info["cmdline"] or ())
    )
    return found


class PeakMemory:
    """Looks every `seconds` until it is stopped."""

    def __init__(self, pid: int, *, seconds: float) -> None:
        self._process = psutil.Process(pid)
        self._peak = 0
        self._every = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Bytes at the peak."""
        self._over.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            try:
                family = [self._process, *self._process.children(recursive=True)]
                self._peak = max(self._peak, sum(p.memory_info().rss for p in family))
            except psutil.Error:
                continue
