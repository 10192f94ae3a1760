"""A word that is pointed at is lit up wherever it stands, and what is saved keeps its marks."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from tests.app.visiting import example, saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def answered(visit: Page) -> Page:
    example(visit, "Arabic · Afro-Asiatic")
    expect(visit.locator("#export")).to_contain_text("Page as HTML")
    return visit


def test_a_word_is_lit_up_everywhere_and_the_picture_answers(answered: Page):
    word = answered.locator("#details .regions [data-word='1']")
    strip = answered.locator("#details .panel:not([hidden]) .strip.unit-words [data-w='1']")
    smooth = answered.locator(".regions .smooth")
    expect(smooth).not_to_have_attribute("style", re.compile("data:image/png"))
    strip.hover()
    for lit in (strip, word, answered.locator("#occlusion [data-w='1']").first,
                answered.locator(".translation th:has([data-w='1'])"),
                answered.locator("#sharpness .strip [data-w='1']"),
                answered.locator("#details .unit-words thead [data-w='1']")):  # fmt: skip
        expect(lit).to_have_class(re.compile(r"\blit\b"))
    rows = answered.locator("#details .unit-words .heat tbody tr").count()
    expect(answered.locator("#details .unit-words .heat tbody td.lit")).to_have_count(rows)
    expect(answered.locator("#details .strip.unit-words [data-w='2'].lit")).to_have_count(0)
    expect(smooth).to_have_attribute("style", re.compile("data:image/png"))
    answered.locator("h1").hover()
    expect(answered.locator(".lit")).to_have_count(0)
    expect(smooth).not_to_have_attribute("style", re.compile("data:image/png"))
    word.focus()
    expect(strip).to_have_class(re.compile(r"\blit\b"))


def test_words_of_another_direction_stand_apart_in_sentences(answered: Page):
    answered.get_by_role("button", name="Part 1, 2 of the picture").click()
    expect(answered.locator(".readout bdi")).to_have_count(3)
    answered.locator("#details .regions [data-word='1']").click()
    expect(answered.locator(".readout bdi")).to_have_count(1)


def test_a_saved_heat_map_keeps_its_marks_and_its_words_above_the_cells(answered: Page):
    _, svg = saved(answered, answered.locator("#details .map [data-download=svg]"))
    figure = ElementTree.fromstring(svg)
    table = answered.locator("#details .unit-words .heat")
    words = table.locator("thead th[data-w] span").all_inner_texts()
    turned = [one for one in figure.iter(f"{SVG}text") if "rotate(-90)" in one.get("transform", "")]
    assert [one.text for one in turned] == words
    first = min(float(box.get("y")) for box in figure.iter(f"{SVG}rect") if is_cell(box))
    for one in turned:  # right to left, they begin above and end at the cells
        start = float(re.search(r"translate\(\S+ (\S+?)\)", one.get("transform"))[1])
        assert start + float(one.get("textLength")) <= first
    cells = table.locator("tbody tr.marked td:not(.beside)").count()
    across = [one for one in figure.iter(f"{SVG}path") if one.get("stroke-width") == "2"]
    assert len(across) >= 2 * cells, "a line above and one below each cell of the own row"


def is_cell(box: ElementTree.Element) -> bool:
    """By its corners: nothing else in the figure has such."""
    return box.get("rx") == "4"


def test_a_chosen_part_and_the_grid_are_saved(answered: Page):
    answered.get_by_role("button", name="Part 1, 2 of the picture").click()
    _, svg = saved(answered, answered.locator("#details .regions [data-download=svg]"))
    figure = ElementTree.fromstring(svg)
    chosen = [box for box in figure.iter(f"{SVG}rect") if box.get("stroke") == "rgb(255,207,74)"]
    assert chosen
    parts = answered.locator("[data-cell]").count()
    lines = [one for one in figure.iter(f"{SVG}path") if one.get("stroke") == "rgb(255,255,255)"]
    assert len(lines) >= 4 * (parts - 1)
