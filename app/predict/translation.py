"""Eq. 6 on the page: words of the text by words of its English translation, family by family.

The table is drawn for the reading used; page.js fills in the numbers of another chosen family.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.page.heat import HeatMap, heat_table
from app.page.html import Html, card, esc, foreign, scroll
from app.page.saving import Rows, Saved, drawn
from app.page.say import FAMILY_NAMES, family_name
from app.predict import words as text
from app.predict.readings import own_index
from app.predict.tokens import Word, merge, summed

if TYPE_CHECKING:
    from lfdrt.output import Prediction


def translation(p: Prediction, english: str, source: str) -> Html:
    """The section; empty where no translation was given."""
    if p.translation is None or not p.translation_tokens:
        return ""
    values, words, columns = _by_words(p, english)
    k = own_index(p) if p.families else 0
    shown = min(k, len(values) - 1)  # no disentangler has no row in Eq. 6
    heat = HeatMap(
        values=values[shown],
        columns=[w.text for w in columns],
        rows=[w.text for w in words],
        lang="en",
    )
    table = heat_table(
        heat,
        corner="",
        heads=[foreign(w.text, p.language or "") for w in words],
        beside=[""] * len(words),
        beside_head="",
    )
    names = [family_name(r.family) for r in p.families or ()][: len(values)] or [*FAMILY_NAMES]
    state = (
        f'data-values="{esc(json.dumps(np.round(values.astype(float), 4).tolist()))}" '
        f'data-names="{esc(json.dumps(names))}" data-numbers="on"'
    )
    lead = f"{esc(text.TRANSLATION_LEAD)}<b data-family-name>{esc(names[shown])}</b>."
    head = f'<p class="lead">{lead}</p>'
    saved = Saved(name="translation", title=text.TRANSLATION_TITLE, source=source)
    rows = [[text.COLUMN_FAMILY, text.WORD_COLUMN, *heat.columns], *_rows(values, names, heat.rows)]
    return card(
        drawn(saved, f"{head}{scroll(table, text.TRANSLATION_TITLE)}", rows),
        kind="translation",
        title=text.TRANSLATION_TITLE,
        attributes=state,
    )


def _rows(values: np.ndarray, families: Sequence[str], words: Sequence[str]) -> Rows:
    """Every family's reading, whichever is shown. Shape: values (K, W, A)."""
    return [
        [family, word, *line]
        for family, lines in zip(families, np.round(values.astype(float), 6).tolist(), strict=True)
        for word, line in zip(words, lines, strict=True)
    ]


def _by_words(p: Prediction, english: str) -> tuple[np.ndarray, tuple[Word, ...], tuple[Word, ...]]:
    """Over words on both sides: mean over a word's own tokens, sum over the English ones.

    Shape: (K, W, A). The mean keeps a word of many pieces comparable with one of few.
    """
    words = merge(p.text or "", p.tokens)
    columns = merge(english, p.translation_tokens or ())
    over_english = summed(p.translation, columns)  # (K, T, A)
    values = np.stack([over_english[:, list(w.tokens)].mean(axis=1) for w in words], axis=1)
    return values, words, columns
