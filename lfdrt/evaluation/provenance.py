"""Where numbers come from: which weights, selected how, run where, when and with which versions.

Knows a loaded checkpoint, no scores.
"""

from __future__ import annotations

import hashlib
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

import lfdrt
from lfdrt.checkpoint import Checkpoint
from lfdrt.runtime import Runtime


def provenance(checkpoint: Checkpoint, runtime: Runtime) -> dict[str, Any]:
    """Plain JSON values; holds no path of this machine.

    A checkpoint goes by its folder's name, one in a run's folder by the run's: ablations and tuned
    models keep their base's name in the card.
    """
    folder = checkpoint.folder.resolve()
    return {
        "checkpoint": folder.parent.name if folder.name == "checkpoint" else folder.name,
        "weights_sha256": weights_digest(checkpoint.folder),
        "trained": checkpoint.card.get("trained", "not stated in card.json"),
        "selection": checkpoint.card.get("selection", "not stated in card.json"),
        "seed": _seed(checkpoint.card),
        "device": runtime.description,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "lfdrt": lfdrt.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
        },
    }


def _seed(card: dict[str, Any]) -> int | None:
    """Of the training, where the card tells it; a head keeps the first of its seeds."""
    seed = card.get("settings", {}).get("seed")
    seeds = card.get("training", {}).get("settings", {}).get("seeds", [None])
    found = seeds[0] if seed is None else seed
    return found if isinstance(found, int) else None


def weights_digest(folder: Path) -> str:
    """SHA-256 of the weight files in the order of their names: 0.1 s for the compact model."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()
