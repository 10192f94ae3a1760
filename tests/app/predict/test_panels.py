"""What an answer puts into the page while the visitor goes on asking."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr

from app.page.html import esc
from app.page.wiring import ASKED, Newest
from app.predict.answers import NOTHING
from app.predict.tab import PANELS, _panels

SKIP = gr.skip()
FILLED = ("a text", "a language")


def begin(newest: Newest, place: int) -> Any:
    return newest.begin(SimpleNamespace(session_hash="a", headers={ASKED: str(place)}))  # type: ignore[arg-type]


def answered():
    yield NOTHING
    yield replace(NOTHING, result=esc("joy"))


def test_the_inputs_are_filled_once_and_the_last_word_changes_nothing():
    first, second, last = _panels(answered(), begin(Newest(), 1), FILLED)
    assert first[:2] == FILLED
    assert second[:2] == (SKIP, SKIP) and second[2] == esc("joy")
    assert all(value == SKIP for value in second[3:])
    assert last == (SKIP,) * (len(FILLED) + len(PANELS) + 1)


def test_a_request_that_was_overtaken_fills_nothing():
    """A card that was pressed before another one, begun after it."""
    newest = Newest()
    begin(newest, 2)
    for late in (begin(newest, 1), begin(newest, 1)):
        (only,) = _panels(answered(), late, FILLED)
        assert only == (SKIP,) * (len(FILLED) + len(PANELS) + 1)


def test_what_is_overtaken_on_its_way_stops():
    newest = Newest()
    told = _panels(answered(), begin(newest, 1), FILLED)
    assert next(told)[:2] == FILLED
    begin(newest, 2)
    assert set(map(str, next(told))) == {str(SKIP)}
    assert next(told, None) is None
