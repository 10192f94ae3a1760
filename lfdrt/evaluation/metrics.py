"""Scores of predictions against labels, by scikit-learn, with bootstrap intervals.

Macro-F1 averages the classes that the gold labels contain: a test set without a class says nothing
about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from lfdrt.errors import UserError
from lfdrt.evaluation.bootstrap import interval, macro_f1, resampled_confusions

BINS = 15


@dataclass(frozen=True, kw_only=True)
class Scores:
    """`interval`: 95 % bootstrap interval of macro-F1 over rows (not over training seeds)."""

    rows: int
    accuracy: float
    macro_f1: float
    weighted_f1: float
    interval: tuple[float, float]


def score(gold: Sequence[str], predicted: Sequence[str], *, seed: int = 0) -> Scores:
    """Scores of `predicted` against `gold`; UserError for none. `seed` draws the resamples."""
    if not len(gold):
        raise UserError("there are no labelled rows to score")
    g, p = np.asarray(gold), np.asarray(predicted)
    names = np.union1d(g, p)
    draws = resampled_confusions(
        np.searchsorted(names, g), np.searchsorted(names, p), len(names), seed=seed
    )
    present = np.unique(g)
    return Scores(
        rows=len(g),
        accuracy=float(accuracy_score(g, p)),
        macro_f1=float(f1_score(g, p, labels=present, average="macro", zero_division=0)),
        weighted_f1=float(f1_score(g, p, average="weighted", zero_division=0)),
        interval=interval(macro_f1(draws)),
    )


@dataclass(frozen=True, kw_only=True)
class ClassScores:
    """Of one class; NaN where a share is of nothing: precision of a class that is never predicted,
    recall of one without gold rows, F1 of one that is in neither. `support`: gold rows."""

    precision: float
    recall: float
    f1: float
    support: int


def class_scores(gold: np.ndarray, predicted: np.ndarray, classes: int) -> list[ClassScores]:
    """One entry a class. Shape: class numbers (N,), (N,)."""
    table = precision_recall_fscore_support(
        gold, predicted, labels=np.arange(classes), zero_division=np.nan
    )
    return [
        ClassScores(precision=float(p), recall=float(r), f1=float(f), support=int(n))
        for p, r, f, n in zip(*table, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Of the two classifiers. `share`: rows on which they choose one class; accuracies are those of
    the decision (§3.5) on these rows and on the others, NaN where there are none."""

    share: float
    agreed_rows: int
    accuracy_on_agreed: float
    disagreed_rows: int
    accuracy_on_disagreed: float


def agreement(agreed: np.ndarray, correct: np.ndarray) -> Agreement:
    """Shape: agreed (N,) bool, correct (N,) bool."""

    def share(rows: np.ndarray) -> float:
        return float(rows.mean()) if len(rows) else float("nan")

    return Agreement(
        share=share(agreed),
        agreed_rows=int(agreed.sum()),
        accuracy_on_agreed=share(correct[agreed]),
        disagreed_rows=int((~agreed).sum()),
        accuracy_on_disagreed=share(correct[~agreed]),
    )


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Rows whose confidence lies above `above` and at most at `up_to`: means over them."""

    above: float
    up_to: float
    rows: int
    confidence: float
    accuracy: float


def calibration_bins(confidence: np.ndarray, correct: np.ndarray) -> list[Bin]:
    """The bins of equal width that hold rows. Shape: confidence (N,), correct (N,) bool."""
    edges = np.linspace(0, 1, BINS + 1)
    inside = np.searchsorted(edges[1:-1], confidence)
    return [
        Bin(
            above=float(edges[b]),
            up_to=float(edges[b + 1]),
            rows=int((inside == b).sum()),
            confidence=float(confidence[inside == b].mean()),
            accuracy=float(correct[inside == b].mean()),
        )
        for b in np.unique(inside)
    ]


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """ECE = Σ_b n_b / N · |accuracy_b − confidence_b|."""
    rows = sum(b.rows for b in bins)
    return sum(b.rows / rows * abs(b.accuracy - b.confidence) for b in bins)
