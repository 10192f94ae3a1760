"""The page's language in a real Chromium: chosen, remembered, laid out, and spoken throughout."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.page import speech
from tests.app.visiting import LEAVING, App, expect_to_fit, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FOREIGN = "The sun is shining and I am glad."
READ = """() => {
  // but code, and what is data or another program's: the card, Glottolog's map, Plotly's tools
  const shown = e => e.closest("[hidden], script, style, pre, code, noscript, .modebar") === null &&
    e.closest("#checkpoint-card, world-map, family-tree, .lineage") === null;
  const texts = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode())
    if (shown(walk.currentNode.parentElement)) texts.add(walk.currentNode.data.trim());
  for (const name of ["aria-label", "title", "placeholder"])
    for (const e of document.querySelectorAll(`[${name}]`))
      if (shown(e)) texts.add(e.getAttribute(name).trim());
  return [...texts].filter(Boolean);
}"""
TABS = ("Predecir", "Ajuste fino", "Comparativa", "Lenguas", "Familias", "Acerca de")
PARTS = ("Una tabla entera", "Muchas lenguas", "Las tablas del artículo")


def speak(page: Page, language: str) -> None:
    page.locator("[data-page-language]").select_option(language)
    expect(page.locator("html")).to_have_attribute("lang", speech.TAGS.get(language, language))
    expect(page.locator("#model-state .ready")).to_be_visible()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


@pytest.fixture
def spanish(browser: Browser, app: App) -> Iterator[Page]:
    with visiting(browser, app.address, forgiven=LEAVING) as page:
        page.locator("#text textarea").fill(FOREIGN)
        speak(page, "es")
        expect(page.locator("#text textarea")).to_have_value(FOREIGN)
        yield page


def test_what_was_written_survives_and_the_choice_is_remembered(spanish: Page) -> None:
    expect(spanish.locator("#text textarea")).to_have_value(FOREIGN)
    expect(spanish.locator("#predict")).to_have_text("Predecir")
    spanish.reload()
    expect(spanish.locator("#predict")).to_have_text("Predecir")
    expect(spanish.locator("#text textarea")).to_have_value("")
    chooser = spanish.get_by_label("Lengua de la página")
    expect(chooser).to_have_value("es")
    expect(chooser.locator("option")).to_have_text([*speech.LANGUAGES.values()])
    chooser.focus()
    spanish.keyboard.press("E")  # English, by the keyboard alone
    expect(spanish.locator("#predict")).to_have_text("Predict")
    expect(spanish.locator("#model-state .ready")).to_be_visible()


def test_an_answer_speaks_the_language_of_who_asked(spanish: Page) -> None:
    spanish.locator("#predict").click()
    expect(spanish.locator("#result .kicker")).to_have_text("El modelo dice")
    expect(spanish.locator("#result .sure b")).to_have_text(re.compile(r"^\d+\u00a0%$"))
    expect(spanish.locator("#result")).to_contain_text(
        re.compile("[Cc]lasificadores (dicen|no coinciden)")
    )


def test_no_sentence_of_the_page_stays_english(spanish: Page) -> None:
    """On all tabs, and in an answer: what the catalogue has is not said in English."""
    spanish.locator("#predict").click()
    expect(spanish.locator("#export .saved")).to_be_visible()
    expect(spanish.locator("#sharpness")).not_to_contain_text("adivinando")
    said = set(spanish.evaluate(READ))
    for name in (*TABS, *PARTS):
        if name in PARTS:
            open_tab(spanish, "Comparativa" if "artículo" in name else "Predecir")
        open_tab(spanish, name)
        expect(spanish.get_by_role("tab", name=name, exact=True)).to_have_attribute(
            "aria-selected", "true"
        )
        said |= set(spanish.evaluate(READ))
    held = speech.read("es")
    english = {one.id for one in held if isinstance(one.id, str) and one.id != one.string}
    assert len(said) > 500
    assert sorted(said & english) == []
    whole = [s for s in english if len(s) > 25 and not re.search(r"[{<]", s)]
    assert [s for s in whole if any(s in one for one in said)] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_arabic_is_laid_out_from_the_right(browser: Browser, app: App, width: int) -> None:
    with visiting(browser, app.address, forgiven=LEAVING) as page:
        page.set_viewport_size({"width": width, "height": 900})
        speak(page, "ar")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert page.locator("#text").evaluate("e => getComputedStyle(e).direction") == "rtl"
        expect_to_fit(page)
        page.locator("#examples [data-example]").first.click()
        expect(page.locator("#export .saved")).to_be_visible()
        expect_to_fit(page)
        assert page.evaluate("scrollX") == 0
        assert page.locator(".heat").first.get_attribute("dir") == "ltr", "the text's own side"


def test_a_browser_is_answered_in_its_own_language(browser: Browser, app: App) -> None:
    context = browser.new_context(locale="es-MX")
    page = context.new_page()
    page.goto(app.address)
    expect(page.locator("#predict")).to_have_text("Predecir")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    context.close()
