"""Scores of predicted labels, by scikit-learn, with bootstrap intervals.

Knows names of classes, no model. Macro-F1 averages the classes that the gold labels contain: a
test set without a class says nothing about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import accuracy_score, f1_score


@dataclass(frozen=True, kw_only=True)
class Scores:
    """`interval`: 95 % bootstrap interval of macro-F1 over rows (not over training seeds)."""

    rows: int
    accuracy: float
    macro_f1: float
    weighted_f1: float
    interval: tuple[float, float]


def score(gold: Sequence[str], predicted: Sequence[str], *, resamples: int = 200) -> Scores:
    """Scores of `predicted` against `gold`; ValueError for none."""
    if not gold:
        raise ValueError("there are no labelled rows to score")
    g, p = np.asarray(gold), np.asarray(predicted)
    rng = np.random.default_rng(0)
    draws = [_macro(g[i], p[i]) for i in rng.integers(0, len(g), (resamples, len(g)))]
    low, high = np.percentile(draws, [2.5, 97.5])
    return Scores(
        rows=len(g),
        accuracy=float(accuracy_score(g, p)),
        macro_f1=_macro(g, p),
        weighted_f1=float(f1_score(g, p, average="weighted", zero_division=0)),
        interval=(float(low), float(high)),
    )


def _macro(gold: np.ndarray, predicted: np.ndarray) -> float:
    present = sorted(set(gold.tolist()))
    return float(f1_score(gold, predicted, labels=present, average="macro", zero_division=0))
