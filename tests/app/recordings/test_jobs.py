"""What recordings alone do as jobs: followed by sets, named once, played and passed on."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.models.requests import Refused
from app.recordings.kind import RECORDING, export, past
from app.recordings.recordings import Recordings as Played
from lfdrt.evaluation.recordings.files import read_recording
from tests.app.jobs.kinds import Recordings, recorded, until


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Recordings]:
    made = Recordings(tmp_path / "runs")
    yield made
    made.end_all()


def test_its_sets_and_newest_scores_are_followed(jobs: Recordings) -> None:
    jobs.gate = 3
    run = jobs.start()
    until(lambda: jobs.live(run).sums.sets_done >= 3)
    live = jobs.live(run)
    assert (live.sums.total, live.sums.sets) == (100, 10)
    assert live.elapsed is not None and 0 < live.elapsed < 60
    assert live.sums.newest is not None and live.sums.newest.scores["macro_f1"] == 0.4
    time.sleep(0.3)  # events that come at once are of one time
    (jobs.folder(run) / "gate").write_text("5")
    until(lambda: jobs.live(run).sums.remaining is not None)
    jobs.open_gate(run)
    assert jobs.becomes(run, "done").elapsed is None
    jobs.settled(run)
    names = {path.name for path in jobs.folder(run).iterdir()}
    assert "recording" in names and not {"recording.part", "control"} & names
    ((spec, seconds),) = past(jobs.jobs)
    assert spec.rows == 100 and 0 < seconds < 60


def test_what_two_processes_made_says_nothing_of_the_time(jobs: Recordings) -> None:
    jobs.gate = 3
    run = jobs.start()
    jobs.reaches(run, 3)
    jobs.end(run)
    jobs.becomes(run, "stopped")
    jobs.gate = None
    jobs.jobs.resume(run, "")
    assert jobs.state(run) == "starting", "what the first process wrote is past"
    jobs.becomes(run, "done")
    jobs.settled(run)
    assert list(past(jobs.jobs)) == []


def test_a_sentence_names_the_data_folder_and_not_where_it_is(jobs: Recordings) -> None:
    """Of a process that was killed after it had said so."""
    data = jobs.runs.parent / "elsewhere"
    jobs.mode = "slow"
    run = jobs.jobs.start(recorded(sets=("made:ar",), data=data), "")
    (jobs.folder(run) / "log.txt").write_text(f"lfdrt: {data / 'x.csv'} is not in {data}.\n")
    jobs.kill(run)
    live = jobs.becomes(run, "failed")
    assert live.failure.replace("\\", "/") == "x.csv is not in the data folder."


def done(jobs: Recordings, name: str = "first", owner: str = "") -> str:
    run = jobs.start(name, owner)
    jobs.becomes(run, "done", owner)
    return run


def test_names_are_given_once(jobs: Recordings) -> None:
    run = done(jobs)
    for name, sentence in (
        (" \n", "Give the recording a name"),
        ("FIRST ", "“FIRST” already"),
        ("Sample", "“Sample” already"),  # a bundled one
    ):
        with pytest.raises(Refused, match=sentence):
            jobs.start(name)
    with pytest.raises(Refused, match="“compact” already"):
        jobs.jobs.rename(run, "", "compact")
    jobs.jobs.rename(run, "", "First")  # its own name may change its case
    assert [r.name for r in jobs.jobs.history("")] == ["First"]


def test_it_is_played_under_its_name_and_leaves_as_a_zip(jobs: Recordings, tmp_path: Path) -> None:
    run = done(jobs, "Ma première: ../x")
    played = Played(None, jobs.jobs)
    assert played.listed("")[0] == ("Yours: Ma première: ../x", run)
    assert played.run(run).name == "Ma première: ../x"
    jobs.jobs.rename(run, "", "second")
    assert played.run(run).name == "second"
    path = export(jobs.jobs, run, "", tmp_path / "out")
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["second/rows.parquet", "second/run.json"]
        archive.extractall(tmp_path / "unpacked")
    unpacked = read_recording(tmp_path / "unpacked" / "second")
    assert (unpacked.run.name, len(unpacked)) == ("second", 392)
    assert str(tmp_path) not in json.dumps(vars(unpacked.run), default=str)
    jobs.jobs.delete(run, "")
    assert run not in [key for _, key in played.listed("")]
    with pytest.raises(Refused, match="no recording to play"):
        played.recording(run)


def test_a_running_one_is_not_played_or_packed(jobs: Recordings, tmp_path: Path) -> None:
    jobs.gate = 1
    run = jobs.start()
    with pytest.raises(Refused, match="not complete"):
        export(jobs.jobs, run, "", tmp_path / "out")
    with pytest.raises(Refused, match="no recording to play"):
        Played(None, jobs.jobs).recording(run)


def test_nobody_plays_or_packs_the_recordings_of_others(tmp_path: Path) -> None:
    jobs = Recordings(tmp_path / "runs", single_user=False)
    run = done(jobs, owner="anna")
    played = Played(None, jobs.jobs)
    for strange in ("berta", ""):
        with pytest.raises(Refused, match="no such recording"):
            export(jobs.jobs, run, strange, tmp_path)
    assert played.may_play(run, "anna") and not played.may_play(run, "berta")
    done(jobs, owner="berta")  # the name of a recording that one does not see is free


def test_a_note_that_looks_like_an_option_stays_a_note(jobs: Recordings) -> None:
    from lfdrt.__main__ import build_parser

    def parsed(spec: object) -> object:
        folder = jobs.jobs.store.all()[0][0].path
        return build_parser().parse_args(RECORDING.command(folder, spec)[1:])

    done(jobs)
    spec = recorded(note="--transfer", languages=("sw", "tr"), family="none")
    args = parsed(spec)
    assert (args.note, args.transfer, args.sample, args.family) == (
        "--transfer",
        False,
        True,
        "none",
    )
    assert (args.inputs, args.languages) == ("text and image", "sw,tr")
    args = parsed(replace(spec, sets=("xed:ar", "meld:en"), data=Path("data"), inputs="text"))
    assert (args.sets, args.data, args.sample) == ("xed:ar,meld:en", Path("data"), False)
    assert args.follow.name == args.record.parent.name
