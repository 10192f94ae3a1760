"""`lfdrt head`: trains from the command line, and its head serves the other commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.training.head import settings as head_settings
from tests.tiny import tiny_checkpoint
from tests.tiny_pairs import TINY_HEAD, tiny_pairs


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(head_settings.HEADS, "polarity3", TINY_HEAD)
    tiny_checkpoint(tmp_path / "tiny")
    return tmp_path


def _head(place: Path, *more: str, classes: str = "polarity3", out: str = "polarity") -> int:
    folders = ["--base", str(place / "tiny"), "--data", str(place / "data")]
    options = [*folders, "--out", str(place / out), "--device", "cpu", *more]
    return main(["head", classes, *options])


def test_a_head_is_trained_and_used(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_pairs(place / "data")
    assert _head(place, "--seed", "3") == 0
    assert "lfdrt predict --checkpoint" in capsys.readouterr().out
    head = ["--checkpoint", str(place / "polarity"), "--device", "cpu"]
    assert main(["predict", "--text", "so happy", "--lang", "en", *head]) == 0
    assert any(word in capsys.readouterr().out for word in ("negative", "neutral", "positive"))
    assert main(["info", *head]) == 0
    told = capsys.readouterr().out
    assert "classes (polarity3): negative, neutral, positive" in told
    assert "base: tiny" in told


def test_unknown_classes_are_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _head(place, classes="ekman7") == 2
    assert "there is no head 'ekman7'; there is polarity3" in capsys.readouterr().err


def test_missing_data_are_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _head(place) == 2
    assert "mvsa.csv is not in" in capsys.readouterr().err


def test_another_place_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _head(place, out="deeper/polarity") == 2
    assert "must lie beside its base" in capsys.readouterr().err
