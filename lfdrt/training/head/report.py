"""What a head is reported on, and the scores as its card holds them.

Pairs are read in all three ways, so that what the picture adds is seen; other sets are text only.
Target languages' labels only report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lfdrt.config import HeadConfig
from lfdrt.evaluation.metrics import Scores, score
from lfdrt.evaluation.suites import SUITES, own_reading
from lfdrt.model.classifiers import decide
from lfdrt.model.lfdrt import LFDRT
from lfdrt.training.head.data import LabelledSet, Rows, read_texts
from lfdrt.training.head.settings import HeadSettings
from lfdrt.training.head.training import READINGS, probabilities

SELECTION = (
    "last step of a fixed schedule, first seed; no score selected anything. The settings were set "
    "before a dev score was read"
)
LIMITS = (
    "Only English labels were seen, so the encoders and the disentanglers are the base's, "
    "unchanged; new are the classifiers, re-learned the image's projection and, where the base's "
    "families predict no words through it, the attention. The image tower was trained on faces, "
    "the pictures of tweets are mixed photographs: a picture alone says little."
)
DATA = {
    "pairs": "MVSA-Single, genuine pairs of tweet and picture (research use)",
    "texts": "English training rows of XLM-T (the original data sets' terms) and NusaX (CC BY-SA "
    "4.0)",
}


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
    head: LFDRT, one: ReportSet, rows: Rows, device: torch.device
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
            family=None if reading == "image" else own_reading(head, one.labelled.language),
            commonest=max(map(gold.count, labels)) / len(gold),
            scores=score(gold, predicted),
        )


def head_card(
    config: HeadConfig,
    settings: HeadSettings,
    rows: dict[str, int],
    scores: Sequence[Sequence[ReadingScores]],
    seconds: float,
) -> dict[str, Any]:
    """The card. `rows`: of each training set; `scores`: one list a seed, the kept one's first."""
    return {
        "name": config.name,
        "what": f"A head for {', '.join(config.label_set.labels)} on the encoders of the "
        f"checkpoint {config.base}, which must lie beside it.",
        "base": config.base,
        "label_set": config.label_set.name,
        "labels": list(config.label_set.labels),
        "trained": date.today().isoformat(),
        "training": {
            "english_rows": rows,
            "minutes": round(seconds / 60, 1),
            "settings": asdict(settings),
            "command": f"python -m lfdrt head {config.label_set.name} --base {config.base} --data "
            f"DATA --out {config.name} --seed {settings.seeds[0]}",
        },
        "data": DATA,
        "limits": LIMITS,
        "selection": SELECTION,
        "scores": card_scores(scores),
    }


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
