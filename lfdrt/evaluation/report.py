"""Scores as a checkpoint's card holds them: short, with intervals and what they do not say.

Knows scores, no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lfdrt.evaluation.retrieval import Retrieval
from lfdrt.evaluation.suites import SetScores


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
        report["retrieval"] = {
            "about": "share of held-out translations whose nearest English sentence is their own",
            "languages": len(pairs),
            "before_disentanglers": round(sum(p.before for p in pairs) / len(pairs), 3),
            "after_disentanglers": round(sum(p.after for p in pairs) / len(pairs), 3),
            "per_language": {p.language: round(p.after, 3) for p in pairs},
        }
    return report


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
