"""What can be read, and what a reader asks of the visitor, as HTML; and its words.

A press of a choice comes as a click with the question's name and the choice's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.page.html import Html, esc, folded
from app.page.tables import rows_of, wide_table

if TYPE_CHECKING:
    from lfdrt.data.readers.questions import Choice, Question

READABLE = "Reads {names}."
ALL_FORMATS = "All that can be read"
FORMAT_COLUMNS = ("What", "Files", "How it is read")
ASKED = "How the file is read"
LOOK = "Please look: it can be read in more than one way."
NOTHING = "nothing"
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
    line = READABLE.format(names=", ".join(one.name for one in found))
    rows = rows_of((one.name, " ".join(one.suffixes), one.says) for one in found)
    full = folded(ALL_FORMATS, wide_table("formats", list(FORMAT_COLUMNS), rows, ALL_FORMATS))
    return Html(f"<p>{esc(line)}</p>{full}")


def questions(asked: Sequence[Question]) -> Html:
    """Every one with a preview of each choice; open where an answer is not sure."""
    if not asked:
        return Html("")
    unsure = any(not one.sure for one in asked)
    look = f'<p class="hint">{esc(LOOK)}</p>' if unsure else ""
    body = "".join(_question(one) for one in sorted(asked, key=lambda one: one.sure))
    opened = " open" if unsure else ""
    return Html(
        f'<details class="asked"{opened}><summary>{esc(ASKED)}</summary>{look}{body}</details>'
    )


def _question(one: Question) -> Html:
    choices = "".join(_choice(one, choice) for choice in one.choices)
    return Html(
        f'<fieldset data-asks="{esc(one.name)}"><legend>{esc(one.asks)}</legend>'
        f'<div class="choices">{choices}</div></fieldset>'
    )


def _choice(of: Question, choice: Choice) -> Html:
    lines = "".join(f'<span dir="auto">{esc(line[:CHARACTERS])}</span>' for line in choice.preview)
    chosen = "true" if choice.value == of.chosen else "false"
    return Html(
        f'<button type="button" data-question="{esc(of.name)}" data-value="{esc(choice.value)}" '
        f'aria-pressed="{chosen}"><b dir="auto">{esc(choice.says)}</b>'
        f"{lines or f'<span>{esc(NOTHING)}</span>'}</button>"
    )
