"""`predict` of a table as the page starts it: followed, stopped, columns renamed or left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.commands import predict_table
from lfdrt.events import Preparing, RunFinished, RunStarted
from lfdrt.runs.log import read_events
from tests.csv_files import read, write

Run = Callable[..., int]


@pytest.fixture
def run(tiny_folder: Path, tmp_path: Path) -> Run:
    def predict(source: Path, *more: str) -> int:
        paths = ["--input", str(source), "--output", str(tmp_path / "o.csv")]
        return main(["predict", "--checkpoint", str(tiny_folder), *paths, *more])

    return predict


def table(folder: Path, rows: int, *head: str) -> Path:
    names = [*(head or ("text",))]
    return write(folder / "t.csv", [names, *([f"so happy {i}"] * len(names) for i in range(rows))])


def test_its_rows_are_told_in_the_folder(tmp_path: Path, run: Run) -> None:
    assert run(table(tmp_path, 300), "--lang", "en", "--follow", str(tmp_path)) == 0
    begun, *between, ended = read_events(tmp_path / "events.jsonl")
    assert begun == RunStarted(steps=300, settings={"rows": 300})
    assert [e.done for e in between if isinstance(e, Preparing)] == [0, 256, 300]
    assert isinstance(ended, RunFinished) and ended.reason == "done"


def test_the_word_stop_keeps_what_is_done(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, predict = table(tmp_path, 600), predict_table.RowPredictor.predict

    def told(reader: predict_table.RowPredictor, rows: list) -> list:
        (tmp_path / "control").write_text("stop", encoding="utf-8")
        return predict(reader, rows)

    monkeypatch.setattr(predict_table.RowPredictor, "predict", told)
    assert run(source, "--lang", "en", "--follow", str(tmp_path)) == 130
    assert "keeps its 256 finished rows" in capsys.readouterr().err
    assert len(read(tmp_path / "o.csv")) == 256
    monkeypatch.undo()
    (tmp_path / "control").write_text("go", encoding="utf-8")
    assert run(source, "--lang", "en", "--follow", str(tmp_path)) == 0
    assert len(read(tmp_path / "o.csv")) == 600
    _, first, *_ = read_events(tmp_path / "events.jsonl")
    assert isinstance(first, Preparing) and first.done == 256


def test_new_columns_get_a_prefix_where_theirs_are_taken(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    source = table(tmp_path, 3, "text", "label")
    assert run(source, "--lang", "en") == 2
    assert "already has a column 'label'" in capsys.readouterr().err
    assert run(source, "--lang", "en", "--prefix", "predicted_") == 0
    for _ in range(2):  # the second run reads its own columns back
        row = read(tmp_path / "o.csv")[0]
        assert row["label"] == "so happy 0"
        assert row["predicted_label"] and float(row["predicted_p_joy"]) > 0
        assert run(source, "--lang", "en", "--prefix", "predicted_") == 0


def test_a_column_of_the_usual_name_can_be_left_alone(tmp_path: Path, run: Run) -> None:
    """Texts in a column called image are no names of pictures."""
    source = table(tmp_path, 2, "text", "image")
    assert run(source, "--lang", "en", "--image-column", "") == 0
    assert all(row["label"] and not row["note"] for row in read(tmp_path / "o.csv"))


def test_the_language_of_all_is_for_rows_that_name_none(tmp_path: Path, run: Run) -> None:
    rows = [["text", "l"], ["so happy", "sw"], ["so happy", ""]]
    source = write(tmp_path / "t.csv", rows)
    assert run(source, "--lang-column", "l", "--lang", "tr") == 0
    assert [row["language"] for row in read(tmp_path / "o.csv")] == ["sw", "tr"]
