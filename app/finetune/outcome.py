"""What a finished run came to: before and after, from its predictions.csv and labelled.csv.

The same for a run that was just trained, reopened or brought back from a ZIP.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.finetune import words
from app.models.requests import Refused

CHANGED = 50
"""Changed rows that are handed out; all are counted."""


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """counts[i][j]: rows of class i that were taken for class j."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Of the labelled rows. before, after: accuracy, macro_f1, weighted_f1. righted, wronged: rows
    that are right only after, and only before. chance: how often a fair coin splits these at least
    as unevenly (two-sided sign test); 1 where there are none."""

    rows: int
    before: dict[str, float]
    after: dict[str, float]
    confusion_before: Confusion
    confusion_after: Confusion
    righted: int
    wronged: int
    chance: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """scores: None where no labels were given. distribution: rows by decided label, in the label
    set's order. agreement: share of rows on which both classifiers agree. changed: the first rows
    with another label (id, text, label_before, label_after)."""

    rows: int
    distribution_before: dict[str, int]
    distribution_after: dict[str, int]
    agreement_before: float
    agreement_after: float
    changed: tuple[dict[str, str], ...]
    changed_count: int
    scores: Scored | None


def read_outcome(folder: Path, name: str, ended: str) -> Outcome:
    """folder, name, ended: of a training. Raises Refused: there are no predictions, or they were
    changed. 100,000 rows take 1 s."""
    predictions, labelled = folder / "predictions.csv", folder / "labelled.csv"
    if not predictions.is_file() and ended == "discarded":  # ended before it could write them
        return Outcome(rows=0, distribution_before={}, distribution_after={}, agreement_before=0.0,
                       agreement_after=0.0, changed=(), changed_count=0, scores=None)  # fmt: skip
    if not predictions.is_file():
        raise Refused(words.NO_OUTCOME.format(name=name))
    try:
        return _outcome(predictions, labelled)
    except (KeyError, ValueError, OSError, csv.Error) as error:
        raise Refused(words.BAD_OUTCOME.format(file=predictions.name)) from error


def _outcome(predictions: Path, labelled: Path) -> Outcome:
    columns, rows = _table(predictions)
    labels = tuple(c.removeprefix("p_") for c in columns if c.startswith("p_"))
    before, after = (
        Counter(r["label_before"] for r in rows),
        Counter(r["label_after"] for r in rows),
    )
    changed = [r for r in rows if r["label_before"] != r["label_after"]]
    shown = ("id", "text", "label_before", "label_after")
    return Outcome(
        rows=len(rows),
        distribution_before={label: before[label] for label in labels},
        distribution_after={label: after[label] for label in labels},
        agreement_before=_share(rows, "agree_before"),
        agreement_after=_share(rows, "agree_after"),
        changed=tuple({key: r[key] for key in shown} for r in changed[:CHANGED]),
        changed_count=len(changed),
        scores=_scored(labelled, labels) if labelled.is_file() else None,
    )


def _share(rows: Sequence[dict[str, str]], column: str) -> float:
    return sum(r[column] == "true" for r in rows) / max(1, len(rows))


def _scored(path: Path, labels: tuple[str, ...]) -> Scored | None:
    from scipy.stats import binomtest

    _, rows = _table(path)
    if not rows:
        return None
    gold = [r["label"] for r in rows]
    before, after = [r["label_before"] for r in rows], [r["label_after"] for r in rows]
    pairs = [(b == g, a == g) for g, b, a in zip(gold, before, after, strict=True)]
    righted, wronged = pairs.count((False, True)), pairs.count((True, False))
    moved = righted + wronged
    return Scored(
        rows=len(rows),
        before=_scores(gold, before),
        after=_scores(gold, after),
        confusion_before=_confusion(gold, before, labels),
        confusion_after=_confusion(gold, after, labels),
        righted=righted,
        wronged=wronged,
        chance=float(binomtest(righted, moved).pvalue) if moved else 1.0,
    )


def _scores(gold: Sequence[str], predicted: Sequence[str]) -> dict[str, float]:
    from lfdrt.evaluation.metrics import score

    s = score(gold, predicted)
    return {"accuracy": s.accuracy, "macro_f1": s.macro_f1, "weighted_f1": s.weighted_f1}


def _confusion(gold: Sequence[str], said: Sequence[str], labels: tuple[str, ...]) -> Confusion:
    counts = Counter(zip(gold, said, strict=True))
    return Confusion(
        labels=labels,
        counts=tuple(tuple(counts[g, s] for s in labels) for g in labels),
    )


def _table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Columns, and rows with their texts as they were before they were made safe for export."""
    from lfdrt.data.export import restore

    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = [{k: restore(v) for k, v in row.items() if k is not None} for row in reader]
    return list(reader.fieldnames or ()), rows
