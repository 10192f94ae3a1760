"""Made-up predictions for tests of reports: probabilities by hand, no model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from lfdrt.evaluation.predictions import Predictions

LABELS = ("a", "b", "c")


def made(
    p_1: Sequence[Sequence[float]],
    p_2: Sequence[Sequence[float]],
    gold: Sequence[int],
    *,
    source: str = "made",
    language: str = "tt",
    read_through: str | None = "turkic",
    excluded: tuple[str, ...] = (),
) -> Predictions:
    return Predictions(
        source=source,
        language=language,
        split="dev",
        read_through=read_through,
        labels=LABELS,
        excluded=excluded,
        ids=tuple(f"row-{i}" for i in range(len(gold))),
        gold=np.array(gold),
        p_1=torch.tensor(p_1),
        p_2=torch.tensor(p_2),
    )


def sure(predicted: Sequence[int], gold: Sequence[int], **others: object) -> Predictions:
    """Both classifiers give `predicted` the probability 0.8."""
    p = [[0.8 if c == k else 0.1 for c in range(len(LABELS))] for k in predicted]
    return made(p, p, gold, **others)
