"""Jobs as processes: their order, what is told when one fails, and that the time is kept."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pytest

from lfdrt.checkpoint import read_json
from lfdrt.errors import UserError
from lfdrt.kit import jobs
from lfdrt.kit.jobs import Job, Jobs, environment


@pytest.fixture(autouse=True)
def any_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's words are a program of Python in place of a command of lfdrt's."""

    def start(words: Sequence[str], log: IO[bytes], width: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", *words], stdout=log, stderr=log)

    monkeypatch.setattr(jobs, "start", start)


def job(name: str, program: str, *after: str) -> Job:
    return Job(name=name, command=lambda: [program], after=after)


def run(folder: Path, *given: Job, seconds: float = 60, width: int = 2) -> Jobs:
    told: list[str] = []
    runner = Jobs(folder, deadline=time.monotonic() + seconds, width=width, told=told.append)
    runner.run(given, lambda: None)
    return runner


def states(runner: Jobs) -> dict[str, str]:
    return {name: one.state for name, one in runner.outcomes.items()}


def test_a_job_begins_when_what_it_needs_is_over(tmp_path: Path) -> None:
    """`late` is first in the list and needs both others, one of which fails."""
    file = tmp_path / "order.txt"
    write = f"open({str(file)!r}, 'a').write"
    late = job("late", f"{write}('late')", "a", "b")
    runner = run(tmp_path / "jobs", late, job("a", f"{write}('a ')"), job("b", "boom"))
    assert file.read_text() == "a late"
    assert states(runner) == {"a": "done", "b": "failed", "late": "done"}
    assert "name 'boom' is not defined" in runner.outcomes["b"].said
    assert (tmp_path / "jobs" / "b.log").read_text().count("Traceback") == 1


def test_a_command_that_cannot_be_told_fails_and_nothing_waits_for_ever(tmp_path: Path) -> None:
    def nothing() -> list[str]:
        raise UserError("one of 5 seeds is there")

    runner = run(tmp_path, Job(name="mean", command=nothing), job("next", "pass", "mean"))
    assert states(runner) == {"mean": "failed", "next": "done"}
    assert runner.outcomes["mean"].said == "one of 5 seeds is there"


def test_the_time_is_kept(tmp_path: Path) -> None:
    """What runs is ended, what waits is named; the file has what the run has."""
    begun = time.monotonic()
    sleeping = job("long", "import time; time.sleep(60)")
    runner = run(tmp_path, job("quick", "pass"), sleeping, job("never", "pass"), seconds=3, width=1)
    assert time.monotonic() - begun < 20
    assert states(runner) == {"quick": "done", "long": "cut", "never": "not begun"}
    held = read_json(tmp_path / "outcomes.json")
    assert {name: one["state"] for name, one in held.items()} == states(runner)


def test_what_was_done_is_not_done_again_and_what_was_not_is(tmp_path: Path) -> None:
    count = tmp_path / "count.txt"
    once = job("once", f"open({str(count)!r}, 'a').write('x')")
    assert states(run(tmp_path / "jobs", once, job("again", "boom", "once")))["again"] == "failed"
    assert states(run(tmp_path / "jobs", once, job("again", "pass", "once"))) == {
        "once": "done",
        "again": "done",
    }
    assert count.read_text() == "x"


@pytest.mark.parametrize(("width", "most"), [(1, 1), (3, 3)])
def test_no_more_than_asked_run_at_a_time(tmp_path: Path, width: int, most: int) -> None:
    log = tmp_path / "log.txt"
    program = (
        f"import time; f = open({str(log)!r}, 'a', buffering=1)\n"
        "f.write('+'); f.flush(); time.sleep(0.5); f.write('-'); f.flush()"
    )
    run(tmp_path / "jobs", *(job(str(n), program) for n in range(4)), width=width)
    running, peak = 0, 0
    for sign in log.read_text():
        running += 1 if sign == "+" else -1
        peak = max(peak, running)
    assert 1 <= peak <= most


def test_a_process_finds_the_package_it_was_started_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    found = environment(1)["PYTHONPATH"]
    root = str(Path(jobs.__file__).parents[2])
    assert found.startswith(root) and found.endswith("elsewhere")
