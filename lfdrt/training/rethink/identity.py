"""What a rethinking run is made of, and that a folder's run is gone on with only by the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

import lfdrt
from lfdrt.checkpoint import Checkpoint
from lfdrt.config import to_dict
from lfdrt.errors import UserError
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime
from lfdrt.training.rethink.features import Row
from lfdrt.training.rethink.settings import RethinkSettings
from lfdrt.weights import read_object

MUST_AGREE = {
    "settings": "other settings",
    "weights_sha256": "another checkpoint",
    "rows_sha256": "other rows",
}
"""Entries of config.json that a run which goes on must share, and what else they then are."""


def about(settings: RethinkSettings, loaded: Checkpoint, runtime: Runtime) -> dict[str, Any]:
    """Everything but the rows, which are known later."""
    return {
        "settings": to_dict(settings),
        "checkpoint": loaded.folder.name,
        "weights_sha256": weights_digest(loaded.model),
        "label_set": loaded.model.config.label_set.name,
        "versions": {"lfdrt": lfdrt.__version__, "torch": torch.__version__},
        "device": runtime.description,
    }


def rows_digest(rows: Sequence[Row]) -> str:
    total = hashlib.sha256()
    for row in rows:
        part = row.part or ""
        told = f"{row.id}\0{row.ids}\0{row.family}\0{row.image is None}{part}\n"
        total.update(told.encode())
    return total.hexdigest()


def refuse_another(folder: Path, made_of: Mapping[str, Any]) -> None:
    """UserError: the folder's config.json is of a run made of something else."""
    path = folder / "config.json"
    if not path.is_file():
        return
    held = read_object(path)
    for name, other in MUST_AGREE.items():
        if name in made_of and held.get(name) != made_of[name]:
            raise UserError(f"{folder} holds a run of {other}: name a new --out.")


def weights_digest(model: LFDRT) -> str:
    """0.2 s for the compact model: tuned checkpoints are told apart, whatever their folder."""
    total = hashlib.sha256()
    for name, t in sorted(model.state_dict().items()):
        total.update(name.encode())
        total.update(t.cpu().contiguous().numpy().tobytes())
    return total.hexdigest()
