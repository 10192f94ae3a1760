"""Many languages in a real Chromium: compared, sorted, saved, changed, on a telephone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.app.visiting import expect_to_fit, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OPEN = """() => [...document.querySelectorAll('#predict-parts button')]
  .filter(button => button.textContent.trim() === 'Many languages').at(-1).click()"""
"""On a narrow page Gradio keeps the last tab in a menu."""


def compare(page: Page) -> None:
    page.evaluate(OPEN)
    page.locator("#side-compare").click()
    expect(page.locator("#side")).to_contain_text("give the label of the English side")


def test_compared_sorted_and_saved(visit: Page):
    compare(visit)
    table = visit.locator("#side table")
    heads = table.locator("tbody th")
    assert heads.count() == 7 and "English side" in heads.first.inner_text()
    expect(visit.locator("#side-note")).to_contain_text("not been checked by native speakers")
    table.get_by_role("button", name="Family").click()
    families = table.locator("tbody td:nth-child(2)").all_inner_texts()
    assert families == sorted(families)
    table.get_by_role("button", name="Agreement").click()
    assert "English side" in heads.first.inner_text()
    arabic = table.locator("bdi[lang=ar]").first
    assert arabic.evaluate("e => getComputedStyle(e).direction") == "rtl"
    name, csv = saved(visit, visit.locator("#side [data-download=csv]"))
    assert name == "side-by-side.csv" and len(csv.decode().splitlines()) == 1 + 7 + 1
    _, svg = saved(visit, visit.locator("#side [data-download=svg]"))
    assert "மகிழ்ச்சியாக" in svg.decode()
    _, png = saved(visit, visit.locator("#side [data-download=png]"))
    assert png.startswith(b"\x89PNG")


def test_lines_of_ones_own_and_a_failure(visit: Page):
    visit.get_by_role("tab", name="Many languages", exact=True).click()
    box = visit.locator("#side-lines textarea")
    box.fill("fi: Olen iloinen")
    expect(visit.locator("#side-note")).to_be_empty()
    visit.locator("#side-compare").click()
    expect(visit.locator("#side")).to_contain_text("at least two lines")
    box.fill("en: I am <b>glad</b>\nfi: Olen iloinen")
    visit.locator("#side-compare").click()
    expect(visit.locator("#side")).to_contain_text("1 other languages give")
    expect(visit.locator("#side")).to_contain_text("<b>glad</b>")


def test_it_fits_a_telephone(telephone: Page):
    compare(telephone)
    expect_to_fit(telephone)
