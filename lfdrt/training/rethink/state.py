"""The saved state of a rethinking run: which of its attributes it holds, and how they come back."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from lfdrt.config import to_dict
from lfdrt.runtime import Runtime
from lfdrt.training import saved
from lfdrt.training.rethink.counts import EpochCounts
from lfdrt.training.rethink.settings import RethinkSettings

NAMES = ("step", "weights", "best", "optimizer", "decided", "shares", "counts", "settings")


class StatefulRun(Protocol):
    """What of a run is saved, and what it is recognised by."""

    step: int
    best: dict[str, Tensor]
    optimizer: torch.optim.AdamW
    decided: np.ndarray
    shares: list[np.ndarray]
    counts: EpochCounts
    settings: RethinkSettings
    state_file: Path
    runtime: Runtime

    @property
    def weights(self) -> Mapping[str, Tensor]: ...
    @property
    def store(self) -> Sized: ...


def saved_step(path: Path) -> int:
    """Where a run stands; 0 where nothing is saved. TrainingFailed: it is damaged."""
    return int(saved.read_state(path, names=NAMES)["step"]) if path.is_file() else 0


def restore(weights: Mapping[str, Tensor], former: Mapping[str, Tensor]) -> None:
    with torch.no_grad():
        for name, p in weights.items():
            p.copy_(former[name])


def write_state(run: StatefulRun) -> None:
    state = {
        "step": run.step,
        "weights": {n: p.detach() for n, p in run.weights.items()},
        "best": run.best,
        "optimizer": run.optimizer.state_dict(),
        "decided": torch.from_numpy(run.decided),
        "shares": torch.from_numpy(np.array(run.shares)),
        "counts": run.counts.state(),
        "settings": to_dict(run.settings),
    }
    saved.write_state(run.state_file, state)


def read_state(run: StatefulRun) -> None:
    """TrainingFailed: a state that is damaged, or of other settings or rows."""
    state = saved.read_state(run.state_file, run.runtime.device, names=NAMES)
    if state["settings"] != to_dict(run.settings) or len(state["decided"]) != len(run.store):
        raise saved.TrainingFailed(
            f"{run.state_file.name} belongs to a run with other settings or rows: start a new run"
        )
    restore(run.weights, state["weights"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.best, run.step = state["best"], state["step"]
    run.decided = state["decided"].cpu().numpy()
    run.shares = list(state["shares"].cpu().numpy())
    run.counts = EpochCounts(**state["counts"])
