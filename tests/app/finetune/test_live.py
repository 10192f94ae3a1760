"""Reading a run's events as they grow: only what is new, and anew after a trim."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from app.finetune.kind import RECENT, Progress
from app.finetune.spec import TrainingSpec
from app.jobs import follow
from app.jobs.follow import Tail, Tails
from app.jobs.process import mark_of
from app.jobs.store import JobFolder, JobRecord, new_id, now
from lfdrt.events import Event, Preparing, RunFinished, RunStarted, Warned, from_line, to_line
from lfdrt.runs.log import EventLog
from tests.app.jobs.fake import one_step
from tests.app.jobs.kinds import Trainings

STARTED = RunStarted(steps=50, settings={"epochs": 10})


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def append(path: Path, *lines: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(lines)


def steps(first: int, last: int) -> list[str]:
    return [to_line(one_step(n)) + "\n" for n in range(first, last + 1)]


def test_each_look_reads_what_is_new(events: Path) -> None:
    tail = Tail(events, Progress)
    assert tail.look().seen == 0, "there is no file yet"
    append(events, to_line(Preparing(step=0, stage="encoding", done=3, total=9)) + "\n")
    p = tail.look()
    assert (p.stage, p.done, p.total) == ("encoding", 3, 9)
    append(events, to_line(STARTED) + "\n", *steps(1, 7))
    p = tail.look()
    assert (p.stage, p.step, p.steps, p.epoch, p.epochs) == ("training", 7, 50, 1, 10)
    assert p.labels == {"joy": 6}, "of the second epoch's two steps"
    assert [d["row"] for d in p.disputes] == list("7654321")
    assert p.seconds == pytest.approx(0.07) and p.remaining == pytest.approx(0.43)
    assert p.rows_per_second == pytest.approx(400)
    append(events, to_line(Warned(step=7, message="less memory")) + "\n")
    assert tail.look().warnings == ["less memory"] and tail.look().seen == 10


def test_half_a_line_waits_for_its_end(events: Path) -> None:
    tail, line = Tail(events, Progress), to_line(one_step(1)) + "\n"
    append(events, line[:40])
    assert tail.look().step == 0
    append(events, line[40:])
    assert tail.look().step == 1


def test_lines_that_are_no_events_are_passed_over(events: Path) -> None:
    append(events, '{"event": "FromTheFuture"}\n', "\x00\n", "[1]\n", *steps(1, 1), "not json\n")
    assert Tail(events, Progress).look().step == 1


def test_the_newest_disputes_and_speed(events: Path) -> None:
    append(events, to_line(STARTED) + "\n", *steps(1, 40))
    p = Tail(events, Progress).look()
    assert len(p.disputes) == 12 and p.disputes[0]["row"] == "40"
    assert len(p._recent) == RECENT and p.remaining == pytest.approx(10 * 0.01)


def test_the_time_left_counts_what_lies_between_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten of fifty steps of 0.01 s, but one in two seconds by the clock: forty take 80 s."""
    clock = iter(range(0, 100, 2))
    monkeypatch.setattr("app.jobs.follow.time.monotonic", lambda: float(next(clock)))
    p = Progress()
    p.take(STARTED)
    for n in range(1, 11):
        p.take(one_step(n))
    assert p.remaining == pytest.approx(80.0) and p.share == pytest.approx(0.2)


@pytest.mark.parametrize("more", [0, 30])
def test_a_trimmed_file_is_read_anew(events: Path, more: int) -> None:
    """Also where it has outgrown its former length before anybody looks."""
    append(events, to_line(STARTED) + "\n", *steps(1, 20))
    tail = Tail(events, Progress)
    assert tail.look().step == 20
    with EventLog(events, step=10) as log:
        log.append(STARTED)
        for n in range(11, 12 + more):
            log.append(one_step(n))
    points = tail.look().points
    assert [p.step for p in points] == list(range(1, 12 + more))


def test_a_run_that_goes_on_is_not_finished(events: Path) -> None:
    end = RunFinished(step=5, reason="done", seconds=1.0)
    append(events, to_line(STARTED) + "\n", *steps(1, 5), to_line(end) + "\n")
    tail = Tail(events, Progress)
    assert tail.look().finished == end and tail.look().stage == "saving"
    append(events, to_line(Preparing(step=5, stage="encoding", done=1, total=2)) + "\n")
    assert tail.look().finished is None


def test_a_look_at_a_long_run_reads_the_new_line_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Trainings(tmp_path)
    spec = jobs.spec("long")
    run = JobFolder(tmp_path / new_id(), type(spec))
    run.path.mkdir()
    record = JobRecord(
        name="long", owner="", created=now(), spec=spec, process=mark_of(os.getpid())
    )
    run.write(record)
    append(run.events, to_line(STARTED) + "\n", *steps(1, 5000))
    assert jobs.far(run.id) == 5000
    read: list[str] = []
    monkeypatch.setattr(follow, "from_line", lambda line: (read.append(line), from_line(line))[1])
    append(run.events, *steps(5001, 5001))
    sums = jobs.live(run.id).sums
    assert sums.step == 5001 and len(sums.points) == 5001
    assert [line + "\n" for line in read] == steps(5001, 5001)


def test_what_is_handed_out_does_not_change(events: Path) -> None:
    append(events, to_line(STARTED) + "\n", *steps(1, 3))
    tail = Tail(events, Progress)
    seen = tail.look()
    append(events, *steps(4, 9))
    assert tail.look().step == 9
    assert (seen.step, len(seen.points), seen.labels, len(seen.disputes)) == (3, 3, {"joy": 9}, 3)


def test_one_that_is_long_in_reading_holds_up_no_other(tmp_path: Path) -> None:
    reading, done = threading.Event(), threading.Event()

    class Slow(Progress):
        def take(self, event: Event) -> None:
            super().take(event)
            if isinstance(event, Warned):
                reading.set()
                assert done.wait(120)

    slow, quick = (JobFolder(tmp_path / name, TrainingSpec) for name in ("slow", "quick"))
    for run, event in ((slow, Warned(step=0, message="slow")), (quick, STARTED)):
        run.path.mkdir()
        append(run.events, to_line(event) + "\n")
    tails = Tails(Slow)
    thread = threading.Thread(target=tails.look, args=(slow,))
    thread.start()
    try:
        assert reading.wait(120) and tails.look(quick).steps == 50
    finally:
        done.set()
        thread.join()
