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
from app.jobs.runs import Record, RunFolder
from app.jobs.spec import REPOSITORY
from app.service import Refused

ENDING = ("keep", "discard")
TO_FINISH = 10
"""A process that has stopped its steps may be silent for so many times the grace while it writes
what it keeps: predictions of 100,000 rows and a checkpoint take minutes on a slow disk."""

Command = Callable[[RunFolder], Sequence[str]]
Doing = Callable[[RunFolder], str]


@dataclass(frozen=True, kw_only=True)
class Grace:
    """seconds: from the word to stop to the kill. look: between two looks."""

    seconds: float = 60.0
    look: float = 1.0


class Trainer:
    """command: arguments after `python` for a run. doing: "preparing", "training" or "saving"."""

    def __init__(self, folder: Path, command: Command, doing: Doing, grace: Grace) -> None:
        self.lock = TrainingLock(folder)
        self._command, self._doing, self._grace = command, doing, grace
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._watched: set[str] = set()
        self._guard = threading.Lock()

    def reserve(self, run: str) -> bool:
        """Whether the lock is this run's now; `begin`, or a release, must follow."""
        return self.lock.take(Holder(run=run, process=mark_of(os.getpid())))

    def begin(self, run: RunFolder) -> None:
        """The run's process, which takes the lock over. Raises Refused, the lock being free."""
        try:
            start = run.log.stat().st_size if run.log.is_file() else 0
            child = begin(self._command(run), cwd=REPOSITORY, log=run.log)
            mark = mark_of(child.pid)
            run.change(process=mark, log_from=start, note="")
            self.lock.hand_over(Holder(run=run.id, process=mark))
        except OSError as error:
            self.lock.release(run.id)
            raise Refused(text.NOT_STARTED.format(why=error.strerror or error)) from error
        except BaseException:
            self.lock.release(run.id)
            raise
        with self._guard:
            self._children[run.id] = child

    def alive(self, run: RunFolder, record: Record) -> bool:
        """Whether its process lives, or is about to be begun."""
        with self._guard:
            child = self._children.get(run.id)
            if child is not None and child.poll() is not None:  # reaped: no zombie stays
                del self._children[run.id]
        if lives(record.process, run.id):
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
            while (record := run.record()) is not None and self.alive(run, record):
                if run.word() not in ENDING or record.last_try:
                    return
                if time.time() > self._deadline(run):
                    self._end(run, record)
                    return
                time.sleep(self._grace.look)
        finally:
            with self._guard:
                self._watched.discard(run.id)

    def _deadline(self, run: RunFolder) -> float:
        """Of a process that writes what it keeps, from its last sign of life on; before the first
        step it listens to nobody, and there is nothing to lose."""
        doing, told = self._doing(run), _touched(run.control)
        if doing == "saving":
            signs = (run.control, run.events, run.state, run.log)
            return max(map(_touched, signs)) + TO_FINISH * self._grace.seconds
        if doing == "preparing" and run.word() == "discard":
            return told
        return told + self._grace.seconds

    def _end(self, run: RunFolder, record: Record) -> None:
        """Kill it; what was to be kept is written by a process that does nothing else."""
        keeps = run.word() != "discard"
        if keeps:  # before it is gone, or a look in between finds no reason
            run.change(note=text.NOTHING_KEPT)
        kill_tree(record.process, run.id)
        if not keeps:
            discard(run)
        elif run.state.is_file():
            run.change(last_try=True, note="")
            if self.reserve(run.id):
                self.begin(run)
        else:
            run.say("go")


def discard(run: RunFolder) -> None:
    """A run without process that is to leave nothing but its curves."""
    run.change(ended="discarded", reason="discarded")
    clear(run, "discarded")


def clear(run: RunFolder, ended: str) -> None:
    """What a run that is over for good needs no more; of a discarded one, its model too."""
    for name in ("features", "labelled", "pictures", *(["checkpoint"] * (ended == "discarded"))):
        shutil.rmtree(run.path / name, ignore_errors=True)
    run.state.unlink(missing_ok=True)


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
