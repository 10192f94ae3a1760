"""The Languages tab in a real Chromium: map, search, keyboard, tree, card, saved files, Predict."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from app.predict.affinity_words import ON_MAP
from tests.app.visiting import LEAVING, App, expect_to_fit, saved, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIND = "Find a language or a family"


def open_languages(page: Page) -> None:
    """On a narrow page Gradio keeps the last tabs in a menu."""
    page.evaluate(
        "name => [...document.querySelectorAll('#tabs button')]"
        ".filter(b => b.textContent.trim() === name).at(-1).click()",
        "Languages",
    )
    expect(page.locator("world-map [role=application]")).to_be_visible()


def find(page: Page, typed: str) -> None:
    page.get_by_role("combobox", name=FIND).fill(typed)
    page.get_by_role("combobox", name=FIND).press("Enter")


def card_of(page: Page, name: str) -> None:
    expect(page.locator("#atlas-card h2")).to_contain_text(name)


def place_of(page: Page, code: str) -> tuple[float, float]:
    """Where the map has drawn a language, px from its corner."""
    x, y = page.evaluate(
        "code => { const m = document.querySelector('world-map');"
        " return m.toScreen(m.world.at.get(code)); }",
        code,
    )
    return x, y


def test_a_language_that_is_found_is_shown_everywhere_and_goes_to_predict(visit: Page):
    open_languages(visit)
    find(visit, "kazak")
    card_of(visit, "Kazakh")
    expect(visit.locator("#atlas-card")).to_contain_text("Turkic › Common Turkic")
    chosen = visit.get_by_role("treeitem", name="Kazakh", exact=True)
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(visit.get_by_role("treeitem", name="Nogai", exact=True)).to_be_visible()
    visit.get_by_role("button", name="Use it in Predict").click()
    expect(visit.locator("#language input")).to_have_value("kaz")
    expect(visit.locator("#spoken")).to_contain_text("Kazakh, Turkic family")


def test_a_click_on_a_point_chooses_it(visit: Page):
    open_languages(visit)
    x, y = place_of(visit, "basq1248")
    visit.locator("world-map [role=application]").hover(position={"x": x, "y": y})
    expect(visit.locator(".atlas-tip")).to_contain_text("Basque")
    visit.locator("world-map [role=application]").click(position={"x": x, "y": y})
    card_of(visit, "Basque")
    expect(visit.locator("family-tree")).to_contain_text("Basque is an isolate")


def test_the_keyboard_moves_zooms_and_chooses(visit: Page):
    open_languages(visit)
    canvas = visit.locator("world-map [role=application]")
    canvas.focus()
    before = place_of(visit, "basq1248")
    for key in ("+", "+", "ArrowUp", "ArrowRight"):
        canvas.press(key)
    assert place_of(visit, "basq1248") != before
    expect(visit.locator(".atlas-said")).not_to_be_empty()
    named = visit.locator(".atlas-said").inner_text().split(",")[0]
    canvas.press("Enter")
    card_of(visit, named)


def test_names_that_only_the_server_knows_lead_there_and_nonsense_is_told(visit: Page):
    open_languages(visit)
    find(visit, "xqzw")
    expect(visit.locator("#atlas-card")).to_contain_text("not a language that I know")
    find(visit, "Suomi")
    card_of(visit, "Finnish")
    expect(visit.get_by_role("treeitem", name="Finnish", exact=True)).to_be_visible()


def test_the_tree_opens_closes_and_is_walked_by_keys(visit: Page):
    open_languages(visit)
    find(visit, "tur")
    card_of(visit, "Turkish")
    family = visit.get_by_role("treeitem", name="Turkic", exact=False).first
    family.click()
    expect(family).to_have_attribute("aria-expanded", "false")
    expect(visit.get_by_role("treeitem")).to_have_count(1)
    visit.get_by_role("treeitem").first.press("ArrowRight")
    expect(visit.get_by_role("treeitem").nth(1)).to_be_visible()
    visit.get_by_role("treeitem").first.press("ArrowDown")
    expect(visit.get_by_role("treeitem").nth(1)).to_be_focused()


def test_numbers_stand_on_map_and_tree_and_are_saved_with_their_source(visit: Page):
    open_languages(visit)
    find(visit, "tur")
    card_of(visit, "Turkish")
    visit.locator("world-map select").select_option(label="Macro-F1")
    expect(visit.locator("family-tree select")).to_have_value(
        visit.locator("world-map select").input_value()
    )
    expect(visit.get_by_role("treeitem", name="Turkish, Macro-F1")).to_be_visible()
    visit.get_by_text("The tree as text").click()
    expect(visit.locator("family-tree pre")).to_contain_text("Turkish [nucl1301] Macro-F1:")
    for part in ("world", "tree"):
        name, svg = saved(visit, visit.locator(f"[data-of={part}][data-download=svg]"))
        assert name == f"lfdrt-{part}.svg" and b"Glottolog 5.1" in svg and b"SHA-256" in svg
        ElementTree.fromstring(svg)
    _, table = saved(visit, visit.locator("[data-of=tree][data-download=csv]"))
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    turkish = next(row for row in rows if row["glottocode"] == "nucl1301")
    assert 0 < float(turkish["Macro-F1"]) < 1 and "Glottolog" in rows[-1]["Language"]


def test_only_what_was_measured_and_a_family_alone(visit: Page):
    open_languages(visit)
    visit.get_by_label("Measured languages alone").check()
    for name in ("Kazakh", "Esperanto", "Basque"):
        expect(visit.get_by_role("treeitem", name=name, exact=True)).to_have_count(1)
    visit.get_by_role("button", name="Uralic", exact=True).click()
    expect(visit.get_by_role("button", name="Uralic ×")).to_be_visible()
    visit.get_by_text("The map as a list").click()
    listed = visit.locator(".atlas-list tbody tr")
    expect(listed.first).to_contain_text("Uralic")
    assert all("Uralic" in row for row in listed.all_inner_texts())


def test_a_text_is_counted_in_pieces(visit: Page):
    open_languages(visit)
    visit.locator("#atlas-text textarea").fill("so happy today")
    visit.locator("#atlas-measure").click()
    expect(visit.locator("#atlas-counted")).to_contain_text("pieces a word")


def test_what_heads_make_of_a_text_stands_on_map_list_and_tree(visit: Page):
    """At all languages of a family on the map, at its node in the tree, the best first."""
    visit.get_by_label("Text", exact=True).fill("so happy today")
    visit.get_by_role("button", name="Predict", exact=True).click()
    ranked = visit.locator("#sharpness .leaning tbody tr")
    expect(ranked).to_have_count(13)
    numbers = [re.search(r"-?\d+\.\d \[[^]]*\]", row)[0] for row in ranked.all_inner_texts()]
    visit.get_by_role("button", name=ON_MAP).click()
    for part in ("world-map", "family-tree"):
        expect(visit.locator(f"{part} select")).to_have_value("text")
    items = visit.get_by_role("treeitem")
    for item, number in zip(items.all(), numbers, strict=True):
        expect(item).to_contain_text(number)
    visit.get_by_text("The map as a list").click()
    expect(visit.locator(".atlas-list tbody tr").first).to_contain_text(
        re.compile("|".join(map(re.escape, numbers[:2])))  # constructed languages have no place
    )
    _, svg = saved(visit, visit.locator("[data-of=tree][data-download=svg]"))
    assert b"Your text in Predict" in svg and b"SHA-256" in svg
    find(visit, "vie")  # the tree keeps them, and opens what is chosen below
    expect(visit.get_by_role("treeitem", name="Vietnamese", exact=True)).to_be_visible()
    visit.locator("world-map select").select_option(label="Family")
    expect(items.first).to_contain_text("Austroasiatic")


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True), (3840, False)])
def test_nothing_sticks_out_and_axe_finds_nothing(
    browser: Browser, app: App, width: int, dark: bool
):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-core")
    address = app.address + ("?__theme=dark" if dark else "")
    with visiting(browser, address, width=width) as page:
        open_languages(page)
        find(page, "arb")
        card_of(page, "Standard Arabic")
        page.locator("world-map select").select_option("0")
        page.get_by_text("The map as a list").click()
        expect(page.locator(".atlas-list tbody tr").first).to_be_visible()
        expect_to_fit(page)
        for part in ("#atlas-map", "#atlas-card", "#atlas-tree"):
            found = axe.Axe().run(page, context=part).response["violations"]
            assert not found, json.dumps([(one["id"], one["nodes"][:2]) for one in found], indent=1)


def test_without_the_languages_there_is_a_sentence(browser: Browser, app: App):
    with visiting(
        browser, app.address, forgiven=f"404|not be loaded|Failed to load|{LEAVING}"
    ) as page:
        page.route("**/atlas.json", lambda route: route.fulfill(status=404))
        page.reload()
        expect(page.locator("#model-state")).to_contain_text("is ready on")
        page.evaluate(
            "[...document.querySelectorAll('#tabs button')]"
            ".filter(b => b.textContent.trim() === 'Languages').at(-1).click()"
        )
        expect(page.locator("world-map [role=alert]")).to_contain_text("could not be loaded")
