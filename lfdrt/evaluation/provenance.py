"""Where numbers come from: which weights, selected how, run where, when and with which versions.

Knows a loaded checkpoint, no scores.
"""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from typing import Any

import torch

import lfdrt
from lfdrt.checkpoint import Checkpoint
from lfdrt.digest import training_seed, weights_digest
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
        "seed": training_seed(checkpoint.card),
        "device": runtime.description,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "lfdrt": lfdrt.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
        },
    }
