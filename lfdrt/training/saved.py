"""Tensors that a run keeps for when it goes on: its state, and what frozen encoders said.

Every file is written whole, and carries a checksum that is looked at before anything is believed:
a power cut or a bad disk may leave the right length with the wrong numbers. A damaged state is
refused by name; what can be computed again is.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from lfdrt.errors import UserError
from lfdrt.runs.files import whole

CHECKSUM = "sha256"


class TrainingFailed(UserError):
    """Training cannot go on; says what happened and what to change."""


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Plain values and tensors in torch's format, a ZIP with a checksum for each of its files.

    UserError: the disk is full; the file is as it was.
    """
    with whole(path) as aside, aside.open("wb") as file:
        torch.save(dict(state), file)


def read_state(
    path: Path, device: torch.device | str = "cpu", *, names: Collection[str] = ()
) -> dict[str, Any]:
    """What `write_state` wrote. names: what it must hold.

    TrainingFailed: it is damaged, or of another version; 0.1 s a 100 MB to find out.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is None:
            state = torch.load(path, weights_only=True, map_location=device)
    except Exception as error:  # whatever the two libraries raise at damaged bytes
        damaged = " ".join(str(error).split())[:200] or type(error).__name__
    if damaged is None and isinstance(state, dict):
        missing = sorted(set(names) - state.keys())
        if not missing:
            return state
        damaged = f"it has no {missing[0]!r}, as one of another version"
    raise TrainingFailed(
        f"{path.name} in {path.parent} is damaged ({damaged or 'it holds no state'}): delete that "
        "file, and the run begins again from its first step."
    )


def keep_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Tensors that `kept_tensors` gives back. UserError: the disk is full."""
    own = {name: t.detach().cpu().contiguous() for name, t in tensors.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as aside:
        save_file(own, aside, metadata={CHECKSUM: _checksum(own)})


def kept_tensors(path: Path) -> dict[str, Tensor] | None:
    """What was kept there; None where nothing is, or what is there is cut off or changed."""
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}
            told = (file.metadata() or {}).get(CHECKSUM)
    except (SafetensorError, OSError, ValueError):
        return None
    return tensors if told == _checksum(tensors) else None


def _checksum(tensors: Mapping[str, Tensor]) -> str:
    """0.1 s a 100 MB."""
    total = hashlib.sha256()
    for name, t in sorted(tensors.items()):
        total.update(f"{name} {t.dtype} {list(t.shape)}\n".encode())
        total.update(t.flatten().view(torch.uint8).numpy().data)
    return total.hexdigest()
