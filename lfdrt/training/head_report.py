"""What a head is reported on, and the scores as its card holds them.

Pairs are read in all three ways, so that what the picture adds is seen; other sets are text only.
Target languages' labels only report. Knows rows of features and heads; trains nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lfdrt.evaluation.metrics import Scores, score
from lfdrt.evaluation.suites import Suite
from lfdrt.model.classifiers import decide
from lfdrt.model.lfdrt import LFDRT
from lfdrt.training.head import READINGS, probabilities
from lfdrt.training.head_data import LabelledSet, Rows, read_texts

SUITES = {
    "polarity3": (
        Suite(source="xlmt", languages=("en", "ar", "es", "fr"), split="dev"),
        Suite(source="nusax", languages=("en", "id", "jv"), split="dev"),
        Suite(source="afrisenti", languages=("sw",), split="dev"),
        Suite(source="bec", languages=("eu",), split="dev"),
        Suite(source="malagasy_mt", languages=("mg",), split="dev", excluded=("neutral",)),
    )
}
"""Sets of texts, by label set."""


@dataclass(frozen=True, kw_only=True)
class ReportSet:
    """`labelled`: the rows as they were read. `excluded`: classes that the set does not have."""

    labelled: LabelledSet
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadingScores:
    """Scores of one set in one reading. `commonest`: accuracy of always naming the set's commonest
    class. `family`: whose disentangler read the texts, None for none."""

    name: str
    reading: str
    family: str | None
    commonest: float
    scores: Scores


def text_sets(data: Path, label_set: str) -> Iterator[ReportSet]:
    """Those sets of `SUITES` that are on this machine."""
    for suite in SUITES[label_set]:
        for language in suite.languages:
            if (data / "text" / suite.source / f"{language}.{suite.split}.csv").is_file():
                labelled = read_texts(data, suite.source, language, suite.split)
                yield ReportSet(labelled=labelled, excluded=suite.excluded)


def score_set(
    head: LFDRT, one: ReportSet, rows: Rows, family: str | None, device: torch.device
) -> Iterator[ReadingScores]:
    """All readings of a set of pairs; the one reading of a set of texts."""
    gold, labels = one.labelled.labels, head.config.label_set.labels
    absent = torch.tensor([label in one.excluded for label in labels])
    for reading in READINGS if one.labelled.pictures else ("text",):
        p_1, p_2 = (p.masked_fill(absent, -1) for p in probabilities(head, rows, reading, device))
        predicted = [labels[c] for c in decide(p_1, p_2).tolist()]
        yield ReadingScores(
            name=one.labelled.name,
            reading=reading,
            family=None if reading == "image" else family,
            commonest=max(map(gold.count, labels)) / len(gold),
            scores=score(gold, predicted),
        )


def card_scores(seeds: Sequence[Sequence[ReadingScores]]) -> dict[str, Any]:
    """One row a set and reading, the same order in every seed; the first seed's head is kept."""
    return {
        "about": "means over training seeds; interval: 95 % bootstrap interval of macro-F1 over "
        "rows, of the seed that is kept; commonest: accuracy of always naming the set's commonest "
        "class. Texts of other languages were read through their own families",
        "seeds": len(seeds),
        "sets": [_row(readings) for readings in zip(*seeds, strict=True)],
    }


def _row(readings: Sequence[ReadingScores]) -> dict[str, Any]:
    kept, scores = readings[0], [r.scores for r in readings]
    return {
        "set": kept.name,
        "reading": kept.reading,
        "read_through": kept.family or "none",
        "rows": kept.scores.rows,
        "macro_f1": round(float(np.mean([s.macro_f1 for s in scores])), 3),
        "interval": [round(v, 3) for v in kept.scores.interval],
        "accuracy": round(float(np.mean([s.accuracy for s in scores])), 3),
        "commonest": round(kept.commonest, 3),
        "macro_f1_of_each_seed": [round(s.macro_f1, 3) for s in scores],
        "accuracy_of_each_seed": [round(s.accuracy, 3) for s in scores],
    }
