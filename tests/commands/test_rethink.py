"""`lfdrt rethink` on a tiny checkpoint: a table in, a checkpoint that predicts out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.checkpoint import load_checkpoint
from lfdrt.events import EvalDone, Preparing, RethinkStep, RunFinished
from lfdrt.runs.log import read_events
from tests.csv_files import read, write
from tests.tiny import SENTENCES, tiny_checkpoint


def table(path: Path, rows: list[tuple[str, ...]], header: tuple[str, ...] = ("text",)) -> Path:
    return write(path, [header, *rows])


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    tiny_checkpoint(tmp_path / "tiny")
    data = table(tmp_path / "rows.csv", [*((s,) for s in SENTENCES[:9]), (" ",)])
    return ["rethink", "--data", str(data), "--lang", "tr", "--checkpoint", str(tmp_path / "tiny"),
            "--device", "cpu", "--epochs", "2", "--batch-rows", "4",
            "--out", str(tmp_path / "run")]  # fmt: skip


def test_a_table_becomes_a_checkpoint(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    few = table(tmp_path / "few.csv", [(SENTENCES[9], "joy"), (SENTENCES[10], "anger")],
                ("text", "label"))  # fmt: skip
    assert main([*arguments, "--labelled", str(few)]) == 0
    assert "rows.csv: Left out: blank lines (1)." in capsys.readouterr().err
    run = tmp_path / "run"
    events = list(read_events(run / "events.jsonl"))
    assert sum(isinstance(e, RethinkStep) for e in events) == 6
    assert sum(isinstance(e, EvalDone) for e in events) == 3
    assert isinstance(events[-1], RunFinished) and events[-1].reason == "done"
    stages = [e.stage for e in events if isinstance(e, Preparing)]
    assert stages == ["pictures", "encoding", "encoding", "saving", "saving"]
    assert not (run / "features").exists() and not (run / "labelled").exists()
    card = load_checkpoint(run / "checkpoint").card
    assert card["rethought"]["rows"] == 9 and "scores" not in card
    rows = read(run / "predictions.csv")
    assert [r["id"] for r in rows] == [str(n) for n in range(2, 11)]
    assert rows[0]["text"] == SENTENCES[0] and rows[0]["agree_before"] in ("true", "false")
    reported = read(run / "labelled.csv")
    assert list(reported[0]) == ["id", "text", "label", "label_before", "label_after"]
    assert [r["label"] for r in reported] == ["joy", "anger"]
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    assert config["rows"] == 9 and config["settings"]["epochs"] == 2
    assert main(["predict", "--checkpoint", str(run / "checkpoint"), "--text", "gel"]) == 0


def test_the_control_file_stops_a_run(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "control").write_text("discard", encoding="utf-8")
    assert main(arguments) == 0
    (*_, last) = read_events(tmp_path / "run" / "events.jsonl")
    assert last.reason == "discarded" and last.step == 0


def test_a_folder_of_another_run_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert main([*arguments, "--seed", "1"]) == 2
    assert "holds a run of other settings" in capsys.readouterr().err
    assert main(arguments) == 0, "the same run again only writes its checkpoint"


def test_labels_of_another_set_are_named(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    few = table(tmp_path / "few.csv", [(SENTENCES[9], "purple")], ("text", "label"))
    assert main([*arguments, "--labelled", str(few)]) == 2
    said = capsys.readouterr().err
    assert "few.csv: no row has a label of anger" in said and "(label) holds 'purple'" in said


def test_a_table_of_nothing_is_a_sentence(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    empty = table(tmp_path / "empty.csv", [(" ",), ("",)])
    arguments[2] = str(empty)
    assert main(arguments) == 2
    assert "no row" in capsys.readouterr().err
