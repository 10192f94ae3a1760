"""“What if” in a real Chromium: one click each, before and after side by side, the result kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app.visiting import example, expect_to_fit, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def visit(visit: Page) -> Page:
    example(visit, "Swahili · Niger-Congo")
    return visit


def choice(page: Page, name: str) -> Locator:
    return page.locator("#whatif").get_by_role("button", name=name, exact=True)


def after(page: Page) -> Locator:
    return page.locator("#whatif-changed")


def test_one_click_is_one_comparison(visit: Page):
    result = visit.locator("#result").inner_text()
    for name, said in (
        ("The picture", "Without the picture: "),
        ("The text", "Without the text: "),
        ("Turkic", "Read through Turkic: "),
        ("No disentangler", "Read through no disentangler: "),
        ("kula", "Without “kula”: "),
    ):
        choice(visit, name).click()
        expect(after(visit)).to_contain_text(said)
        for part in ("As it was", "First classifier", "Second classifier", "Points"):
            expect(after(visit)).to_contain_text(part)
        assert visit.locator("#result").inner_text() == result


def test_words_are_left_out_together_and_come_back(visit: Page):
    choice(visit, "kula").click()
    expect(after(visit)).to_contain_text("Without “kula”: ")
    choice(visit, "hiki").click()
    expect(after(visit)).to_contain_text("Without “kula”, “hiki”: ")
    expect(after(visit).locator(".read").last).not_to_contain_text("hiki")
    choice(visit, "kula").click()
    expect(after(visit)).to_contain_text("Without “hiki”: ")
    choice(visit, "hiki").click()
    expect(after(visit)).not_to_contain_text("Before and after")


def test_another_text_is_compared_and_saved_with_its_source(visit: Page):
    box = visit.locator("#whatif textarea")
    box.fill("Nimefurahi sana <b>leo</b>")
    choice(visit, "Compare").click()
    expect(after(visit)).to_contain_text("With other words: ")
    expect(after(visit).locator(".read").last).to_have_text("Nimefurahi sana <b>leo</b>")
    expect(box).to_have_value("Nimefurahi sana <b>leo</b>")  # to be changed on
    name, table = saved(visit, after(visit).locator("[data-download=csv]"))
    assert name == "what-if.csv"
    assert b"SHA-256" in table and b"what if: with other words" in table
    _, page = saved(visit, visit.locator("#export [data-download=html]"))
    assert b"With other words" in page


def test_a_new_prediction_begins_anew(visit: Page):
    choice(visit, "The picture").click()
    expect(after(visit)).to_contain_text("Before and after")
    example(visit, "Arabic · Afro-Asiatic")
    expect(after(visit)).not_to_contain_text("Before and after")
    words = visit.locator("#whatif .sentence-words")
    assert words.evaluate("e => getComputedStyle(e).direction") == "rtl"
    words.get_by_role("button").first.click()
    expect(after(visit)).to_contain_text("Without “")
    first, second = (after(visit).locator(".read bdi").nth(i) for i in (0, 1))
    assert len(second.inner_text()) < len(first.inner_text())


def test_what_cannot_be_left_out_says_why(visit: Page):
    visit.locator("#clear").click()
    expect(visit.locator("#whatif")).not_to_contain_text("Leave out")
    visit.get_by_label("Text", exact=True).fill("so happy today")
    visit.locator("#predict").click()
    expect(visit.locator("#whatif")).to_contain_text("No picture was given.")
    expect(choice(visit, "The picture")).to_be_disabled()
    visit.get_by_role("button", name=re.compile("Picture only")).click()
    expect(visit.locator("#whatif")).to_contain_text("No text was given.")
    expect(choice(visit, "Turkic")).to_be_disabled()


def test_it_fits_a_telephone(telephone: Page):
    example(telephone, "Tamil · Dravidian")
    choice(telephone, "The picture").click()
    expect(after(telephone)).to_contain_text("Without the picture: ")
    expect_to_fit(telephone)
