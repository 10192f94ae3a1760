"""The processes of runs: one at a time, begun, told when to stop, and ended where they do not.

Knows run folders and the lock; knows no owners and shows nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app import text_jobs as text
from app.jobs.lock import Holder, TrainingLock
from app.jobs.process import begin, kill_tree, lives, mark_of
from app.jobs.runs import RunFolder
from app.jobs.spec import REPOSITORY
from app.service import Refused

ENDING = ("keep", "discard")
TO_FINISH = 10
"""A process that has stopped its steps may be silent for so many times the grace while it writes
what it keeps: predictions of 100,000 rows and a checkpoint take minutes on a slow disk."""

Command = Callable[[RunFolder], Sequence[str]]
Answered = Callable[[RunFolder], bool]


@dataclass(frozen=True, kw_only=True)
class Grace:
    """seconds: from the word to stop to the kill. look: between two looks."""

    seconds: float = 60.0
    look: float = 1.0


class Trainer:
    """command: arguments after `python` for a run. answered: whether a run has stopped its steps
    and only has to write what it keeps."""

    def __init__(self, folder: Path, command: Command, answered: Answered, grace: Grace) -> None:
        self.lock = TrainingLock(folder)
        self._command, self._answered, self._grace = command, answered, grace
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._watched: set[str] = set()
        self._guard = threading.Lock()

    def reserve(self, run: str) -> bool:
        """Whether the lock is this run's now; `begin` or `release` must follow."""
        return self.lock.take(Holder(run=run, process=mark_of(os.getpid())))

    def begin(self, run: RunFolder) -> None:
        """The run's process, which takes the lock over. Raises Refused, the lock being free."""
        try:
            start = run.log.stat().st_size if run.log.is_file() else 0
            child = begin(self._command(run), cwd=REPOSITORY, log=run.log)
            mark = mark_of(child.pid)
            self.lock.hand_over(Holder(run=run.id, process=mark))
            run.change(process=mark, log_from=start, note="")
        except OSError as error:
            self.lock.release(run.id)
            raise Refused(text.NOT_STARTED.format(why=error.strerror or error)) from error
        with self._guard:
            self._children[run.id] = child

    def alive(self, run: RunFolder) -> bool:
        """Whether its process lives; frees the lock of one that does not."""
        with self._guard:
            child = self._children.get(run.id)
            if child is not None and child.poll() is not None:  # reaped: no zombie stays
                del self._children[run.id]
        record = run.record()
        if record is not None and lives(record.process):
            return True
        held = self.lock.holder()
        return held is not None and held.run == run.id

    def watch(self, run: RunFolder) -> None:
        """End the process if it does not end by itself after the word to stop."""
        with self._guard:
            if run.id in self._watched:
                return
            self._watched.add(run.id)
        threading.Thread(target=self._watch, args=(run,), name="stop-training", daemon=True).start()

    def _watch(self, run: RunFolder) -> None:
        try:
            while self.alive(run) and run.word() in ENDING:
                if time.time() > self._deadline(run):
                    self._end(run)
                    return
                time.sleep(self._grace.look)
        finally:
            with self._guard:
                self._watched.discard(run.id)

    def _deadline(self, run: RunFolder) -> float:
        """Of a process that answered, from its last sign of life on."""
        record = run.record()
        if record is not None and record.last_try:
            return float("inf")
        if self._answered(run):
            signs = (run.control, run.events, run.state, run.log)
            return max(map(_touched, signs)) + TO_FINISH * self._grace.seconds
        return _touched(run.control) + self._grace.seconds

    def _end(self, run: RunFolder) -> None:
        """Kill it; what was to be kept is written by a process that does nothing else."""
        record = run.record()
        if record is None:
            return
        kill_tree(record.process)
        if run.word() == "discard":
            discard(run)
        elif not run.state.is_file():
            run.say("go")
            run.change(note=text.NOTHING_KEPT)
        else:
            run.change(last_try=True)
            self.begin(run)


def discard(run: RunFolder) -> None:
    """A run without process that is to leave nothing but its curves."""
    run.change(ended="discarded", reason="discarded")
    for name in ("features", "labelled", "pictures", "checkpoint"):
        shutil.rmtree(run.path / name, ignore_errors=True)
    run.state.unlink(missing_ok=True)


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
