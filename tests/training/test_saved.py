"""What a run keeps: whole, damaged, cut off, and on a full disk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from lfdrt.training.saved import (
    TrainingFailed,
    keep_tensors,
    kept_tensors,
    read_state,
    write_state,
)

STATE = {"step": 3, "weights": {"a": torch.arange(50_000.0)}}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    """One bit in the middle, where the numbers are."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def test_a_state_comes_back(tmp_path: Path) -> None:
    write_state(tmp_path / "state.pt", STATE)
    found = read_state(tmp_path / "state.pt")
    assert found["step"] == 3
    torch.testing.assert_close(found["weights"]["a"], STATE["weights"]["a"], rtol=0, atol=0)
    assert [path.name for path in tmp_path.iterdir()] == ["state.pt"]


@pytest.mark.parametrize("damage", [cut, flip, empty])
def test_a_damaged_state_is_refused_by_name(damage: Callable[[Path], None], tmp_path: Path) -> None:
    write_state(tmp_path / "state.pt", STATE)
    damage(tmp_path / "state.pt")
    with pytest.raises(TrainingFailed, match=r"state\.pt in .* is damaged .*: delete that file"):
        read_state(tmp_path / "state.pt")


@pytest.mark.parametrize("damage", [cut, flip, empty])
def test_damaged_tensors_count_as_none(damage: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "a new folder" / "kept.safetensors"
    assert kept_tensors(path) is None
    keep_tensors(path, STATE["weights"])
    assert kept_tensors(path)["a"].equal(STATE["weights"]["a"])
    damage(path)
    assert kept_tensors(path) is None


def test_a_full_disk_is_a_sentence_and_the_old_file_stays(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk; torch, safetensors and Python each call it
    otherwise."""
    pytest.importorskip("resource", reason="Windows has no such limit")
    kept = tmp_path / "kept"
    kept.write_text("old", encoding="utf-8")
    code = f"""
import resource, torch
from pathlib import Path
from lfdrt.errors import UserError
from lfdrt.runs.files import replace_whole
from lfdrt.training.saved import keep_tensors, write_state
path, large = Path({str(kept)!r}), {{"a": torch.zeros(1000, 1000)}}
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for write, content in (write_state, large), (keep_tensors, large), (replace_whole, "a" * 200_000):
    try:
        write(path, content)
    except UserError as error:
        print(error)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.count("kept cannot be saved: there is no room left on the disk.") == 3
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["old"]
