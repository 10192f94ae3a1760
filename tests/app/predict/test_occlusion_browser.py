"""Attention and what counts in a real Chromium: it follows the answer, is saved, fits, reads right
to left, and goes with Clear."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.app.visiting import example, expect_to_fit, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_strips_table_and_files(visit: Page):
    example(visit, "Swahili · Niger-Congo")
    panel = visit.locator("#occlusion")
    expect(panel).to_contain_text(
        "Attention is where it looked, occlusion is what changed the answer"
    )
    assert panel.locator(".strip").count() == 2
    whole = visit.get_by_label("Text", exact=True).input_value()
    assert [s.inner_text() for s in panel.locator(".strip").all()] == [whole] * 2
    panel.get_by_text("Word by word").click()
    assert panel.locator("details tbody tr").count() == len(whole.split())
    name, table = saved(visit, panel.locator("[data-download=csv]"))
    assert name == "attention-and-occlusion.csv" and b"SHA-256" in table
    _, svg = saved(visit, panel.locator("[data-download=svg]"))
    assert "kimeoza" in svg.decode()
    _, page = saved(visit, visit.locator("#export [data-download=html]"))
    assert b"What changed the answer" in page
    visit.locator("#clear").click()
    expect(panel).not_to_contain_text("What changed the answer")


def test_right_to_left_on_a_telephone(telephone: Page):
    example(telephone, "Arabic · Afro-Asiatic")
    strip = telephone.locator("#occlusion .strip").first
    expect(strip).to_have_attribute("lang", "ar")
    first, second = (strip.locator("span").nth(i).bounding_box() for i in (0, 1))
    assert first["x"] > second["x"] or second["y"] > first["y"]
    expect_to_fit(telephone)
