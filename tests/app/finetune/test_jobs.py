"""What trainings alone do as jobs: paused, kept, discarded, ended with what they had saved."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.finetune.archive import TRAININGS, export
from app.finetune.kind import model_of
from app.finetune.outcome import read_outcome
from app.jobs import words
from app.jobs.kind import KEEP
from app.models.requests import Refused
from tests.app.jobs.kinds import FAST, Trainings, until


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Trainings]:
    made = Trainings(tmp_path / "runs")
    yield made
    made.end_all()


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Trainings]:
    """That do not wait long for a process that does not listen."""
    made = Trainings(tmp_path / "runs", grace=FAST)
    yield made
    made.end_all()


def test_a_run_is_followed_paused_and_kept(jobs: Trainings) -> None:
    jobs.gate = 7
    run = jobs.start()
    jobs.reaches(run, 7)
    live = jobs.live(run)
    sums = live.sums
    assert (live.info.shown, sums.stage, sums.epochs) == ("running", "training", 2)
    assert sums.points[0].agree == 3 and sums.points[0].disagree == 1
    assert sums.epochs_done[0].step == 5 and sums.remaining is not None and sums.remaining > 0
    assert sums.disputes[0]["row"] == "7", "newest first"
    assert sums.labels == {"joy": 6}, "since the epoch began"

    jobs.jobs.say(run, "", "pause")
    assert jobs.state(run) == "paused"
    jobs.open_gate(run)
    time.sleep(0.3)
    assert jobs.far(run) == 7, "it holds, though nothing else keeps it"
    (jobs.folder(run) / "gate").write_text("9")
    jobs.jobs.say(run, "", "go")
    jobs.reaches(run, 9)

    jobs.jobs.say(run, "", KEEP)
    live = jobs.becomes(run, "kept")
    assert live.info.state == "done" and model_of(live.info) == jobs.folder(run) / "checkpoint"
    jobs.settled(run)
    until(lambda: not (jobs.folder(run) / "state.pt").exists())  # nothing goes on with it
    with pytest.raises(Refused, match="not running"):
        jobs.jobs.say(run, "", "pause")
    with pytest.raises(ValueError, match="'stop' is none of"):
        jobs.jobs.say(run, "", "stop")


def test_a_discarded_run_leaves_no_model(jobs: Trainings) -> None:
    jobs.gate = 1
    run = jobs.start()
    jobs.reaches(run, 1)
    jobs.jobs.say(run, "", "discard")
    live = jobs.becomes(run, "discarded")
    jobs.settled(run)
    until(lambda: not (jobs.folder(run) / "checkpoint").exists())
    assert live.sums.points, "its curves stay"
    assert read_outcome(jobs.folder(run), "first", "discarded").changed_count == 1


def test_a_killed_run_does_each_step_once(jobs: Trainings) -> None:
    jobs.gate = 8
    run = jobs.start()
    jobs.reaches(run, 8)
    jobs.kill(run)
    live = jobs.becomes(run, "lost")
    assert "without a word" in live.failure and model_of(live.info) is None
    jobs.gate = None
    jobs.jobs.resume(run, "")
    live = jobs.becomes(run, "done")
    assert [p.step for p in live.sums.points] == list(range(1, 11)), "also those done twice"
    assert live.sums.seconds == pytest.approx(0.1)


def test_one_that_does_not_listen_is_kept_as_it_was_saved(hasty: Trainings) -> None:
    hasty.mode, hasty.gate = "deaf", 7
    run = hasty.start()
    hasty.reaches(run, 7)
    hasty.mode = "plain"
    hasty.jobs.say(run, "", KEEP)
    live = hasty.becomes(run, "kept")
    assert live.sums.step == 5, "the last whole epoch"
    assert hasty.jobs.machine.lock.holder() is None


def test_a_last_try_that_cannot_begin_is_told(
    hasty: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty.mode, hasty.gate = "deaf", 7
    run = hasty.start()
    hasty.reaches(run, 7)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("app.jobs.engine.begin", full)
        hasty.jobs.say(run, "", KEEP)
        assert hasty.becomes(run, "lost").failure == words.NOT_KEPT
    assert hasty.jobs.machine.lock.holder() is None
    hasty.mode, hasty.gate = "plain", None
    hasty.jobs.resume(run, "")
    assert hasty.becomes(run, "done").failure == ""


def test_what_has_saved_nothing_cannot_be_kept(hasty: Trainings) -> None:
    hasty.mode = "slow"
    run = hasty.start()
    hasty.jobs.say(run, "", KEEP)
    assert hasty.becomes(run, "lost").failure == words.NOTHING_KEPT
    hasty.mode = "plain"
    hasty.jobs.resume(run, "")
    assert hasty.becomes(run, "done").failure == ""


def test_a_look_while_it_is_being_ended_finds_the_reason(
    hasty: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record was read, then the process was ended: what was written in between counts."""
    hasty.mode = "slow"
    run = hasty.start()
    engine = hasty.jobs
    folder, record = engine.store.mine(run, "")
    real, ours = engine.alive, threading.current_thread()

    def ended_meanwhile(*about: Any) -> bool:
        if threading.current_thread() is not ours:  # the engine looks too
            return real(*about)
        monkeypatch.setattr(engine, "alive", real)
        folder.say(KEEP)
        engine._end(folder, record)
        return real(*about)

    monkeypatch.setattr(engine, "alive", ended_meanwhile)
    live = engine.live(run, "")
    assert (live.info.state, live.failure) == ("lost", words.NOTHING_KEPT)


def test_before_the_first_step_a_discard_acts_at_once(jobs: Trainings) -> None:
    jobs.mode = "slow"
    run = jobs.start()
    jobs.jobs.say(run, "", "discard")  # the grace is a minute here
    jobs.becomes(run, "discarded")
    assert read_outcome(jobs.folder(run), "first", "discarded").rows == 0


@pytest.mark.parametrize("mode", ["fails", "plain"])
def test_a_lost_or_failed_run_can_be_discarded(jobs: Trainings, mode: str) -> None:
    jobs.mode, jobs.gate = mode, 6
    run = jobs.start()
    if mode == "plain":
        jobs.reaches(run, 6)
        jobs.kill(run)
    jobs.becomes(run, "lost" if mode == "plain" else "failed")
    jobs.jobs.say(run, "", "discard")
    assert jobs.state(run) == "discarded" and jobs.record(run).ended == "discarded"


def test_files_are_copied_under_names_of_our_own(jobs: Trainings) -> None:
    jobs.becomes(run := jobs.start(), "done")
    record = jobs.record(run)
    assert record.files == {"data/table.csv": "my sentences.csv"}
    assert record.spec.table == Path("data/table.csv")
    assert (jobs.folder(run) / "data" / "table.csv").read_text("utf-8").startswith("text\ngel")


def test_a_missing_file_and_a_full_disk_are_sentences(
    jobs: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = jobs.spec("first")

    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", no_space)
        with pytest.raises(Refused, match="my sentences.csv could not be stored: No space left"):
            jobs.jobs.start(spec, "")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
        with pytest.raises(Refused, match="disk has no room"):
            jobs.jobs.start(spec, "")
    assert spec.table is not None
    spec.table.unlink()
    with pytest.raises(Refused, match="my sentences.csv is not there any more"):
        jobs.jobs.start(spec, "")
    made = [p.name for p in jobs.runs.iterdir() if p.name not in ("recordings", "tables")]
    assert made == [], "nothing is left, and no lock"


def test_a_run_without_model_has_no_zip(jobs: Trainings, tmp_path: Path) -> None:
    jobs.mode = "fails"
    jobs.becomes(run := jobs.start(), "failed")
    with pytest.raises(Refused, match="no model to download"):
        export(TRAININGS, jobs.jobs, run, "", tmp_path)
