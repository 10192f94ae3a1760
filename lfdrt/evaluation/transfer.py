"""The transfer matrix: each file read through every family's disentangler and through none, and
whether the own family pays outside the anchor's family.

Differences are paired: all readings of a file are scored on the same resampled rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lfdrt.evaluation import bootstrap
from lfdrt.evaluation.measures import plain
from lfdrt.evaluation.predictions import Predictions
from lfdrt.languages import FAMILY_NAMES

NONE = "none"
INTERVALS = ("own_minus_none_interval", "own_minus_others_interval")


def transfer_report(predictions: Sequence[Predictions], anchor_family: str) -> dict[str, Any]:
    """Macro-F1 of files x readings, and a summary over the languages of other families.

    `predictions` hold every file through every family of the model and through none. The summary
    is None where no file has a language outside `anchor_family` with a disentangler of its own.
    """
    files: dict[str, dict[str, Predictions]] = {}
    for one in predictions:
        files.setdefault(one.name, {})[one.read_through or NONE] = one
    rows = [_row(name, readings) for name, readings in files.items()]
    outside = [
        readings
        for readings in files.values()
        if (family := readings[NONE].family) in readings and family != anchor_family
    ]
    return plain(
        {
            "about": "macro-F1; `none`: through no disentangler; `others`: mean of the families "
            "that are not the language's own",
            "sets": rows,
            "summary": _summary(outside, anchor_family) if outside else None,
        }
    )


def _row(name: str, readings: dict[str, Predictions]) -> dict[str, Any]:
    none = readings[NONE]
    macro = {key: bootstrap.macro_f1(one.confusion) for key, one in readings.items()}
    own = none.family if none.family in readings else None
    others = [v for key, v in macro.items() if key not in (NONE, own)]
    compared = {} if own is None else _compared([readings])
    return {
        "set": name,
        "family": none.family,
        "rows": len(none),
        "own": None if own is None else macro[own],
        "none": macro[NONE],
        "others": np.mean(others),
        "by_family": {key: v for key, v in macro.items() if key != NONE},
        **{key: compared.get(key) for key in INTERVALS},
    }


def _summary(files: Sequence[dict[str, Predictions]], anchor_family: str) -> dict[str, Any]:
    """Means over files, each counting once."""
    return {
        "over": f"{len(files)} sets of languages outside {FAMILY_NAMES[anchor_family]}, each "
        "counting once; "
        "intervals of the differences by a paired bootstrap over rows",
        "languages": sorted({readings[NONE].language for readings in files}),
        **_compared(files),
    }


def gains_by_language(predictions: Sequence[Predictions]) -> list[dict[str, Any]]:
    """Of each language with a disentangler of its own family: what reading through it gains over
    none and over the other families, in macro-F1; its sets count once each.

    `predictions` as in `transfer_report`. Intervals are paired, and not adjusted for their number.
    """
    languages: dict[str, dict[str, dict[str, Predictions]]] = {}
    for one in predictions:
        files = languages.setdefault(one.language, {})
        files.setdefault(one.name, {})[one.read_through or NONE] = one
    rows = []
    for language, files in languages.items():
        readings = list(files.values())
        family = readings[0][NONE].family
        if family in readings[0]:
            count = sum(len(one[NONE]) for one in readings)
            row = {"language": language, "family": family, "sets": list(files), "rows": count}
            rows.append(row | _compared(readings))
    return plain(rows)


def _compared(files: Sequence[dict[str, Predictions]]) -> dict[str, Any]:
    """Own, none and others as means over files, and the differences with their intervals."""
    own, none, others = np.mean([_three(readings, resampled=False) for readings in files], axis=0)
    draws = np.mean([_three(readings, resampled=True) for readings in files], axis=0)  # (3, R)
    return {
        "own": own,
        "none": none,
        "others": others,
        "own_minus_none": own - none,
        "own_minus_none_interval": bootstrap.interval(draws[0] - draws[1]),
        "own_minus_others": own - others,
        "own_minus_others_interval": bootstrap.interval(draws[0] - draws[2]),
    }


def _three(readings: dict[str, Predictions], *, resampled: bool) -> np.ndarray:
    """Macro-F1 through own, none and the mean of the others. Shape: (3,), or (3, R) resampled."""
    own = readings[NONE].family
    macro = {
        key: bootstrap.macro_f1(one.resampled if resampled else one.confusion)
        for key, one in readings.items()
    }
    others = [v for key, v in macro.items() if key not in (NONE, own)]
    return np.stack([macro[own], macro[NONE], np.mean(others, axis=0)])
