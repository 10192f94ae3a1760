"""`lfdrt teach` on a tiny checkpoint: questions in the terminal, a checkpoint that predicts out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.training.teach.labels import read_labels
from tests.csv_files import write
from tests.tiny import SENTENCES, tiny_checkpoint


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    tiny_checkpoint(tmp_path / "tiny")
    rows = [(f"{s} {n}",) for n, s in enumerate(SENTENCES * 2)]
    data = write(tmp_path / "rows.csv", [("text",), *rows])
    return ["teach", "--data", str(data), "--lang", "en", "--checkpoint", str(tmp_path / "tiny"),
            "--device", "cpu", "--out", str(tmp_path / "run")]  # fmt: skip


def result(tmp_path: Path) -> dict:
    return json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))


def test_labels_in_a_file_and_a_mix(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    few = [(f"{s} {n}", "happy" if n % 2 else "joy") for n, s in enumerate(SENTENCES)]
    labels = write(tmp_path / "few.csv", [("text", "label"), *few])
    assert main([*arguments, "--labels", str(labels), "--mix", "joy=80"]) == 0
    out = capsys.readouterr().out
    made = tmp_path / "run" / "checkpoint"
    assert f"predict --checkpoint {made}" in out
    told = result(tmp_path)
    assert told["by_class"]["joy"] == 16 and told["mix"]["joy"] == 0.8 and told["kept"]
    assert main(["predict", "--checkpoint", str(made), "--text", "gel"]) == 0


def test_the_rows_alone(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert "the rows are read" in capsys.readouterr().out
    assert (tmp_path / "run" / "read.npz").is_file()


def test_questions_in_the_terminal(
    tmp_path: Path,
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four, wrong key, skip, undo of the skip, none, then the end of the input; then ten more."""
    monkeypatch.setattr("sys.stdin", io.StringIO("4\nx\ns\nu\nn\n4\n"))
    assert main([*arguments, "--ask", "20"]) == 0
    out = capsys.readouterr().out
    assert "4 joy" in out and "Type a number from 1 to 7" in out and "too few labels" in out
    stored = read_labels(tmp_path / "run" / "labels.csv")
    assert [one.label for one in stored] == ["joy", None, "joy"]
    monkeypatch.setattr("sys.stdin", io.StringIO("4\n" * 10))
    assert main([*arguments, "--ask", "10"]) == 0
    assert "It " in capsys.readouterr().out
    assert result(tmp_path)["labels"] == 12 and result(tmp_path)["random"] == 2
    stored = read_labels(tmp_path / "run" / "labels.csv")
    assert len({one.id for one in stored}) == 13
    assert [n for n, one in enumerate(stored) if one.random] == [4, 9]


def test_what_cannot_be_used_is_said(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write(tmp_path / "bad.csv", [("text", "label"), (f"{SENTENCES[0]} 0", "xyzzy")])
    assert main([*arguments, "--labels", str(bad)]) == 2
    assert "'xyzzy'" in capsys.readouterr().err
    assert main([*arguments, "--mix", "joy=300"]) == 2
    assert "300 of 100" in capsys.readouterr().err
    assert main(["teach", "--out", str(tmp_path / "r")]) == 2
    assert "nothing to learn from" in capsys.readouterr().err
    assert not (tmp_path / "r").exists()
