"""Made-up recordings for tests: classes by hand or drawn, no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lfdrt.evaluation.recordings.recording import FORMAT, RecordedRun, RecordedSet, Recording

LABELS = ("a", "b", "c")
RUN = RecordedRun(
    format=FORMAT,
    name="made",
    note="",
    checkpoint="tiny",
    weights_sha256="0" * 64,
    trained="never",
    selection="none",
    seed=0,
    device="cpu, float32",
    date="2026-11-25T00:00:00+00:00",
    versions={"lfdrt": "0"},
    inputs="text",
    carries=False,
    labels=LABELS,
    sets=(),
)


def one_set(rows: int, language: str = "tt", **others: object) -> RecordedSet:
    family = {"tt": "turkic", "sw": "niger-congo", "en": "indo-european"}[language]
    made = RecordedSet(
        source="made",
        split="dev",
        language=language,
        family=family,
        read_through=family,
        excluded=(),
        rows=rows,
    )
    return replace(made, **others)


def by_hand(
    gold: Sequence[int],
    predicted: Sequence[int],
    agree: Sequence[bool],
    sets: Sequence[RecordedSet] | None = None,
    name: str = "made",
    ids: Sequence[str] | None = None,
) -> Recording:
    """The first classifier gives the predicted class 0.8; the second the next one 0.7 where they
    disagree."""
    N, C = len(gold), len(LABELS)
    p_1, p_2 = np.full((N, C), 0.1, np.float32), np.full((N, C), 0.15, np.float32)
    p_1[range(N), predicted] = 0.8
    second = np.where(agree, predicted, (np.array(predicted) + 1) % C)
    p_2[range(N), second] = 0.7
    return Recording(
        run=replace(RUN, name=name, sets=tuple(sets or (one_set(N),))),
        ids=tuple(ids or (f"row-{i}" for i in range(N))),
        gold=np.array(gold),
        predicted=np.array(predicted),
        agree=np.array(agree),
        p_1=p_1,
        p_2=p_2,
    )


def drawn(rows: int, seed: int = 0, name: str = "drawn") -> Recording:
    """Half Tatar, half Swahili; about six in ten right. The gold labels are those of any seed."""
    gold = np.random.default_rng(99).integers(0, 3, rows)
    luck = np.random.default_rng(seed)
    predicted = np.where(luck.random(rows) < 0.4, luck.integers(0, 3, rows), gold)
    agree = luck.random(rows) < 0.8
    sets = [one_set(rows // 2), one_set(rows - rows // 2, "sw")]
    return by_hand(gold, predicted, agree, sets, name)
