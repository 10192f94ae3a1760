"""`lfdrt families` without data: the example sentences, what it tells, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.evaluation.recordings.families import read_families
from lfdrt.runs.work import WorkFolder


def test_distances_on_the_example_sentences(
    tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "families"
    words = ["families", str(tiny_folder), "--out", str(out), "--device", "cpu"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "A disentangler moves a token by" in told
    assert "Retrieval" not in told
    assert read_families(out).distances.about == "the app's example sentences"
    assert main(words) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_stop_is_told(
    tmp_path: Path,
    tiny_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(WorkFolder, "told_to_stop", lambda self: True)
    assert main(["families", str(tiny_folder), "--out", str(tmp_path / "f")]) == 130
    assert "Stopped. Nothing is kept" in capsys.readouterr().err
    assert not (tmp_path / "f").exists()


def test_data_that_are_not_there_are_told(
    tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["families", str(tiny_folder), "--out", str(tmp_path / "f"), "--data", str(tmp_path)]
    assert main(words) == 2
    assert "has no parallel files" in capsys.readouterr().err
    (tmp_path / "parallel").mkdir()
    (tmp_path / "parallel" / "en-eo.csv").write_text("en,eo,split\na,b,dev\n", encoding="utf-8")
    assert main(words) == 2
    assert "en.dev.csv is not in" in capsys.readouterr().err
    assert main([*words, "--sets", "moon"]) == 2
    assert "'moon' is no data set" in capsys.readouterr().err
