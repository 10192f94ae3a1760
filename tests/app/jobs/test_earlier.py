"""Runs that an earlier version of the app left behind are read, shown and gone on with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.finetune.kind import model_of
from tests.app.jobs.kinds import Recordings, Tables, Trainings

COMMON = {"owner": "", "created": "2026-11-20T10:00:00.000+00:00", "log_from": 0, "note": "",
          "process": {"pid": 2**22 + 1, "create_time": 1.0}}  # fmt: skip
TRAINING = {
    "table": "data/table.csv", "images": None, "labelled": None, "columns": {"text": "text"},
    "language": "tr", "family": "own", "preset": "quick", "changes": {"epochs": 4},
    "checkpoint": "checkpoints/compact", "name": "old", "rows": 2,
}  # fmt: skip
RECORDING = {
    "checkpoint": "checkpoints/compact", "model": "compact", "name": "old", "inputs": "text",
    "languages": ["sw"], "sets": [], "data": None, "family": "own", "note": "", "rows": 14,
}  # fmt: skip
TABLE = {
    "table": "data/table.csv", "checkpoint": "checkpoints/compact", "model": "compact",
    "name": "old", "images": None, "columns": {"text": "text"}, "language": None, "family": "own",
    "prefix": "", "rows": 100,
}  # fmt: skip
RUN = "0123456789abcdef"


def left(folder: Path, spec: dict[str, object], **more: object) -> Path:
    """A run's folder with its run.json."""
    path = folder / RUN
    (path / "data").mkdir(parents=True)
    record = {**COMMON, "name": "old", "spec": spec, **more}
    (path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return path


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "runs"
    for kind in (Trainings, Recordings, Tables):
        kind(tmp_path / "runs").end_all()


@pytest.mark.parametrize(
    ("ended", "reason"),
    [("done", "done"), ("kept", "stopped"), ("collapsed", "collapsed"), ("imported", "done"),
     ("discarded", "discarded")],
)  # fmt: skip
def test_a_training_is_as_it_ended(runs: Path, ended: str, reason: str) -> None:
    path = left(runs, TRAINING, files={"data/table.csv": "mine.csv"}, ended=ended, reason=reason,
                last_try=False)  # fmt: skip
    (path / "checkpoint").mkdir()
    (path / "checkpoint" / "config.json").write_text("{}")
    info = Trainings(runs).live(RUN).info
    assert (info.state, info.reason, info.spec.language) == ("done", ended, "tr")
    assert model_of(info) == path / "checkpoint"


def test_a_lost_training_goes_on(runs: Path) -> None:
    left(runs, TRAINING, files={}, ended="", reason="", last_try=False)
    jobs = Trainings(runs)
    assert jobs.state(RUN) == "lost"
    jobs.jobs.resume(RUN, "")
    jobs.becomes(RUN, "done")


def test_a_stopped_recording_goes_on_from_its_work_folder(runs: Path) -> None:
    path = left(runs / "recordings", RECORDING, ended="", seconds=0.0)
    (path / "recording.part").mkdir()
    for name in ("set-1", "set-2", "control", "events.jsonl"):
        (path / "recording.part" / name).write_text("stop" if name == "control" else "")
    (path / "control").write_text("stop")
    jobs = Recordings(runs)
    assert jobs.state(RUN) == "stopped"
    jobs.gate = 2
    jobs.jobs.resume(RUN, "")
    jobs.becomes(RUN, "running")
    jobs.open_gate(RUN)
    live = jobs.becomes(RUN, "done")
    assert live.sums.sets_done == 10
    jobs.settled(RUN)
    assert not (path / "recording.part").exists()


def test_a_whole_table_is_whole(runs: Path) -> None:
    left(runs / "tables", TABLE, files={}, ended="done")
    info = Tables(runs).live(RUN).info
    assert (info.shown, info.spec.rows, info.spec.faces) == ("done", 100, True)
