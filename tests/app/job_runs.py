"""Jobs whose trainings are `fake_training`, and waiting for what they do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.finetune.folder import RunFolder
from app.finetune.jobs import Jobs
from app.finetune.live import Live
from app.finetune.spec import JobSpec
from app.jobs.process import kill_tree
from app.jobs.processes import Grace

ENDLESS = 100_000
FAST = Grace(seconds=0.5, look=0.05)
PATIENCE = 60.0
"""Seconds: the machine of a test may have much else to do."""


class FakeJobs(Jobs):
    """steps, mode: of the trainings begun from now on."""

    steps, mode = ENDLESS, "plain"

    def _command(self, run: RunFolder) -> Sequence[str]:
        return ["-m", "tests.app.fake_training", str(run.path), str(self.steps), self.mode]

    @property
    def holder(self) -> str | None:
        """The job that holds the lock."""
        held = self._trainer.lock.holder()
        return held.run if held else None

    def end_all(self) -> None:
        """Leave no process behind, whatever a test found."""
        for run, record in self._store.runs():
            kill_tree(record.process, run.id)


def jobs_in(folder: Path, *, single_user: bool = True, grace: Grace | None = None) -> FakeJobs:
    return FakeJobs(folder, device="cpu", single_user=single_user, grace=grace)


def spec_in(folder: Path, name: str = "first") -> JobSpec:
    table = folder / "my sentences.csv"
    table.write_text("text\ngel\ngit\n", encoding="utf-8")
    return JobSpec(table=table, name=name, rows=2, language="tr")


def until(true: Callable[[], bool]) -> None:
    """Wait for it; AssertionError where it does not come."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def state_becomes(jobs: Jobs, run: str, state: str, owner: str = "") -> Live:
    """The run, once it has that state; an AssertionError that tells which one it has instead."""
    end = time.monotonic() + PATIENCE
    while (live := jobs.live(run, owner)).info.state != state:
        assert time.monotonic() < end, f"{live.info.state} and not {state}: {live.failure}"
        time.sleep(0.05)
    return live


def steps_reach(jobs: Jobs, run: str, step: int, owner: str = "") -> None:
    until(lambda: jobs.live(run, owner).step >= step)
