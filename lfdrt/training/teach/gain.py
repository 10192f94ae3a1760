"""What a teaching gained: before and after on the same rows, with an interval and in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lfdrt.evaluation.bootstrap import (
    class_f1,
    interval,
    macro_f1,
    resampled_confusions,
    weighted_f1,
)

SCORES = {"weighted_f1": weighted_f1, "macro_f1": macro_f1}
NAMES = {"weighted_f1": "weighted F1", "macro_f1": "macro-F1"}


@dataclass(frozen=True, kw_only=True)
class Gain:
    """In points of F1; low, high: 95 % bootstrap interval of the gain over the rows, each drawn
    with both its predictions."""

    rows: int
    before: float
    after: float
    gain: float
    low: float
    high: float

    def as_dict(self) -> dict[str, Any]:
        return {
            name: round(v, 2) if isinstance(v, float) else v for name, v in asdict(self).items()
        }


def confusion(
    gold: np.ndarray, predicted: np.ndarray, classes: int, weights: np.ndarray | None = None
) -> np.ndarray:
    """Shape: class numbers (n,), (n,), weights (n,) -> (C, C), gold x predicted."""
    cells = np.bincount(gold * classes + predicted, weights=weights, minlength=classes**2)
    return cells.reshape(classes, classes)


def gained(
    gold: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    classes: int,
    measure: str,
    seed: int,
    weights: np.ndarray | None = None,
) -> Gain:
    """weights: how many rows of the table each stands for; None: all as many. Shape: class numbers
    (n,), weights (n,)."""
    score, both = SCORES[measure], (before, after)
    was, now = (100 * float(score(confusion(gold, p, classes, weights))) for p in both)
    draws = [
        100 * score(resampled_confusions(gold, p, classes, seed=seed, weights=weights))
        for p in both
    ]
    low, high = interval(draws[1] - draws[0])
    return Gain(rows=len(gold), before=was, after=now, gain=now - was, low=low, high=high)


def per_class(
    gold: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    labels: tuple[str, ...],
    weights: np.ndarray | None = None,
) -> list[dict[str, Any]]:
    """F1 in points of every class, None where it is neither given nor predicted. weights: as in
    `gained`."""
    given = np.bincount(gold, minlength=len(labels))
    was, now = (100 * class_f1(confusion(gold, p, len(labels), weights)) for p in (before, after))
    return [
        {
            "class": name,
            "rows": int(given[c]),
            "before": None if np.isnan(was[c]) else round(float(was[c]), 1),
            "after": None if np.isnan(now[c]) else round(float(now[c]), 1),
        }
        for c, name in enumerate(labels)
    ]


def verdict(found: Gain, measure: str, kept: bool) -> str:
    """One sentence for people."""
    told = (
        f"{found.before:.1f} before, {found.after:.1f} after ({NAMES[measure]}, {found.gain:+.1f} "
        f"[{found.low:+.1f}, {found.high:+.1f}]), each of {found.rows} labelled rows predicted "
        "by what the others taught, and counted as often as texts like it are in the table"
    )
    if not kept:
        return f"It did not help, and the model stays as it was: {told}."
    if found.low <= 0:
        return f"It may have helped, or it was chance: {told}. More labels would tell."
    return f"It helped: {told}."
