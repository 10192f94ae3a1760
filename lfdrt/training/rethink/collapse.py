"""Whether rethinking has collapsed: one class swallowing the others, or empty agreement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MUCH, WAS = 0.9, 0.6
"""One class above MUCH of the pseudo-labels that had been under WAS in the first epoch."""
LESS_DIVERSE = 0.5
"""Full agreement counts as collapse where the labels' entropy fell below this share of its first
value: full agreement alone may be right."""


def collapse(shares: Sequence[np.ndarray], agreed: float, labels: Sequence[str]) -> str | None:
    """A sentence if the newest epoch has collapsed. Shape: shares, an entry an epoch, (C,).

    `agreed`: share of the newest epoch's rows on which both classifiers agree.
    """
    if len(shares) < 2:
        return None
    first, newest = shares[0], shares[-1]
    top = int(newest.argmax())
    if newest[top] > MUCH and first[top] < WAS:
        return (
            f"Collapse: {labels[top]} went from {first[top]:.0%} to {newest[top]:.0%} of the "
            "pseudo-labels. Stopped; the state before this epoch is kept."
        )
    if agreed >= 1 and _entropy(newest) < LESS_DIVERSE * _entropy(first):
        return (
            "Collapse: the classifiers agree on every row because their labels became less "
            "diverse. Stopped; the state before this epoch is kept."
        )
    return None


def _entropy(share: np.ndarray) -> float:
    """In nats; 0 log 0 is 0."""
    p = share[share > 0]
    return float(-(p * np.log(p)).sum())
