"""“How the answer comes about”: its numbers are the answer's, and it plays when it is asked to."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.page.say import percent
from app.predict.idea import idea
from lfdrt.words import merge
from tests.app.samples import prediction, scores
from tests.app.visiting import example


def told(p) -> str:
    words = merge(p.text or "", p.tokens)
    return re.sub(r"<[^>]+>", " ", idea(p, words, None))


def test_its_numbers_are_those_of_the_answer():
    p = prediction("so happy today", used=scores(3, 1, 0.8), others=scores(0, 0, 0.6))
    said = told(p)
    assert f"Through 1 of them it says {p.scores.label}." in said and "13 lenses" in said
    assert f"The first says {p.scores.label_1} ({percent(0.8)})" in said
    assert f"the second {p.scores.label_2} ({percent(0.8)})" in said
    assert f"It is read in {len(p.tokens)} pieces." in said
    assert f"There is no picture: a learned stand-in asks. {percent(0.5)} of" in said
    mean = float(np.mean([0.8, 0.2 / 6]))
    assert f"{p.scores.label}, {percent(mean)}" in said


def test_without_a_text_nothing_is_asked_of_it():
    said = told(prediction(None, language=None, family=None, grid=2))
    assert "It has no words to look at" in said and "None of them is used here." in said


@pytest.mark.browser
@pytest.mark.slow
def test_it_plays_when_it_is_asked_to(visit: Page):
    example(visit, "Swahili · Niger-Congo")
    card = visit.locator("#details .idea")
    steps = card.locator(".steps > li")
    expect(steps).to_have_count(5)
    expect(card.locator(".lenses i")).to_have_count(13)
    moving = "e => e.getAnimations({subtree: true}).length"
    assert card.evaluate(moving) == 0
    for _ in range(2):
        card.get_by_role("button", name="Play it").click()
        assert card.evaluate(moving) > 13
    expect(card).to_contain_text(visit.locator("#result .label").inner_text().lower())
