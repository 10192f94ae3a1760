"""The average of several checkpoints' weights: one model in place of an ensemble of runs.

It works where the runs began from the same weights and went not far: then they lie in one basin,
and their mean is usually better than each (Wortsman et al. 2022, arXiv 2203.05482). Runs of several
seeds begin alike by the setting `first`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from lfdrt.checkpoint import Checkpoint, load_checkpoint
from lfdrt.errors import UserError
from lfdrt.weights import find_file


def average_checkpoints(folders: Sequence[Path]) -> Checkpoint:
    """The mean of all weights, with the first one's tokenizer and a card that names them all.

    What is no floating-point number (packed word embeddings, counters) must be the same in all.
    UserError: fewer than two, or checkpoints that differ in more than their weights.
    """
    if len(folders) < 2:
        raise UserError("An average needs at least two checkpoints: name another one.")
    first, *others = (load_checkpoint(folder) for folder in folders)
    for other in others:
        if other.model.config != first.model.config:
            raise UserError(
                f"{other.folder} has another config.json than {first.folder}: only checkpoints "
                "of the same settings can be averaged."
            )
        if _tokens(other) != _tokens(first):
            raise UserError(f"{other.folder} has another tokenizer.json than {first.folder}.")
    states = [checkpoint.model.state_dict() for checkpoint in (first, *others)]
    first.model.load_state_dict(mean_state(states, [folder.name for folder in folders]))
    card = first.card | {
        "averaged": [c.card.get("settings", {}).get("seed") for c in (first, *others)],
        "selection": "mean of the weights of all its runs; none was left out by any score",
    }
    return Checkpoint(folder=folders[0], model=first.model, tokenizer=first.tokenizer, card=card)


def _tokens(checkpoint: Checkpoint) -> bytes:
    return find_file(checkpoint.folder, "tokenizer.json").read_bytes()


def mean_state(states: Sequence[dict[str, Tensor]], names: Sequence[str]) -> dict[str, Tensor]:
    """Element by element; `names` of the states, for an error. Shape: unchanged."""
    mean = {}
    for key, t in states[0].items():
        if t.is_floating_point():
            mean[key] = torch.stack([state[key] for state in states]).mean(0)
            continue
        for state, name in zip(states[1:], names[1:], strict=True):
            if not torch.equal(state[key], t):
                raise UserError(f"{name} and {names[0]} differ in {key}, which has no average.")
        mean[key] = t
    return mean
