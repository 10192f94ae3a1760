"""Predictions made by hand, for tests of what is drawn from them. Knows no model."""

from __future__ import annotations

import re

import numpy as np

from lfdrt.labels import EKMAN7
from lfdrt.languages import FAMILIES
from lfdrt.output import FamilyReading, Prediction, Scores, Token

CODES = tuple(f.code for f in FAMILIES)
C = len(EKMAN7)


def tokens_of(text: str) -> tuple[Token, ...]:
    """One token a word and one for each word's last letter, with the space before a word in it."""
    found = []
    for match in re.finditer(r"\s*\S+", text):
        start, end = match.span()
        cut = max(end - 1, start + 1)
        found.append(Token(piece=text[start:cut], start=start, end=cut, unknown=False))
        if cut < end:
            found.append(Token(piece=text[cut:end], start=cut, end=end, unknown=True))
    return tuple(found)


def scores(first: int = 3, second: int = 3, high: float = 0.7) -> Scores:
    """Each classifier gives `high` to its class and shares the rest."""
    p = [np.full(C, (1 - high) / (C - 1)) for _ in range(2)]
    p[0][first] = high
    p[1][second] = high
    return Scores(
        label=EKMAN7.labels[first],
        label_1=EKMAN7.labels[first],
        label_2=EKMAN7.labels[second],
        decided_by=0 if first == second else 1,
        probabilities_1=p[0],
        probabilities_2=p[1],
    )


def _reading(family: str | None, T: int, scores: Scores) -> FamilyReading:
    """Attention that rises from token to token and sums to 1/2."""
    attention = np.arange(1, T + 1) / (2 * max(sum(range(T + 1)), 1))
    return FamilyReading(
        family=family, attention=attention, mass=float(attention.sum()), scores=scores
    )


def prediction(
    text: str | None = "so happy today",
    *,
    language: str | None = "sw",
    family: str | None = "niger-congo",
    used: Scores | None = None,
    others: Scores | None = None,
    grid: int | None = None,
    notes: tuple[str, ...] = (),
) -> Prediction:
    """All families give `others`, but the reading used, which gives `used`."""
    used, others = used or scores(), others or scores()
    tokens = tokens_of(text or "")
    T = len(tokens)
    readings = tuple(
        _reading(code, T, used if code == family else others) for code in (*CODES, None)
    )
    return Prediction(
        labels=EKMAN7.labels,
        scores=used,
        language=language,
        family=family,
        text=text,
        has_image=grid is not None,
        tokens=tokens,
        unknown_share=0.0,
        notes=notes,
        families=readings,
        grid=None if grid is None else np.full((grid, grid, T), 1 / max(T, 1)),
    )
