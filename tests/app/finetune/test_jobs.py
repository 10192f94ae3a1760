"""Trainings from start to end: followed, steered, lost and found again, each by its owner."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.finetune import words
from app.finetune.folder import RunFolder
from app.finetune.jobs import Jobs
from app.jobs import words as text
from app.jobs.lock import NAME
from app.models.requests import Refused
from tests.app.job_runs import (
    FAST,
    FakeJobs,
    jobs_in,
    spec_in,
    state_becomes,
    steps_reach,
    until,
)


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[FakeJobs]:
    made = jobs_in(tmp_path / "runs")
    yield made
    made.end_all()


def folder_of(jobs: Jobs, run: str) -> RunFolder:
    return RunFolder(jobs.folder / run)


def process_of(jobs: Jobs, run: str) -> psutil.Process:
    record = folder_of(jobs, run).record()
    assert record is not None and record.process is not None
    return psutil.Process(record.process.pid)


def kill(jobs: Jobs, run: str) -> None:
    """As the machine's memory running out does: without a word, and at once."""
    process = process_of(jobs, run)
    process.kill()
    state_becomes(jobs, run, "lost")


def test_a_run_is_followed_paused_and_kept(jobs: FakeJobs, tmp_path: Path) -> None:
    run = jobs.start(spec_in(tmp_path), "")
    assert jobs.live(run, "").info.state in ("starting", "running")
    steps_reach(jobs, run, 6)
    live = jobs.live(run, "")
    assert (live.info.state, live.stage, live.epochs) == ("running", "training", 20_000)
    assert live.points[0].agree == 3 and live.points[0].disagree == 1
    assert live.epochs_done[0].step == 5 and live.remaining is not None and live.remaining > 0
    assert live.disputes[0]["row"] == str(live.step), "newest first"
    assert live.labels == {"joy": 3 * (live.step - 5 * live.epoch)}, "since the epoch began"
    assert jobs.holder == run

    jobs.say(run, "", "pause")
    assert state_becomes(jobs, run, "paused").info.name == "first"
    time.sleep(0.1)  # the step that was being done
    stood = jobs.live(run, "").step
    time.sleep(0.3)
    assert jobs.live(run, "").step == stood
    jobs.say(run, "", "go")
    steps_reach(jobs, run, stood + 1)

    jobs.say(run, "", "keep")
    live = state_becomes(jobs, run, "kept")
    assert (
        live.info.reason == "stopped" and live.info.checkpoint == jobs.folder / run / "checkpoint"
    )
    assert live.stage == "" and live.remaining is None
    assert not folder_of(jobs, run).state.exists(), "nothing goes on with it any more"
    assert jobs.holder is None
    with pytest.raises(Refused, match="not running"):
        jobs.say(run, "", "pause")


def test_a_discarded_run_leaves_no_model(jobs: FakeJobs, tmp_path: Path) -> None:
    run = jobs.start(spec_in(tmp_path), "")
    steps_reach(jobs, run, 1)
    jobs.say(run, "", "discard")
    live = state_becomes(jobs, run, "discarded")
    assert live.info.checkpoint is None and not (jobs.folder / run / "checkpoint").exists()
    assert live.points, "its curves stay"
    assert jobs.outcome(run, "").changed_count == 1


def test_a_killed_run_goes_on_from_its_saved_state(jobs: FakeJobs, tmp_path: Path) -> None:
    run = jobs.start(spec_in(tmp_path), "")
    steps_reach(jobs, run, 8)
    kill(jobs, run)
    live = jobs.live(run, "")
    assert live.failure == "" and live.info.checkpoint is None
    reached = live.step
    jobs.steps = reached + 10
    jobs.resume(run, "")
    live = state_becomes(jobs, run, "done")
    steps = [p.step for p in live.points]
    assert steps == list(range(1, reached + 11)), "each step once, also those done twice"
    assert live.seconds == pytest.approx(0.01 * len(steps))
    with pytest.raises(Refused, match="nothing to go on with"):
        jobs.resume(run, "")


def test_one_training_at_a_time(jobs: FakeJobs, tmp_path: Path) -> None:
    run = jobs.start(spec_in(tmp_path), "")
    with pytest.raises(Refused, match="“first” is still being trained"):
        jobs.start(spec_in(tmp_path, "second"), "")
    assert [r.id for r in jobs.history("")] == [run], "nothing is left of the second"
    kill(jobs, run)
    jobs.steps = 1
    second = jobs.start(spec_in(tmp_path, "second"), "")
    state_becomes(jobs, second, "done")
    assert [r.name for r in jobs.history("")] == ["second", "first"]


def test_a_restarted_server_finds_its_training(jobs: FakeJobs, tmp_path: Path) -> None:
    run = jobs.start(spec_in(tmp_path), "")
    steps_reach(jobs, run, 3)
    again = jobs_in(jobs.folder)
    live = again.live(run, "")
    assert live.info.state == "running" and live.step >= 3
    with pytest.raises(Refused, match="still being trained"):
        again.start(spec_in(tmp_path), "")
    again.say(run, "", "keep")
    state_becomes(again, run, "kept")
    assert state_becomes(jobs, run, "kept").step == again.live(run, "").step


def test_a_stale_lock_is_taken(jobs: FakeJobs, tmp_path: Path) -> None:
    """A holder that is gone, and one whose pid belongs to another process by now."""
    ended = psutil.Popen([sys.executable, "-c", ""])
    ended.wait()
    jobs.steps = 1
    for pid in (ended.pid, os.getpid()):
        line = json.dumps({"run": "0" * 16, "pid": pid, "create_time": 1.0})
        (jobs.folder / NAME).write_text(line, encoding="utf-8")
        assert jobs.holder is None
        run = jobs.start(spec_in(tmp_path), "")
        state_becomes(jobs, run, "done")


def test_a_clock_that_was_set_loses_no_training(jobs: FakeJobs, tmp_path: Path) -> None:
    """The system tells the start of a process by its clock: here it was set by a day."""
    run = jobs.start(spec_in(tmp_path), "")
    steps_reach(jobs, run, 1)
    folder = folder_of(jobs, run)
    record = folder.record()
    assert record is not None and record.process is not None
    moved = replace(record.process, create_time=record.process.create_time - 86_400)
    folder.change(process=moved)
    (jobs.folder / NAME).write_text(
        json.dumps({"run": run, "pid": moved.pid, "create_time": moved.create_time}), "utf-8"
    )
    again = jobs_in(jobs.folder)
    assert again.live(run, "").info.state == "running"
    with pytest.raises(Refused, match="still being trained"):
        again.start(spec_in(tmp_path), "")


def test_a_lock_being_written_is_held(jobs: FakeJobs, tmp_path: Path) -> None:
    lock = jobs.folder / NAME
    lock.write_text("", encoding="utf-8")
    with pytest.raises(Refused, match="running on this machine already"):
        jobs.start(spec_in(tmp_path), "")
    os.utime(lock, (1.0, 1.0))
    jobs.steps = 1
    state_becomes(jobs, jobs.start(spec_in(tmp_path), ""), "done")


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("fails", "my sentences.csv: row 3 is not a row."),
        ("raises", "MemoryError: no room for 3 GB"),
    ],
)
def test_a_failing_process_says_why(
    jobs: FakeJobs, tmp_path: Path, mode: str, sentence: str
) -> None:
    jobs.mode = mode
    run = jobs.start(spec_in(tmp_path), "")
    live = state_becomes(jobs, run, "failed")
    assert live.failure.replace("\\", "/") == sentence, "and no path of this machine"
    assert jobs.holder is None
    jobs.mode, jobs.steps = "plain", 2
    jobs.resume(run, "")
    assert state_becomes(jobs, run, "done").failure == ""


def test_a_process_that_does_not_listen_is_ended_and_its_state_kept(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path / "runs", grace=FAST)
    jobs.mode = "deaf"
    run = jobs.start(spec_in(tmp_path), "")
    steps_reach(jobs, run, 6)
    process = process_of(jobs, run)
    jobs.say(run, "", "keep")
    assert jobs.live(run, "").info.state == "stopping"
    state_becomes(jobs, run, "kept")
    assert not process.is_running() and jobs.live(run, "").step % 5 == 0, "the last whole epoch"
    assert jobs.holder is None


def test_what_has_saved_nothing_cannot_be_kept(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path / "runs", grace=FAST)
    jobs.mode = "slow"
    run = jobs.start(spec_in(tmp_path), "")
    until(lambda: jobs.live(run, "").stage == "encoding")
    jobs.say(run, "", "keep")
    assert state_becomes(jobs, run, "lost").failure == words.NOTHING_KEPT
    jobs.mode, jobs.steps = "plain", 1
    jobs.resume(run, "")
    assert state_becomes(jobs, run, "done").failure == ""


def test_before_the_first_step_a_discard_acts_at_once(jobs: FakeJobs, tmp_path: Path) -> None:
    jobs.mode = "slow"
    run = jobs.start(spec_in(tmp_path), "")
    until(lambda: jobs.live(run, "").stage == "encoding")
    jobs.say(run, "", "discard")  # the grace is a minute here
    state_becomes(jobs, run, "discarded")
    assert jobs.outcome(run, "").rows == 0


def test_a_restarted_server_remembers_a_word_to_stop(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path / "runs")
    jobs.mode = "deaf"
    run = jobs.start(spec_in(tmp_path), "")
    steps_reach(jobs, run, 1)
    folder_of(jobs, run).say("discard")
    again = jobs_in(jobs.folder, grace=FAST)
    state_becomes(again, run, "discarded")
    assert state_becomes(jobs, run, "discarded")


def test_a_lost_run_can_be_discarded(jobs: FakeJobs, tmp_path: Path) -> None:
    run = jobs.start(spec_in(tmp_path), "")
    steps_reach(jobs, run, 6)
    kill(jobs, run)
    jobs.say(run, "", "discard")
    assert jobs.live(run, "").info.state == "discarded"


def test_nobody_sees_the_runs_of_others(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path / "runs", single_user=False)
    jobs.steps = 2
    run = jobs.start(spec_in(tmp_path), "anna")
    state_becomes(jobs, run, "done", owner="anna")
    calls: tuple[Callable[[str, str], object], ...] = (
        jobs.live,
        jobs.resume,
        jobs.outcome,
        jobs.delete,
        lambda r, o: jobs.say(r, o, "keep"),
        lambda r, o: jobs.rename(r, o, "mine"),
        lambda r, o: jobs.export(r, o, tmp_path),
    )
    for call in calls:
        for strange in ("berta", "", "ännä"):
            with pytest.raises(Refused) as foreign:
                call(run, strange)
            with pytest.raises(Refused) as missing:
                call("0" * 16, "anna")
            assert str(foreign.value) == str(missing.value) == text.TRAINING.none
    assert [r.id for r in jobs.history("anna")] == [run]
    assert jobs.history("berta") == jobs.history("") == []
    assert [r.id for r in jobs_in(jobs.folder).history("")] == [run], "single user: everything"


def test_without_an_owner_nothing_is_started_for_nobody(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path / "runs", single_user=False)
    with pytest.raises(Refused, match="Reload"):
        jobs.start(spec_in(tmp_path), "")
    with pytest.raises(Refused, match="Reload"):
        jobs.import_zip(tmp_path / "x.zip", "")


def test_a_foreign_training_is_refused_without_its_name(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path / "runs", single_user=False)
    run = jobs.start(spec_in(tmp_path, "a secret"), "anna")
    try:
        with pytest.raises(Refused) as refused:
            jobs.start(spec_in(tmp_path), "berta")
        assert str(refused.value) == text.TRAINING.busy
    finally:
        jobs.end_all()
    assert run


@pytest.mark.parametrize("run", ["", ".", "..", "../runs", "a/b", "0" * 15, "training.lock", "\0"])
def test_no_name_leads_elsewhere(jobs: FakeJobs, run: str) -> None:
    with pytest.raises(Refused, match="no such training"):
        jobs.live(run, "")


def test_renamed_and_deleted(jobs: FakeJobs, tmp_path: Path) -> None:
    run = jobs.start(spec_in(tmp_path), "")
    steps_reach(jobs, run, 1)
    jobs.rename(run, "", "  ten\nthousand\tlines ")
    assert jobs.live(run, "").info.name == "ten thousand lines"
    with pytest.raises(Refused, match="Give the training a name"):
        jobs.rename(run, "", " \n")
    with pytest.raises(Refused, match="still running"):
        jobs.delete(run, "")
    jobs.say(run, "", "keep")
    state_becomes(jobs, run, "kept")
    jobs.delete(run, "")
    assert jobs.history("") == [] and not (jobs.folder / run).exists()
    assert sorted(p.name for p in jobs.folder.iterdir() if p.name != NAME) == []


def test_files_are_copied_under_names_of_our_own(jobs: FakeJobs, tmp_path: Path) -> None:
    jobs.steps = 1
    run = jobs.start(spec_in(tmp_path), "")
    record = folder_of(jobs, run).record()
    assert record is not None and record.files == {"data/table.csv": "my sentences.csv"}
    assert record.spec.table == Path("data/table.csv")
    assert (jobs.folder / run / "data" / "table.csv").read_text("utf-8").startswith("text\ngel")
    state_becomes(jobs, run, "done")


def test_a_training_is_offline_and_on_its_own(jobs: FakeJobs, tmp_path: Path) -> None:
    run = jobs.start(spec_in(tmp_path), "")
    steps_reach(jobs, run, 1)
    told = json.loads((jobs.folder / run / "environment.json").read_text("utf-8"))
    assert told["HF_HUB_OFFLINE"] == "1"
    assert told.get("OMP_NUM_THREADS") == os.environ.get("OMP_NUM_THREADS")
    if hasattr(os, "getsid"):
        pid = process_of(jobs, run).pid
        assert os.getsid(pid) == pid, "Ctrl+C in the app's terminal does not reach it"


def test_a_missing_file_and_a_full_disk_are_sentences(
    jobs: FakeJobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = spec_in(tmp_path)

    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", no_space)
        with pytest.raises(Refused, match="my sentences.csv could not be stored: No space left"):
            jobs.start(spec, "")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
        with pytest.raises(Refused, match="disk has no room"):
            jobs.start(spec, "")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", no_space)
        with pytest.raises(Refused, match="folder of trainings cannot be written: No space left"):
            jobs.start(spec, "")
    assert spec.table is not None
    spec.table.unlink()
    with pytest.raises(Refused, match="my sentences.csv is not there any more"):
        jobs.start(spec, "")
    assert [p.name for p in jobs.folder.iterdir()] == [], "nothing is left, and no lock"


def test_only_what_never_became_a_run_is_cleaned_up(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    old = runs / ".new-0123456789abcdef"
    young, foreign, run = runs / ".new-fedcba9876543210", runs / "mine", runs / ("a" * 16)
    for folder in (old, young, foreign, run):
        folder.mkdir(parents=True)
        (folder / "events.jsonl").write_text("", encoding="utf-8")
    for folder in (old, foreign, run):
        os.utime(folder, (1.0, 1.0))
    assert jobs_in(runs).history("") == []
    assert not old.exists() and young.exists() and foreign.exists() and run.exists()


def test_the_browsers_secret_survives_a_restart(jobs: FakeJobs) -> None:
    assert jobs.secret == jobs_in(jobs.folder).secret and len(jobs.secret) == 64
