"""A prediction as files: CSV, JSON, an SVG figure. Contents only; the browser makes the files.
Each names the model that answered.

Nothing is written on the server, so nothing of a visitor stays there.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app import text
from app.charts import heat_svg
from app.service import spreadsheet_safe
from app.views.families import heat_map, units
from app.views.html import Html, card, esc
from app.views.result import family_name
from app.words import Word, summed
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from lfdrt.output import Prediction, Scores


def csv_text(p: Prediction, model: str) -> str:
    """One row a reading: the one used first, then every family. With a BOM, for spreadsheets."""
    words = next(iter(units(p).values())) if p.tokens else ()
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    head = ["reading", "model", "text", "language", "label", "agree", "label_1", "label_2"]
    head += [f"p1_{c}" for c in p.labels] + [f"p2_{c}" for c in p.labels]
    head += [f"attention {i + 1}: {w.text}" for i, w in enumerate(words)]
    writer.writerow(map(_cell, head))
    for name, scores, attention in _readings(p, words):
        row = [name, model, p.text or "", p.language or "", scores.label, str(scores.agree).lower()]
        row += [scores.label_1, scores.label_2, *_numbers(scores.probabilities_1)]
        writer.writerow(map(_cell, row + _numbers(scores.probabilities_2) + attention))
    return "\ufeff" + stream.getvalue()


def json_text(p: Prediction, model: str) -> str:
    """Everything that the page shows, tokens and all, as JSON."""
    data: dict[str, Any] = {
        "model": model,
        "text": p.text,
        "has_image": p.has_image,
        "language": p.language,
        "language_name": resolve(p.language).name if p.language else None,
        "family": p.family,
        "notes": p.notes,
        "labels": p.labels,
        "prediction": _scores(p.scores),
        "tokens": [
            {"piece": t.piece, "start": t.start, "end": t.end, "unknown": t.unknown}
            for t in p.tokens
        ],
        "families": [
            {
                "family": r.family,
                "attention": _numbers(r.attention),
                "attention_on_text": round(r.mass, 6),
                **_scores(r.scores),
            }
            for r in p.families or ()
        ],
        "regions": None if p.grid is None else np.round(p.grid.astype(float), 6).tolist(),
        "translation": None
        if p.translation is None
        else np.round(p.translation.astype(float), 6).tolist(),
        "translation_tokens": [t.piece for t in p.translation_tokens or ()],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def svg_text(p: Prediction, model: str) -> str:
    """The heat map over words as a figure; "" without text."""
    if not p.tokens or not p.families:
        return ""
    heat = heat_map(p, next(iter(units(p).values())))
    legend = text.LEGEND.format(top=text.percent(heat.top, 1))
    note = f"{p.scores.label} — {legend} LFD-RT, {model}"
    return heat_svg(heat, title=text.FIGURE_TITLE, note=note)


def export(p: Prediction, model: str) -> Html:
    """Download buttons; page.js turns `data-content` into a file when one is pressed."""
    svg = svg_text(p, model)
    files = [("csv", "prediction.csv", csv_text(p, model))]
    files.append(("json", "prediction.json", json_text(p, model)))
    files += [("svg", "attention.svg", svg), ("png", "attention.png", svg)] if svg else []
    files.append(("html", "prediction.html", ""))
    buttons = "".join(
        f'<button type="button" data-download="{esc(kind)}" data-name="{esc(name)}" '
        f'data-content="{esc(content)}">{esc(text.EXPORTS[kind])}</button>'
        for kind, name, content in files
    )
    return card(
        f'<div class="downloads">{buttons}</div>',
        kind="export",
        title=text.EXPORT_TITLE,
        lead=text.EXPORT_LEAD,
    )


def _readings(p: Prediction, words: Sequence[Word]) -> Iterator[tuple[str, Scores, list[float]]]:
    yield "used: " + family_name(p.family), p.scores, []
    for r in p.families or ():
        yield family_name(r.family), r.scores, _numbers(summed(r.attention, words))


def _scores(s: Scores) -> dict[str, Any]:
    return {
        "label": s.label,
        "agree": s.agree,
        "label_1": s.label_1,
        "label_2": s.label_2,
        "decided_by": s.decided_by,
        "probabilities_1": _numbers(s.probabilities_1),
        "probabilities_2": _numbers(s.probabilities_2),
    }


def _numbers(values: np.ndarray) -> list[float]:
    return [round(float(v), 6) for v in values]


def _cell(value: str | float) -> str | float:
    return spreadsheet_safe(value) if isinstance(value, str) else value
