"""How a prediction is asked for, in a real Chromium: typing, keys, cards; the last request wins."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from app.places import ASSETS
from app.predict import words

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = "Ninafurahi sana"


def text(page: Page):
    return page.get_by_label("Text", exact=True)


def test_a_pause_in_typing_answers_and_a_changed_text_greys_the_answer(visit: Page):
    box, result = text(visit), visit.locator("#result")
    box.press_sequentially(TEXT)
    expect(result.locator(".label")).to_be_visible()
    expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
    visit.evaluate("lfdrt.pause = 1e9")
    box.press_sequentially("!")
    expect(result).to_have_class(re.compile("stale"))
    box.press("Backspace")
    expect(result).not_to_have_class(re.compile("stale"))
    assert box.evaluate("e => e === document.activeElement"), "it goes on under the fingers"


def test_enter_predicts_and_shift_enter_breaks_the_line(visit: Page):
    visit.evaluate("lfdrt.pause = 1e9")
    box = text(visit)
    box.fill(TEXT)
    box.press("Shift+Enter")
    box.press_sequentially("leo")
    expect(box).to_have_value(f"{TEXT}\nleo")
    expect(visit.locator("#result .label")).to_have_count(0)
    box.press("Enter")
    expect(visit.locator("#result .label")).to_be_visible()
    expect(box).to_have_value(f"{TEXT}\nleo")


def test_nothing_given_is_a_sentence_and_the_focus(visit: Page):
    visit.locator("#predict").click()
    expect(visit.get_by_role("alert")).to_have_text(words.NOTHING_GIVEN)
    expect(text(visit)).to_be_focused()


def test_the_last_of_several_clicks_is_answered(visit: Page):
    """Each while the one before is still being computed."""
    cards = visit.locator("#examples button")
    for n in range(4):
        cards.nth(n).click(no_wait_after=True)
    last = json.loads((ASSETS / "examples.json").read_text(encoding="utf-8"))[3]
    expect(text(visit)).to_have_value(last["text"])
    expect(visit.locator("#result")).to_contain_text(words.remark(last["emotion_meant"], ""))
    expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
    expect(visit.locator("#details .strip").first).to_contain_text(last["text"].split()[0])
    expect(visit.locator("#result")).not_to_have_class(re.compile("stale"))


def test_the_last_click_is_answered_though_it_arrives_first(visit: Page):
    cards, held = visit.locator("#examples button"), []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    visit.evaluate("document.activeElement.blur()")
    visit.route("**/queue/join*", hold_the_first)
    with visit.expect_request("**/queue/join*"):
        cards.nth(2).click()
    cards.nth(3).click()
    last = json.loads((ASSETS / "examples.json").read_text(encoding="utf-8"))[3]
    expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
    with visit.expect_response(lambda r: r.request == held[0].request):
        held[0].continue_()
    visit.unroute("**/queue/join*")
    expect(visit.locator("#result")).to_contain_text(words.remark(last["emotion_meant"], ""))
    expect(text(visit)).to_have_value(last["text"])


def test_the_head_by_keyboard(visit: Page):
    """One stop and a press to the text; from tab to tab by arrows; the theme is kept."""
    visit.get_by_role("tab", name="About").last.focus()
    visit.keyboard.press("Enter")
    visit.evaluate("document.activeElement.blur()")
    visit.locator(".skip").focus()
    visit.keyboard.press("Enter")
    expect(text(visit)).to_be_focused()
    visit.get_by_role("tab", name="Predict").last.focus()
    visit.keyboard.press("ArrowRight")
    expect(visit.get_by_role("tab", name="Fine-tune")).to_have_attribute("aria-selected", "true")
    body, dark = visit.locator("body"), re.compile("dark")
    expect(body).not_to_have_class(dark)
    visit.locator("[data-theme-switch]").click()
    visit.reload()
    expect(visit.locator("#model-state")).to_contain_text("is ready on")
    expect(body).to_have_class(dark)


def test_the_answer_is_seen_without_scrolling(visit: Page):
    visit.set_viewport_size({"width": 1280, "height": 720})
    visit.locator("#examples button").first.click()
    expect(visit.locator("#result .sentence")).to_be_in_viewport(ratio=1)
    expect(visit.locator("#predict")).to_be_in_viewport(ratio=1)
