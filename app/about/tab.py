"""The About tab: the checkpoint's card, decisions, slips and limits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import gradio as gr

from app.about import words
from app.models.requests import Loaded
from app.page import say
from app.page.html import Html, card, esc, scroll
from app.page.saving import Cell, Saved, cite, table_file
from app.page.tables import rows_of, table
from lfdrt.languages import FAMILIES

DEEPEST = 4
"""Levels of a card that are laid out; what lies deeper is shown in one line."""


def about() -> Html:
    """All but the checkpoint's card, which comes when the model is loaded."""
    decisions = "".join(
        f"<dt>{esc(name)}</dt><dd>{esc(reason)}</dd>" for name, reason in words.DECISIONS
    )
    return (
        _prose(Html(f"<dl>{decisions}</dl>"), words.DECISIONS_TITLE)
        + _prose(_list(map(esc, say.PAPER_SLIPS)), words.SLIPS_TITLE)
        + _prose(_paragraphs(words.LICENCES), words.LICENCES_TITLE)
    )


def introduction() -> Html:
    named = Html(f'<h2 class="aloud">{esc(say.TAB_ABOUT)}</h2>')
    return named + _prose(_paragraphs(words.WHAT), words.WHAT_TITLE)


def limits() -> Html:
    attention = _prose(_paragraphs(words.ATTENTION), words.ATTENTION_TITLE)
    return _prose(_list(map(esc, words.LIMITS)), words.LIMITS_TITLE) + attention


def checkpoint(loaded: Loaded | None, failure: str = "") -> Html:
    """`card.json` as it is, whatever its keys, below what the program itself knows."""
    if loaded is None:
        return _prose(_paragraphs([failure or words.CARD_WAIT]), words.CARD_TITLE)
    trained = [say.family_name(f.code) for f in FAMILIES if f.code in loaded.families]
    known = {
        words.CARD_DEVICE: loaded.device,
        words.CARD_LABELS: ", ".join(map(say.class_name, loaded.labels)),
        words.CARD_FAMILIES: ", ".join(trained),
    }
    apart = ("scores", "selection")
    rest = {k: v for k, v in loaded.card.items() if k not in apart}
    body = Html(f"<p><code>{esc(loaded.weights.name)}</code></p>")
    body += scroll(_value(known) + _value(rest), words.CARD_TITLE)
    return _prose(body, words.CARD_TITLE) + _scores(loaded)


def _scores(loaded: Loaded) -> Html:
    """Scores never stand without the rule by which the checkpoint was selected."""
    facts = loaded.card
    if not facts.get("scores"):
        return _prose(_paragraphs([words.SCORES_NONE]), words.SCORES_TITLE)
    rule = words.SCORES_SELECTION.format(rule=facts.get("selection", "–"))
    shown = scroll(_value(facts["scores"]), words.SCORES_TITLE)
    return _prose(_paragraphs([rule]) + shown + _scores_file(loaded), words.SCORES_TITLE)


def _scores_file(loaded: Loaded) -> Html:
    """The scores of single sets; "" where the card has them in another form."""
    scores = loaded.card["scores"]
    sets = scores.get("sets") if isinstance(scores, dict) else None
    if not isinstance(sets, list) or not sets or not _alike(sets):
        return Html("")
    rows = [[_plain(value) for value in one.values()] for one in sets]
    about = str(scores.get("about", ""))
    saved = Saved(
        name="scores", title=words.SCORES_TITLE, source=cite(loaded.weights, about.rstrip("."))
    )
    return table_file(saved, [[*sets[0]], *rows])


def _alike(rows: list[Any]) -> bool:
    """Whether they are the rows of one table."""
    return all(isinstance(row, dict) and row.keys() == rows[0].keys() for row in rows)


def _plain(value: Any) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else json.dumps(value)


def _value(value: Any, depth: int = 0) -> Html:
    if isinstance(value, dict) and depth < DEEPEST:
        facts = ((_key(k), _value(v, depth + 1)) for k, v in value.items())
        return table("facts", [], rows_of(facts))
    if isinstance(value, list) and depth < DEEPEST:
        if all(isinstance(v, str | int | float) for v in value):
            return esc(", ".join(map(str, value)))
        if _alike(value):
            return _table(value, depth)
        return _list(_value(v, depth + 1) for v in value)
    if isinstance(value, float):
        return esc(f"{value:.4g}")
    return esc("–" if value is None else value)


def _table(rows: list[dict[str, Any]], depth: int) -> Html:
    """Rows with the same keys as one table."""
    cells = ("".join(f"<td>{_value(v, depth + 2)}</td>" for v in row.values()) for row in rows)
    return table("facts", [*map(_key, rows[0])], (Html(f"<tr>{row}</tr>") for row in cells))


def _key(key: object) -> str:
    return str(key).replace("_", " ")


def _prose(body: Html, title: str) -> Html:
    return card(body, kind="prose", title=title)


def _paragraphs(sentences: Iterable[str]) -> Html:
    return Html("".join(f"<p>{esc(s)}</p>" for s in sentences))


def _list(items: Iterable[Html]) -> Html:
    return Html("<ul>" + "".join(f"<li>{i}</li>" for i in items) + "</ul>")


def build() -> gr.HTML:
    """Fills the current tab."""
    with gr.Row(equal_height=False, elem_classes="about"):
        with gr.Column(scale=5, min_width=320):
            gr.HTML(introduction())
            panel = gr.HTML(checkpoint(None), elem_id="checkpoint-card")
            gr.HTML(limits())
        with gr.Column(scale=6, min_width=320):
            gr.HTML(about())
    return panel
