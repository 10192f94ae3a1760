"""Recordings from start to end: followed, stopped, lost and found again, each by its owner."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.jobs.processes import Grace
from app.models.requests import Refused
from app.recordings import words
from app.recordings.recordings import Recordings
from lfdrt.evaluation.recordings.files import read_recording
from tests.app.fake_recording import DATA
from tests.app.job_runs import until
from tests.app.record_runs import FakeRecordings, recordings_in, spec_of, state_becomes


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[FakeRecordings]:
    made = recordings_in(tmp_path / "runs")
    yield made
    made.end_all()


def far(jobs: FakeRecordings, run: str, sets: int, owner: str = "") -> None:
    until(lambda: jobs.live(run, owner).sets_done >= sets)


def test_a_recording_is_followed_to_its_end(jobs: FakeRecordings, tmp_path: Path) -> None:
    jobs.sets = 60
    run = jobs.start(spec_of(note="  two\nlines "), "")
    assert jobs.live(run, "").info.state == "starting"
    far(jobs, run, 3)
    live = jobs.live(run, "")
    assert live.info.state == "running" and (live.total, live.sets) == (600, 60)
    assert live.elapsed is not None and 0 < live.elapsed < 60
    assert live.newest is not None and live.newest.scores["macro_f1"] == 0.4
    until(lambda: jobs.live(run, "").remaining is not None)
    live = state_becomes(jobs, run, "done")
    assert (live.done, live.total) == (392, 392) and live.info.spec.note == "two lines"
    assert live.elapsed is live.remaining is None
    folder = tmp_path / "runs" / "recordings" / run
    assert sorted(p.name for p in folder.iterdir()) == ["log.txt", "recording", "run.json"]
    (spec, seconds), *_ = jobs.past()
    assert spec.rows == 392 and 0 < seconds < 60
    with pytest.raises(Refused, match="“first” is complete"):
        jobs.resume(run, "")
    with pytest.raises(Refused, match="“first” is not running"):
        jobs.stop(run, "")


def test_a_stop_keeps_what_is_finished_and_goes_on_from_there(jobs: FakeRecordings) -> None:
    run = jobs.start(spec_of(), "")
    far(jobs, run, 3)
    jobs.stop(run, "")
    live = state_becomes(jobs, run, "stopped")
    assert live.failure == "" and live.sets_done >= 3
    kept = live.sets_done
    jobs.sets = kept + 2
    jobs.resume(run, "")
    assert jobs.live(run, "").info.state == "starting", "what the first process wrote is past"
    state_becomes(jobs, run, "done")
    assert jobs.past() == [], "two processes made it, so neither's time is that of all rows"


def test_before_its_first_row_a_stop_acts_at_once(jobs: FakeRecordings) -> None:
    jobs.mode = "slow"
    run = jobs.start(spec_of(), "")
    jobs.stop(run, "")  # the grace is a minute here
    state_becomes(jobs, run, "stopped")


def test_a_process_that_does_not_listen_is_ended(tmp_path: Path) -> None:
    jobs = recordings_in(tmp_path / "runs", grace=Grace(seconds=0.5, look=0.05))
    jobs.mode = "deaf"
    run = jobs.start(spec_of(), "")
    far(jobs, run, 2)
    jobs.stop(run, "")
    assert state_becomes(jobs, run, "stopped").sets_done >= 2


def test_a_killed_recording_is_lost_with_a_sentence_and_goes_on(jobs: FakeRecordings) -> None:
    run = jobs.start(spec_of(), "")
    far(jobs, run, 2)
    jobs.kill(run)
    assert state_becomes(jobs, run, "lost").failure == words.RECORDING_LOST
    jobs.sets = 5
    jobs.resume(run, "")
    state_becomes(jobs, run, "done")


def test_a_failing_process_says_why(jobs: FakeRecordings) -> None:
    jobs.mode = "fails"
    run = jobs.start(spec_of(sets=("made:ar",), data=DATA), "")
    live = state_becomes(jobs, run, "failed")
    sentence = "text/x.csv is not in the data folder, nor in y."
    assert live.failure.replace("\\", "/") == sentence, "and no path of this machine"
    assert live.sets_done == 2
    jobs.mode, jobs.sets = "plain", 4
    jobs.resume(run, "")
    state_becomes(jobs, run, "done")


def test_a_restarted_server_finds_its_recording(jobs: FakeRecordings, tmp_path: Path) -> None:
    run = jobs.start(spec_of(), "")
    far(jobs, run, 2)
    again = recordings_in(tmp_path / "runs")
    assert again.live(run, "").info.state == "running"
    again.stop(run, "")
    state_becomes(again, run, "stopped")


def test_a_restarted_server_remembers_a_word_to_stop(jobs: FakeRecordings, tmp_path: Path) -> None:
    jobs.mode = "deaf"
    run = jobs.start(spec_of(), "")
    far(jobs, run, 1)
    (tmp_path / "runs" / "recordings" / run / "control").write_text("stop")
    again = recordings_in(tmp_path / "runs", grace=Grace(seconds=0.5, look=0.05))
    state_becomes(again, run, "stopped")


def done(jobs: FakeRecordings, name: str = "first", owner: str = "") -> str:
    jobs.sets = 1
    run = jobs.start(spec_of(name), owner)
    state_becomes(jobs, run, "done", owner)
    return run


def test_names_are_given_once(jobs: FakeRecordings) -> None:
    run = done(jobs)
    for name, sentence in (
        (" \n", "Give the recording a name"),
        ("FIRST ", "“FIRST” already"),
        ("Sample", "“Sample” already"),  # a bundled one
    ):
        with pytest.raises(Refused, match=sentence):
            jobs.start(spec_of(name), "")
    with pytest.raises(Refused, match="“compact” already"):
        jobs.rename(run, "", "compact")
    jobs.rename(run, "", "First")  # its own name may change its case
    assert [r.name for r in jobs.history("")] == ["First"]


def test_it_is_played_under_its_name_and_leaves_as_a_zip(
    jobs: FakeRecordings, tmp_path: Path
) -> None:
    run = done(jobs, "Ma première: ../x")
    recordings = Recordings(None, jobs)
    assert recordings.listed("")[0] == ("Yours: Ma première: ../x", run)
    assert recordings.run(run).name == "Ma première: ../x"
    jobs.rename(run, "", "second")
    assert recordings.run(run).name == "second"
    path = jobs.export(run, "", tmp_path / "out")
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["second/rows.parquet", "second/run.json"]
        archive.extractall(tmp_path / "unpacked")
    unpacked = read_recording(tmp_path / "unpacked" / "second")
    assert (unpacked.run.name, len(unpacked)) == ("second", 392)
    assert str(tmp_path) not in json.dumps(vars(unpacked.run), default=str)
    jobs.delete(run, "")
    assert run not in [key for _, key in recordings.listed("")]
    with pytest.raises(Refused, match="no recording to play"):
        recordings.recording(run)


def test_a_running_one_is_not_deleted_played_or_packed(
    jobs: FakeRecordings, tmp_path: Path
) -> None:
    run = jobs.start(spec_of(), "")
    with pytest.raises(Refused, match="still running"):
        jobs.delete(run, "")
    with pytest.raises(Refused, match="not complete"):
        jobs.export(run, "", tmp_path / "out")
    with pytest.raises(Refused, match="no recording to play"):
        Recordings(None, jobs).recording(run)


def test_nobody_sees_the_recordings_of_others(tmp_path: Path) -> None:
    jobs = recordings_in(tmp_path / "runs", single_user=False)
    run = done(jobs, owner="anna")
    recordings = Recordings(None, jobs)
    calls: tuple[Callable[[str, str], object], ...] = (
        jobs.live,
        jobs.resume,
        jobs.stop,
        jobs.delete,
        lambda r, o: jobs.rename(r, o, "mine"),
        lambda r, o: jobs.export(r, o, tmp_path),
    )
    for call in calls:
        for strange in ("berta", ""):
            with pytest.raises(Refused, match="no such recording"):
                call(run, strange)
    assert [r.id for r in jobs.history("anna")] == [run] and jobs.history("berta") == []
    recordings.check(run, "anna")
    with pytest.raises(Refused, match="no recording to play"):
        recordings.check(run, "berta")
    done(jobs, owner="berta")  # the name of a recording that one does not see is free
    with pytest.raises(Refused, match="Reload"):
        jobs.start(spec_of("third"), "")


def test_a_note_that_looks_like_an_option_stays_a_note() -> None:
    from lfdrt.__main__ import build_parser

    spec = replace(spec_of(), note="--transfer", languages=("sw", "tr"), family="none")
    args = build_parser().parse_args(spec.command(Path("out")))
    assert (args.note, args.transfer, args.sample, args.family) == (
        "--transfer",
        False,
        True,
        "none",
    )
    assert (args.inputs, args.languages) == ("text and image", "sw,tr")
    spec = replace(spec, sets=("xed:ar", "meld:en"), data=Path("data"), inputs="text")
    args = build_parser().parse_args(spec.command(Path("out")))
    assert (args.sets, args.data, args.sample) == ("xed:ar,meld:en", Path("data"), False)
