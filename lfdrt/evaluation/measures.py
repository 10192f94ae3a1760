"""Everything a report says about some rows, as plain JSON values: one file, or several together.

Numbers have 4 decimals; what is a share of nothing is null.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from lfdrt.evaluation import bootstrap
from lfdrt.evaluation.metrics import (
    agreement,
    calibration_bins,
    class_scores,
    expected_calibration_error,
)
from lfdrt.evaluation.predictions import Predictions

DEFINITIONS = {
    "macro_f1": "mean F1 of the classes that the gold labels contain",
    "weighted_f1": "mean F1 of the classes, weighted by gold rows",
    "interval": "95 % bootstrap percentile interval over rows (1,000 resamples; the sets of a "
    "group are resampled apart, and a resample averages the classes that it holds), not over "
    "training seeds",
    "classes": "null: a share of nothing, such as the precision of a class that is never predicted",
    "confusion": "rows gold, columns predicted, both in the order of `labels`",
    "agreement": "share of rows on which both classifiers choose one class, and accuracy of the "
    "decision (the agreed class, else that of the surer classifier) on these and on the others",
    "calibration": "expected calibration error, 15 bins of equal width, of the decided class's "
    "probability as the classifier that was surer gives it; where a set lacks a class "
    "(`excluded`), that class is never chosen and the probabilities stay as they are, so they are "
    "too low there by what it takes",
    "mean_over_sets": "each set counts once; `pooled` scores all rows together",
    "family": "of the language; `read_through` is the disentangler that read the texts",
}


def measures(parts: Sequence[Predictions]) -> dict[str, Any]:
    """Scores of all rows of `parts` (of one model) taken together."""
    gold, predicted, agreed, confidence = (
        np.concatenate([getattr(p, name) for p in parts])
        for name in ("gold", "predicted", "agreed", "confidence")
    )
    draws = np.sum([p.resampled for p in parts], axis=0)  # (R, C, C)
    correct, labels = predicted == gold, parts[0].labels
    bins = calibration_bins(confidence, correct)
    return plain(
        {
            "rows": len(gold),
            **_averages(gold, predicted, draws),
            "classes": _classes(gold, predicted, labels, draws),
            "confusion": np.sum([p.confusion for p in parts], axis=0).tolist(),
            "agreement": asdict(agreement(agreed, correct)),
            "calibration": {
                "ece": expected_calibration_error(bins),
                "bins": [asdict(b) for b in bins],
            },
        }
    )


def _averages(gold: np.ndarray, predicted: np.ndarray, draws: np.ndarray) -> dict[str, Any]:
    f1 = {"labels": np.unique(gold), "zero_division": 0}
    return {
        "accuracy": accuracy_score(gold, predicted),
        "accuracy_interval": bootstrap.interval(bootstrap.accuracy(draws)),
        "macro_f1": f1_score(gold, predicted, average="macro", **f1),
        "macro_f1_interval": bootstrap.interval(bootstrap.macro_f1(draws)),
        "weighted_f1": f1_score(gold, predicted, average="weighted", **f1),
        "weighted_f1_interval": bootstrap.interval(bootstrap.weighted_f1(draws)),
    }


def _classes(
    gold: np.ndarray, predicted: np.ndarray, labels: tuple[str, ...], draws: np.ndarray
) -> dict[str, Any]:
    f1 = bootstrap.class_f1(draws)  # (R, C)
    table = {}
    for c, (name, one) in enumerate(
        zip(labels, class_scores(gold, predicted, len(labels)), strict=True)
    ):
        known = f1[:, c][~np.isnan(f1[:, c])]  # resamples that hold the class
        spread = bootstrap.interval(known) if len(known) else None
        table[name] = asdict(one) | {"f1_interval": spread}
    return table


def mean_over_sets(parts: Sequence[Predictions]) -> dict[str, Any]:
    """Averages in which each file counts once."""
    kinds: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "accuracy": bootstrap.accuracy,
        "macro_f1": bootstrap.macro_f1,
        "weighted_f1": bootstrap.weighted_f1,
    }
    found: dict[str, Any] = {}
    for name, of in kinds.items():
        found[name] = np.mean([of(p.confusion) for p in parts])
        draws = np.mean([of(p.resampled) for p in parts], axis=0)
        found[f"{name}_interval"] = bootstrap.interval(draws)
    return plain(found)


def plain(value: Any) -> Any:
    """Numbers rounded to 4 decimals, NaN as None, tuples as lists, through dicts and lists."""
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float):  # numpy's float64 is one
        return None if math.isnan(value) else round(float(value), 4) + 0.0  # -0.0 is 0.0
    return value
