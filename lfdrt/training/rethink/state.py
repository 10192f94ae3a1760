"""The saved state of a rethinking run: written beside and renamed, read back whole.

Knows the run's attributes; knows no events and no checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from lfdrt.config import to_dict
from lfdrt.runtime import Runtime
from lfdrt.training.loop import TrainingFailed
from lfdrt.training.rethink.counts import EpochCounts
from lfdrt.training.rethink.settings import RethinkSettings


class StatefulRun(Protocol):
    """What of a run is saved, and what it is recognised by."""

    step: int
    weights: dict[str, Tensor]
    best: dict[str, Tensor]
    optimizer: torch.optim.Optimizer
    decided: np.ndarray
    shares: list[np.ndarray]
    counts: EpochCounts
    settings: RethinkSettings
    store: Sized
    state_file: Path
    runtime: Runtime


def saved_step(path: Path) -> int:
    """Where a run stands; 0 where nothing is saved."""
    return int(torch.load(path, weights_only=True)["step"]) if path.is_file() else 0


def restore(weights: Mapping[str, Tensor], saved: Mapping[str, Tensor]) -> None:
    with torch.no_grad():
        for name, p in weights.items():
            p.copy_(saved[name])


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
    aside = run.state_file.with_suffix(".tmp")
    torch.save(state, aside)
    aside.replace(run.state_file)


def read_state(run: StatefulRun) -> None:
    """TrainingFailed: a state of other settings or rows."""
    state = torch.load(run.state_file, weights_only=True, map_location=run.runtime.device)
    if state["settings"] != to_dict(run.settings) or len(state["decided"]) != len(run.store):
        raise TrainingFailed(
            f"{run.state_file.name} belongs to a run with other settings or rows: start a new run"
        )
    restore(run.weights, state["weights"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.best, run.step = state["best"], state["step"]
    run.decided = state["decided"].cpu().numpy()
    run.shares = list(state["shares"].cpu().numpy())
    run.counts = EpochCounts(**state["counts"])
