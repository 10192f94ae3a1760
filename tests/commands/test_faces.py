"""`lfdrt faces` says what is missing. (Its training is tested in tests/training/faces.)"""

from pathlib import Path

import pytest

from lfdrt.__main__ import main
from tests.tiny_towers import tiny_towers


def test_missing_towers_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faces", "--data", str(tmp_path), "--towers", str(tmp_path)]) == 2
    assert "python -m lfdrt towers" in capsys.readouterr().err


def test_missing_faces_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    towers = tiny_towers(tmp_path / "towers")
    assert main(["faces", "--data", str(tmp_path), "--towers", str(towers)]) == 2
    assert "faces.zip" in capsys.readouterr().err


def test_pretraining_asks_for_trained_faces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    towers = tiny_towers(tmp_path / "towers")
    (towers / "faces.safetensors").unlink()
    out = str(tmp_path / "run")
    assert main(["pretrain", "--data", str(tmp_path), "--towers", str(towers), "--out", out]) == 2
    assert "python -m lfdrt faces" in capsys.readouterr().err
