"""`lfdrt families` without data: the example sentences, what it tells, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.evaluation.recordings.families import read_families
from lfdrt.runs.work import WorkFolder
from tests.tiny_data import PARALLEL, hold_out, tiny_data


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


def test_languages_are_left_out(
    tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, code = tiny_data(tmp_path / "data"), PARALLEL[0]
    hold_out(data)
    words = ["families", str(tiny_folder), "--data", str(data), "--out", str(tmp_path / "run")]
    words += ["--leave-out", code, "--steps", "3", "--device", "cpu"]
    assert main(words) == 0
    assert f"{code} left out: its family's head is number" in capsys.readouterr().out
    report = json.loads((tmp_path / "run" / "leave-out.json").read_text(encoding="utf-8"))
    (row,) = report["languages"]
    assert row["language"] == code and row["group"] == "left out"
    assert {*row["agreed_minus_none"]} == {"own", "mix", "single", "others"}
    low, high = row["own_minus_others_gain"]["interval"]
    assert low <= row["own_minus_others_gain"]["difference"] <= high
    card = json.loads((tmp_path / "run" / "checkpoint" / "card.json").read_text(encoding="utf-8"))
    assert card["families_stage"]["settings"]["leave_out"] == [code]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--leave-out", "tt"], "name the data folder with --data"),
        (["--leave-out", "tt", "--data", "d", "--sets", "meld"], "--sets cannot be used"),
        (["--steps", "3"], "--steps goes with --leave-out"),
    ],
)
def test_leaving_out_is_refused(
    more: list[str], said: str, tmp_path: Path, tiny_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert main(["families", str(tiny_folder), "--out", str(tmp_path / "f"), *more]) == 2
    assert said in capsys.readouterr().err
