"""A prediction as files: a table of all readings, and everything as JSON, each with its source.

Contents only; the browser makes the files. Nothing is written on the server, so nothing of a
visitor stays there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app.page.html import Html, card
from app.page.saving import Cell, Rows, Saved, csv_text, files
from app.page.say import family_name
from app.predict import words as text
from app.predict.tokens import Word, summed
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from lfdrt.output import Prediction, Scores


def table_rows(p: Prediction, words: Sequence[Word], model: str) -> Rows:
    """One row a reading: the one used first, then every family; the head before them. words: of the
    text."""
    head = ["reading", "model", "text", "language", "label", "agree", "label_1", "label_2"]
    head += [f"p1_{c}" for c in p.labels] + [f"p2_{c}" for c in p.labels]
    head += [f"attention {i + 1}: {w.text}" for i, w in enumerate(words)]
    rows: list[list[Cell]] = [[*head]]
    for name, scores, attention in _readings(p, words):
        row: list[Cell] = [name, model, p.text or "", p.language or "", scores.label]
        row += [str(scores.agree).lower(), scores.label_1, scores.label_2]
        row += [*_numbers(scores.probabilities_1), *_numbers(scores.probabilities_2), *attention]
        rows.append(row)
    return rows


def json_text(p: Prediction, model: str, source: str) -> str:
    """Everything that the page shows, tokens and all, as JSON."""
    families = [r.family for r in p.families or () if r.family]
    data = {
        "model": model,
        "source": source,
        "language_name": resolve(p.language).name if p.language else None,
        **p.as_dict(families),
    }
    return json.dumps(_rounded(data), ensure_ascii=False, indent=1)


def export(p: Prediction, words: Sequence[Word], model: str, source: str) -> Html:
    """The files of the whole answer; figures are saved where they stand."""
    saved = Saved(name="prediction", title=text.EXPORT_TITLE, source=source)
    contents = {
        "csv": csv_text(table_rows(p, words, model), source),
        "json": json_text(p, model, source),
        "html": "",
    }
    return card(
        files(saved, contents),
        kind="export",
        title=text.EXPORT_TITLE,
        lead=text.EXPORT_LEAD,
    )


def _readings(p: Prediction, words: Sequence[Word]) -> Iterator[tuple[str, Scores, list[float]]]:
    yield "used: " + family_name(p.family), p.scores, []
    for r in p.families or ():
        yield family_name(r.family), r.scores, _numbers(summed(r.attention, words))


def _rounded(value: Any) -> Any:
    """What digits beyond the sixth say is noise, and a heat map of all families has many."""
    if isinstance(value, dict):
        return {key: _rounded(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return round(value, 6) if isinstance(value, float) else value


def _numbers(values: np.ndarray) -> list[float]:
    return [round(float(v), 6) for v in values]
