"""The processes of jobs: one at a time in a folder of runs, begun, and ended where they do not end.

Knows job folders and the lock; knows no owners, shows nothing, and leaves to a kind of job how it
is told to stop.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from app.jobs.folders import F, JobRecord
from app.jobs.lock import Holder, RunLock
from app.jobs.process import begin, kill_tree, lives, mark_of
from app.models.requests import Refused
from app.places import REPOSITORY


@dataclass(frozen=True, kw_only=True)
class Grace:
    """seconds: from the word to stop to the kill. look: between two looks."""

    seconds: float = 60.0
    look: float = 1.0


class Processes(ABC, Generic[F]):
    """runs: the folder whose lock they share. command: arguments after `python` for a job.
    not_started: the sentence for a process that could not be begun, with {why}."""

    def __init__(
        self,
        runs: Path,
        command: Callable[[F], Sequence[str]],
        not_started: str,
        grace: Grace,
    ) -> None:
        self.lock = RunLock(runs)
        self.grace = grace
        self._command, self._not_started = command, not_started
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._watched: set[str] = set()
        self._guard = threading.Lock()

    @abstractmethod
    def waiting(self, run: F, record: JobRecord) -> bool:
        """Whether it was told to end and may go on to be waited for; asked at every look."""

    @abstractmethod
    def deadline(self, run: F) -> float:
        """When a process that was told to end has had its time; seconds since the epoch."""

    @abstractmethod
    def end(self, run: F, record: JobRecord) -> None:
        """Kill it, and leave its folder in order."""

    def reserve(self, run: str) -> bool:
        """Whether the lock is this job's now; `begin`, or a release, must follow."""
        return self.lock.take(Holder(run=run, process=mark_of(os.getpid())))

    def begin(self, run: F) -> None:
        """The job's process, which takes the lock over. Raises Refused, the lock being free."""
        try:
            start = run.log.stat().st_size if run.log.is_file() else 0
            child = begin(self._command(run), cwd=REPOSITORY, log=run.log)
            mark = mark_of(child.pid)
            run.change(process=mark, log_from=start, note="")
            self.lock.hand_over(Holder(run=run.id, process=mark))
        except OSError as error:
            self.lock.release(run.id)
            raise Refused(self._not_started.format(why=error.strerror or error)) from error
        except BaseException:
            self.lock.release(run.id)
            raise
        with self._guard:
            self._children[run.id] = child

    def alive(self, run: F, record: JobRecord) -> bool:
        """Whether its process lives, or is about to be begun."""
        with self._guard:
            child = self._children.get(run.id)
            if child is not None and child.poll() is not None:  # reaped: no zombie stays
                del self._children[run.id]
        if lives(record.process, run.id):
            return True
        held = self.lock.holder()
        return held is not None and held.run == run.id

    def kill(self, run: F, record: JobRecord) -> None:
        """Its process is gone at once, whatever it was told, and the lock with it."""
        kill_tree(record.process, run.id)
        with self._guard:
            child = self._children.pop(run.id, None)
        if child is not None:
            child.poll()  # reaped
        self.lock.release(run.id)

    def watch(self, run: F) -> None:
        """End the process if it does not end by itself after the word to stop."""
        with self._guard:
            if run.id in self._watched:
                return
            self._watched.add(run.id)
        threading.Thread(target=self._watch, args=(run,), name="stop-job", daemon=True).start()

    def _watch(self, run: F) -> None:
        try:
            while (record := run.record()) is not None and self.alive(run, record):
                if not self.waiting(run, record):
                    return
                if time.time() > self.deadline(run):
                    self.end(run, record)
                    return
                time.sleep(self.grace.look)
        finally:
            with self._guard:
                self._watched.discard(run.id)


def touched(path: Path) -> float:
    """When a file was last written; 0 for none."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
