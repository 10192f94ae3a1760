"""“What if” in a real Chromium: one click each, before and after side by side, the result kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app.visiting import running_app, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_app(tiny_folder, tmp_path_factory.mktemp("app")) as address:
        yield address


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser, address) as page:
        yield page


def example(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).click()
    expect(page.locator("#sharpness")).to_contain_text("KL from uniform")


def choice(page: Page, name: str) -> Locator:
    return page.locator("#whatif").get_by_role("button", name=name, exact=True)


def after(page: Page) -> Locator:
    return page.locator("#whatif-changed")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("The picture", "Without the picture: "),
        ("The text", "Without the text: "),
        ("Turkic", "Read through Turkic: "),
        ("No disentangler", "Read through no disentangler: "),
        ("kula", "Without “kula”: "),
    ],
)
def test_one_click_is_one_comparison(visit: Page, name: str, said: str):
    if not choice(visit, name).is_visible():
        example(visit, "Swahili · Niger-Congo")
    result = visit.locator("#result").inner_text()
    choice(visit, name).click()
    expect(after(visit)).to_contain_text(said)
    for part in ("As it was", "First classifier", "Second classifier", "Points"):
        expect(after(visit)).to_contain_text(part)
    assert visit.locator("#result").inner_text() == result


def test_words_are_left_out_together_and_come_back(visit: Page):
    choice(visit, "hiki").click()
    expect(after(visit)).to_contain_text("Without “kula”, “hiki”: ")
    expect(after(visit).locator(".read").last).not_to_contain_text("hiki")
    choice(visit, "kula").click()
    expect(after(visit)).to_contain_text("Without “hiki”: ")
    choice(visit, "hiki").click()
    expect(after(visit)).not_to_contain_text("Before and after")


def test_another_text_in_the_box(visit: Page):
    box = visit.locator("#whatif textarea")
    box.fill("Nimefurahi sana <b>leo</b>")
    choice(visit, "Compare").click()
    expect(after(visit)).to_contain_text("With other words: ")
    expect(after(visit).locator(".read").last).to_have_text("Nimefurahi sana <b>leo</b>")
    expect(box).to_have_value("Nimefurahi sana <b>leo</b>")  # to be changed on


def test_it_is_saved_with_its_source(visit: Page):
    with visit.expect_download() as download:
        after(visit).locator("[data-download=csv]").click()
    assert download.value.suggested_filename == "what-if.csv"
    said = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "SHA-256" in said
    assert "what if: with other words" in said
    with visit.expect_download() as download:
        visit.locator("#export [data-download=html]").click()
    page = Path(download.value.path()).read_text(encoding="utf-8")
    assert "With other words" in page


def test_a_new_prediction_begins_anew(visit: Page):
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


def test_it_fits_a_telephone(browser: Browser, address: str):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    example(page, "Tamil · Dravidian")
    choice(page, "The picture").click()
    expect(after(page)).to_contain_text("Without the picture: ")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_counting_every_word_replaces_the_estimate_alone(visit: Page):
    """The answer above stays as it was; the words' colours are told in words too."""
    example(visit, "Swahili · Niger-Congo")
    heads, result = visit.locator("#sharpness"), visit.locator("#result").inner_text()
    expect(heads).to_contain_text("Estimated")
    heads.get_by_role("button", name=re.compile("Every word")).click()
    expect(heads).to_contain_text("Every word of the text, counted over all")
    expect(heads).not_to_contain_text("Estimated")
    heads.get_by_text("Word by word").click()
    expect(heads.get_by_role("columnheader", name="Found best by")).to_be_visible()
    assert visit.locator("#result").inner_text() == result
