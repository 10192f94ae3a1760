"""`lfdrt ablate` on a tiny model: trains each row once, scores it, and reports differences."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.config import to_dict
from lfdrt.labels import EKMAN7
from lfdrt.runs.files import write_json
from lfdrt.training.pretrain.ablation import ROWS
from lfdrt.training.saved import keep_tensors
from tests.csv_files import LABELLED, write
from tests.tiny import SENTENCES
from tests.tiny_data import tiny_data, tiny_faces
from tests.tiny_towers import tiny_towers
from tests.training.settings import TINY


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    tiny_towers(tmp_path / "towers")
    data = tiny_data(tmp_path / "data")
    _labelled(data / "text" / "goemotions", "en")
    for language in ("tt", "sw", "id", "jv", "es", "zh"):
        _labelled(data / "text" / "brighter", language)
    write_json(tmp_path / "settings.json", to_dict(replace(TINY, steps=2)))
    (tmp_path / "out").mkdir()
    faces = tiny_faces(16)
    keep_tensors(tmp_path / "out" / "faces.safetensors", vars(faces))
    words = ["--preset", "settings.json", "--data", "data", "--towers", "towers", "--out", "out"]
    return ["ablate", *(w if w.startswith("--") else str(tmp_path / w) for w in words)]


def _labelled(folder: Path, language: str) -> None:
    rows = [(f"{i}", SENTENCES[i % 5], name) for i, name in enumerate(EKMAN7.labels * 2)]
    write(folder / f"{language}.dev.csv", [LABELLED, *rows])


def test_rows_are_trained_once_and_compared(tmp_path: Path, arguments: list[str]) -> None:
    some = ["--rows", "full,english_only,without_lfd", "--device", "cpu"]
    assert main([*arguments, *some, "--seeds", "0"]) == 0
    weights = tmp_path / "out" / "full-0" / "checkpoint"
    before = {p.name: p.stat().st_mtime_ns for p in weights.iterdir()}
    assert main([*arguments, *some, "--seeds", "0,1"]) == 0
    assert {p.name: p.stat().st_mtime_ns for p in weights.iterdir()} == before
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    rows = {row["row"]: row["measures"] for row in report["rows"]}
    assert list(rows) == ["full", "english_only", "without_lfd"]
    name = "brighter dev, 6 language(s), macro-F1"
    full, english = rows["full"][name], rows["english_only"][name]
    assert full["seeds"] == 2 and len(full["interval"]) == 2 and "minus_full" not in full
    seedwise = [english["values"][s] - full["values"][s] for s in ("0", "1")]
    assert english["minus_full"]["mean"] == pytest.approx(sum(seedwise) / 2)
    table = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "| without_lfd | 2 |" in table and "no score chose" in table
    config = json.loads((tmp_path / "out/without_lfd-0/checkpoint/config.json").read_text())
    assert config["families"] == []


def test_finished_runs_are_reported_whatever_their_seeds(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for run, score in (("full-0", 0.5), ("full-1", 0.7), ("without_lfd-1", 0.6)):
        (tmp_path / "out" / run).mkdir()
        write_json(tmp_path / "out" / run / "measures.json", {"xed": score})
    (tmp_path / "out" / "without_text-0").mkdir()  # not scored yet
    assert main([*arguments, "--report"]) == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    rows = {row["row"]: row["measures"]["xed"] for row in report["rows"]}
    assert rows["full"]["seeds"] == 2 and rows["full"]["mean"] == pytest.approx(0.6)
    assert rows["without_lfd"]["minus_full"]["mean"] == pytest.approx(-0.1)
    assert main([*arguments, "--report", "--rows", "without_text"]) == 2
    assert "no finished run" in capsys.readouterr().err


def test_wrong_rows_and_seeds_are_a_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--rows", "without_magic"]) == 2
    assert "without_magic" in capsys.readouterr().err
    assert main([*arguments, "--seeds", "one"]) == 2
    assert "whole numbers" in capsys.readouterr().err


@pytest.mark.parametrize("row", sorted(ROWS))
def test_a_row_changes_the_run_and_nothing_it_should_not(row: str) -> None:
    changed = ROWS[row](TINY)
    assert (changed == TINY) == (row == "full")
    kept = ("steps", "seed", "sources", "labelled_rows", "rate_encoder", "frozen_layers")
    assert all(getattr(changed, k) == getattr(TINY, k) for k in kept)
