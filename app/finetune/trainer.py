"""The processes of trainings: what is kept of one that is told to stop, and of one that is ended.

Knows run folders; knows no owners and shows nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from app.finetune import words
from app.finetune.folder import Record, RunFolder
from app.jobs import words as jobs_words
from app.jobs.process import kill_tree
from app.jobs.processes import Grace, Processes, touched

ENDING = ("keep", "discard")
TO_FINISH = 10
"""A process that has stopped its steps may be silent for so many times the grace while it writes
what it keeps: predictions of 100,000 rows and a checkpoint take minutes on a slow disk."""


class Trainer(Processes[RunFolder]):
    """doing: "preparing", "training" or "saving"."""

    def __init__(
        self,
        folder: Path,
        command: Callable[[RunFolder], Sequence[str]],
        doing: Callable[[RunFolder], str],
        grace: Grace,
    ) -> None:
        super().__init__(folder, command, jobs_words.TRAINING.not_started, grace)
        self._doing = doing

    def waiting(self, run: RunFolder, record: Record) -> bool:
        return run.word() in ENDING and not record.last_try

    def deadline(self, run: RunFolder) -> float:
        """Of a process that writes what it keeps, from its last sign of life on; before the first
        step it listens to nobody, and there is nothing to lose."""
        doing, told = self._doing(run), touched(run.control)
        if doing == "saving":
            signs = (run.control, run.events, run.state, run.log)
            return max(map(touched, signs)) + TO_FINISH * self.grace.seconds
        if doing == "preparing" and run.word() == "discard":
            return told
        return told + self.grace.seconds

    def end(self, run: RunFolder, record: Record) -> None:
        """Kill it; what was to be kept is written by a process that does nothing else."""
        keeps = run.word() != "discard"
        if keeps:  # before it is gone, or a look in between finds no reason
            run.change(note=words.NOTHING_KEPT)
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
