"""`lfdrt evaluate` refuses in a sentence what would give a wrong or empty report."""

from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.checkpoint import load_checkpoint
from lfdrt.commands.evaluate import _retrieval
from lfdrt.data.records import DataError
from lfdrt.runtime import resolve_runtime


def test_a_card_never_mixes_readings(
    tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Averages over languages would otherwise count each language once for every family."""
    words = ["evaluate", "--checkpoint", str(tiny_folder), "--data", str(tmp_path)]
    assert main([*words, "--transfer", "--into-card"]) == 2
    assert "leave out --transfer" in capsys.readouterr().err


def test_missing_parallel_files_are_named(tmp_path: Path, tiny_folder: Path) -> None:
    checkpoint = load_checkpoint(tiny_folder)
    with pytest.raises(DataError, match="no parallel files"):
        _retrieval(checkpoint, tmp_path, resolve_runtime("cpu", "float32"))
