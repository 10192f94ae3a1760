"""The lock of a folder of runs: a stale one is taken, one that is being written is not."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.jobs.process import NAME
from app.jobs.store import JobFolder
from app.models.requests import Refused
from tests.app.jobs.kinds import Tables


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Tables]:
    made = Tables(tmp_path / "runs")
    yield made
    made.end_all()


def test_a_stale_lock_is_taken(jobs: Tables) -> None:
    """A holder that is gone, and one whose pid belongs to another process by now."""
    ended = psutil.Popen([sys.executable, "-c", ""])
    ended.wait()
    for pid in (ended.pid, os.getpid()):
        line = json.dumps({"run": "0" * 16, "pid": pid, "create_time": 1.0})
        (jobs.runs / NAME).write_text(line, encoding="utf-8")
        assert jobs.jobs.machine.lock.holder() is None
        jobs.becomes(jobs.start(), "done")


def test_a_lock_being_written_is_held(jobs: Tables) -> None:
    lock = jobs.runs / NAME
    lock.write_text("", encoding="utf-8")
    with pytest.raises(Refused, match="on this machine already"):
        jobs.start()
    for old in (1.0, time.time() + 86_400):  # written before the clock was set back
        os.utime(lock, (old, old))
        jobs.becomes(jobs.start(), "done")
        lock.write_text("", encoding="utf-8")


def test_a_clock_that_was_set_loses_no_job(jobs: Tables, tmp_path: Path) -> None:
    """The system tells the start of a process by its clock: here it was set by a day."""
    jobs.gate = 1
    run = jobs.start()
    jobs.reaches(run, 1)
    begun = jobs.record(run).process
    moved = replace(begun, create_time=begun.create_time - 86_400)
    JobFolder(jobs.folder(run), jobs.kind.spec).change(process=moved)
    held = {"run": run, "pid": moved.pid, "create_time": moved.create_time}
    (jobs.runs / NAME).write_text(json.dumps(held), encoding="utf-8")
    again = Tables(tmp_path / "runs")
    assert again.state(run) == "running"
    with pytest.raises(Refused, match="is still being"):
        again.start("second")
