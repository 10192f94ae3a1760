"""What can be read, and what a reader asks of the visitor, as HTML.

A press of a choice comes as a click with the question's name and the choice's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.intake import words
from app.page.html import Html, esc, folded
from app.page.tables import rows_of, wide_table

if TYPE_CHECKING:
    from lfdrt.data.readers.questions import Choice, Question

CHARACTERS = 120
"""Of a line of a preview."""

ON_LOAD = """element.addEventListener('click', event => {
  const choice = event.target.closest('[data-question]');
  if (choice) trigger('click', {name: choice.dataset.question, value: choice.dataset.value});
});"""


def formats() -> Html:
    """One line, and the list one click away."""
    from lfdrt.data.readers.registry import formats

    found = formats()
    line = words.READABLE.format(names=", ".join(one.name for one in found))
    rows = rows_of((one.name, " ".join(one.suffixes), one.says) for one in found)
    full = folded(
        words.ALL_FORMATS,
        wide_table("formats", list(words.FORMAT_COLUMNS), rows, words.ALL_FORMATS),
    )
    return Html(f"<p>{esc(line)}</p>{full}")


def questions(asked: Sequence[Question]) -> Html:
    """Every one with a preview of each choice; those are open whose answer is not sure."""
    if not asked:
        return Html("")
    unsure = Html("".join(_question(one) for one in asked if not one.sure))
    rest = Html("".join(_question(one) for one in asked if one.sure))
    summary = f"<summary>{esc(words.ASKED)}</summary>"
    if not unsure:
        return Html(f'<details class="how-read">{summary}{rest}</details>')
    more = folded(words.ELSE, rest) if rest else ""
    return Html(
        f'<details class="how-read" open>{summary}<p>{esc(words.LOOK)}</p>{unsure}{more}</details>'
    )


def _question(one: Question) -> Html:
    some = any(choice.preview for choice in one.choices)
    choices = "".join(_choice(one, choice, words.NOTHING if some else "") for choice in one.choices)
    return Html(
        f'<fieldset data-asks="{esc(one.name)}"><legend>{esc(one.asks)}</legend>'
        f'<div class="choices">{choices}</div></fieldset>'
    )


def _choice(of: Question, choice: Choice, nothing: str) -> Html:
    """nothing: what stands where there is nothing to preview."""
    shown = [line[:CHARACTERS] for line in choice.preview] or [nothing]
    lines = "".join(f'<span dir="auto">{esc(line)}</span>' for line in shown if line)
    chosen = "true" if choice.value == of.chosen else "false"
    return Html(
        f'<button type="button" data-question="{esc(of.name)}" data-value="{esc(choice.value)}" '
        f'aria-pressed="{chosen}"><b dir="auto">{esc(choice.says)}</b>'
        f"{lines}</button>"
    )
