"""Rows that nobody labelled as teachers, too: those on which both taught classifiers agree.

Each has what the taught model says of it as its soft label, tilted so that all of them together
have the labels' class mix: without that, what is frequent becomes more so. Hard labels, whether all
agreed rows or the sure ones alone teach, measured worse (XED fi, M-MELD es).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lfdrt.training.teach.fit import Fitted, Layer, More, moved
from lfdrt.training.teach.mix import probabilities, shifted

SHARES = (1.0, 3.0)
"""How much the rest weighs in all, the labels being 1."""
ROUNDS = 20


@dataclass(frozen=True, kw_only=True)
class Rest:
    """Shape: hidden (2, N, H), logits (2, N, C) under a flat mix."""

    hidden: np.ndarray
    logits: np.ndarray


def from_rest(
    layers: Sequence[Layer], taught: Fitted, strength: float, rest: Rest, shares: Sequence[float]
) -> list[Fitted]:
    """Both layers fitted anew, for each share. taught: by the labels alone. Where the classifiers
    agree on no row, they stay so."""
    prior = layers[0].prior
    p = probabilities(shifted(moved(rest.hidden, rest.logits, taught), prior))  # (2, N, C)
    agree = p[0].argmax(-1) == p[1].argmax(-1)
    if not agree.any():
        return [taught] * len(shares)
    target = tilted(p.mean(0)[agree], prior)
    found: list[Fitted] = []
    for share in shares:
        start, both = found[-1] if found else taught, []
        for n, layer in enumerate(layers):
            more = More(
                h=rest.hidden[n][agree],
                logits=rest.logits[n][agree],
                target=target,
                weight=share * len(layer.h) / len(target),
            )
            both.append(layer.fitted([strength], more, (start[0][n], start[1][n]))[0])
        found.append((np.stack([one[0] for one in both]), np.stack([one[1] for one in both])))
    return found


def tilted(p: np.ndarray, mix: np.ndarray) -> np.ndarray:
    """Nearest to p in KL among soft labels whose mean is the mix, by scaling columns and rows in
    turn. Shape: (n, C), (C,) -> (n, C)."""
    for _ in range(ROUNDS):
        p = p * (mix / p.mean(0))
        p = p / p.sum(1, keepdims=True)
    return p
