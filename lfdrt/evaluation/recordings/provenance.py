"""Where numbers come from: which weights, selected how, run where, when and with which versions."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import torch

import lfdrt
from lfdrt.digest import training_seed, weights_digest
from lfdrt.runtime import Runtime


class Trained(Protocol):
    """A folder with weight files, and what its card tells of them."""

    @property
    def folder(self) -> Path: ...

    @property
    def card(self) -> Mapping[str, Any]: ...


def provenance(trained: Trained, runtime: Runtime) -> dict[str, Any]:
    """Plain JSON values; holds no path of this machine.

    A checkpoint goes by its folder's name, one in a run's folder by the run's: ablations and tuned
    models keep their base's name in the card.
    """
    folder, card = trained.folder.resolve(), trained.card
    return {
        "checkpoint": folder.parent.name if folder.name == "checkpoint" else folder.name,
        "weights_sha256": weights_digest(trained.folder),
        "trained": card.get("trained", "not stated in card.json"),
        "selection": card.get("selection", "not stated in card.json"),
        "seed": training_seed(card),
        "device": runtime.description,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "lfdrt": lfdrt.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
        },
    }
