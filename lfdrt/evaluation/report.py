"""Scores as reports: short in a checkpoint's card, in full as a JSON file of their own.

Both come with intervals and with what they do not say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from lfdrt.evaluation.measures import DEFINITIONS, mean_over_sets, measures, plain
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.retrieval import Retrieval
from lfdrt.evaluation.suites import SetScores

LINE = 120


def mean_macro_f1(results: Sequence[SetScores]) -> float:
    """Average over sets, each counting once."""
    return sum(r.scores.macro_f1 for r in results) / len(results)


def card_scores(results: Sequence[SetScores], pairs: Sequence[Retrieval]) -> dict[str, Any]:
    """Every set, and the averages of sources with several languages."""
    report: dict[str, Any] = {
        "about": "text only; macro-F1 over the classes that a set contains; 95 % bootstrap "
        "interval over rows, not over training seeds",
        "seeds": 1,
        "averages": averages(results),
        "sets": [_row(r) for r in results],
    }
    if pairs:
        report["retrieval"] = _short_retrieval(pairs)
    return report


def full_retrieval(pairs: Sequence[Retrieval]) -> dict[str, Any]:
    return _short_retrieval(pairs) | {"sets": [plain(asdict(p)) for p in pairs]}


def _short_retrieval(pairs: Sequence[Retrieval]) -> dict[str, Any]:
    return {
        "about": "share of held-out translations whose nearest English sentence is their own",
        "languages": len(pairs),
        "before_disentanglers": round(sum(p.before for p in pairs) / len(pairs), 3),
        "after_disentanglers": round(sum(p.after for p in pairs) / len(pairs), 3),
        "per_language": {p.language: round(p.after, 3) for p in pairs},
    }


def averages(results: Sequence[SetScores]) -> dict[str, float]:
    """Mean macro-F1 of each source and split that has several languages."""
    groups: dict[str, list[SetScores]] = {}
    for r in results:
        groups.setdefault(f"{r.source} {r.split}", []).append(r)
    return {
        f"{name}, {len(group)} languages": round(mean_macro_f1(group), 3)
        for name, group in groups.items()
        if len(group) > 1
    }


def _row(r: SetScores) -> dict[str, Any]:
    return {
        "set": f"{r.source} {r.language} {r.split}",
        "read_through": r.family or "none",
        "rows": r.scores.rows,
        "macro_f1": round(r.scores.macro_f1, 3),
        "interval": [round(v, 3) for v in r.scores.interval],
        "weighted_f1": round(r.scores.weighted_f1, 3),
        "accuracy": round(r.scores.accuracy, 3),
    }


def full_scores(predictions: Sequence[Predictions], anchor: str) -> dict[str, Any]:
    """Every file, language and family in full; `predictions` hold each file once."""
    targets = [p for p in predictions if p.language != anchor]
    return {
        "about": "text only, labels decided by §3.5 of the paper",
        "definitions": DEFINITIONS,
        "labels": list(predictions[0].labels),
        "sets": [_full_row(p) for p in predictions],
        "languages": _groups(predictions, lambda p: p.language),
        "families": _groups(predictions, lambda p: p.family),
        f"all_languages_but_{anchor}": _group(targets) if targets else None,
    }


def _full_row(one: Predictions) -> dict[str, Any]:
    return {
        "set": one.name,
        "language": one.language,
        "family": one.family,
        "read_through": one.read_through or "none",
        "excluded": list(one.excluded),
        **measures([one]),
    }


def _groups(
    predictions: Sequence[Predictions], key: Callable[[Predictions], str]
) -> dict[str, Any]:
    groups: dict[str, list[Predictions]] = {}
    for one in predictions:
        groups.setdefault(key(one), []).append(one)
    return {name: _group(parts) for name, parts in groups.items()}


def _group(parts: Sequence[Predictions]) -> dict[str, Any]:
    return {
        "sets": [p.name for p in parts],
        "mean_over_sets": mean_over_sets(parts),
        "pooled": measures(parts),
    }


def readable_json(value: Any, depth: int = 0, taken: int = 0) -> str:
    """JSON in which what fits on a line stays on one; `taken`: characters before the value."""
    flat = json.dumps(value, ensure_ascii=False)
    if depth + taken + len(flat) <= LINE or not isinstance(value, dict | list):
        return flat
    if isinstance(value, dict):
        names = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
        opened, values, closed = "{", list(value.values()), "}"
    else:
        names, opened, values, closed = [""] * len(value), "[", value, "]"
    lines = [
        f"{' ' * (depth + 1)}{name}{readable_json(one, depth + 1, len(name))}"
        for name, one in zip(names, values, strict=True)
    ]
    return f"{opened}\n" + ",\n".join(lines) + f"\n{' ' * depth}{closed}"
