"""The page in a real Chromium: what a visitor does, and that nothing leaves this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.visiting import SECONDS, running_app, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(two_folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_app(two_folders, tmp_path_factory.mktemp("app")) as address:
        yield address


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Page]:
    """One page for all tests of this file; opened when the model is ready, watched all the time."""
    with visiting(browser, address) as page:
        yield page


def clear(page: Page) -> None:
    page.locator("#clear").click()
    expect(page.locator("#result")).to_contain_text("What does it feel like?")


def predict(page: Page, text: str) -> None:
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_role("button", name="Predict", exact=True).click()


def choose_model(page: Page, name: str) -> None:
    page.get_by_label("Model", exact=True).click()
    page.get_by_role("option", name=name).click()


def test_one_click_on_an_example_fills_in_and_predicts(visit: Page):
    clear(visit)
    visit.get_by_role("button", name=re.compile("Swahili · Niger-Congo")).click()
    expect(visit.locator("#result")).to_contain_text("Text and picture used")
    expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
    assert "Siwezi" in visit.get_by_label("Text", exact=True).input_value()
    expect(visit.locator("#spoken")).to_contain_text("Swahili, Niger-Congo family")
    for title in ("How each family reads it", "Picture and words", "Your text and its translation"):
        expect(visit.get_by_role("heading", name=title)).to_be_visible()


def test_another_family_is_read_at_once(visit: Page):
    predict(visit, "Ninafurahi sana kukuona leo")
    expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
    visit.locator("#details").get_by_role("button", name="Turkic", exact=True).click()
    expect(visit.get_by_text("Read through Turkic:")).to_be_visible()
    expect(visit.get_by_text("This is the reading used.")).to_be_hidden()


def test_words_and_regions_answer_each_other(visit: Page):
    visit.get_by_role("button", name=re.compile("Spanish · Indo-European")).click()
    expect(visit.get_by_role("heading", name="Picture and words")).to_be_visible()
    visit.locator("#details").get_by_role("button", name="verte", exact=True).click()
    expect(visit.locator("#details")).to_contain_text(re.compile(r"“verte” gets [\d.]+.%"))
    visit.get_by_role("button", name="Part 1, 1 of the picture").click()
    expect(visit.locator("#details")).to_contain_text("Part 1, 1 of the picture looks most at:")


def test_right_to_left_text_stands_right_and_is_named(visit: Page):
    clear(visit)
    arabic = "أنا سعيد جدا اليوم لأنك هنا"
    visit.get_by_label("Text", exact=True).press_sequentially(arabic, delay=5)
    expect(visit.locator("#spoken")).to_contain_text("Arabic, Afro-Asiatic family")
    visit.get_by_role("button", name="Predict", exact=True).click()
    expect(visit.locator("#result")).to_contain_text("Arabic · Afro-Asiatic")
    direction = visit.get_by_role("table").filter(has_text="Turkic").first.get_attribute("dir")
    assert direction == "rtl"


def test_another_model_is_chosen_and_answers_with_its_classes(visit: Page):
    """Clear leaves the choice as it is; an example asks the chosen one too."""
    clear(visit)
    choose_model(visit, "polarity (negative, neutral, positive)")
    clear(visit)
    predict(visit, "so happy today")
    result = visit.locator("#result")
    expect(result).to_contain_text("Model: polarity")
    for label in ("negative", "neutral", "positive"):
        expect(result.get_by_role("row", name=re.compile(label))).to_be_visible()
    expect(result).not_to_contain_text("surprise")
    visit.get_by_role("button", name=re.compile("Swahili · Niger-Congo")).click()
    expect(result).to_contain_text("Text and picture used")
    expect(result).to_contain_text("Model: polarity")
    choose_model(visit, "tiny (7 classes)")
    predict(visit, "so happy today")
    expect(result).to_contain_text("surprise")
    expect(result).not_to_contain_text("Model:")


def test_the_language_of_pasted_text_is_told(visit: Page):
    clear(visit)
    visit.get_by_label("Text", exact=True).focus()
    visit.keyboard.insert_text("Ich habe mich heute sehr über deinen Brief gefreut.")
    expect(visit.locator("#spoken")).to_contain_text("German, Indo-European family")


def test_clear_wipes_nothing_that_is_typed_while_the_server_is_busy(visit: Page):
    predict(visit, "so happy today")
    expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
    visit.route("**/queue/join*", lambda request: None)
    clear(visit)
    box = visit.get_by_label("Text", exact=True)
    expect(box).to_have_value("")
    box.fill("Ich habe mich heute sehr gefreut.")
    visit.unroute("**/queue/join*")  # what waited goes on
    expect(visit.locator("#spoken")).to_contain_text("German")
    expect(box).to_have_value("Ich habe mich heute sehr gefreut.")


def test_what_a_visitor_writes_stays_text(visit: Page):
    clear(visit)
    predict(visit, "<img src=x onerror=document.title='owned'> ${1+1} {{value}} so happy")
    expect(visit.locator("#details")).to_contain_text("${1+1} {{value}}")
    assert visit.title() == "LFD-RT"


def test_a_bad_picture_is_a_sentence_and_the_text_still_works(visit: Page, tmp_path: Path):
    clear(visit)
    bad = tmp_path / "holiday.png"
    bad.write_bytes(b"not a picture")
    visit.locator("#picture input[type=file]").first.set_input_files(bad)
    expect(visit.locator("#picture-note")).to_contain_text("'holiday.png' is a text file")
    predict(visit, "so happy today")
    expect(visit.locator("#result")).to_contain_text("Text only, no picture")


def test_a_wrong_language_is_a_sentence(visit: Page):
    clear(visit)
    language = visit.get_by_label("Language")
    language.fill("xx-nonsense")
    language.press("Enter")
    predict(visit, "so happy today")
    expect(visit.locator("#result")).to_contain_text("is not a language that I know")


@pytest.mark.parametrize(
    ("where", "kind", "name", "start"),
    [
        ("#export", "csv", "prediction.csv", b"\xef\xbb\xbfreading,"),
        ("#export", "json", "prediction.json", b"{"),
        ("#export", "html", "prediction.html", b"<!doctype html>"),
        ("#details .map", "svg", "attention.svg", b"<svg"),
        ("#details .map", "png", "attention.png", b"\x89PNG"),
        ("#sharpness", "svg", "heads.svg", b"<svg"),
    ],
)
def test_files(visit: Page, where: str, kind: str, name: str, start: bytes):
    button = visit.locator(f"{where} [data-download={kind}]")
    if not button.is_visible():
        visit.get_by_role("button", name=re.compile("Tamil · Dravidian")).click()
    with visit.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == name
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(start)
    assert kind == "png" or b"SHA-256" in content


@pytest.mark.parametrize("width", [1280, 390])
def test_about_is_one_click_away(visit: Page, width: int):
    """On a narrow page Gradio moves the tab into a menu."""
    predict(visit, "Ninafurahi sana kukuona leo")
    expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
    visit.set_viewport_size({"width": width, "height": 900})
    visit.get_by_role("link", name="see About.").click()
    expect(visit.locator("#checkpoint-card")).to_be_visible()
    visit.set_viewport_size({"width": 1280, "height": 900})
    visit.get_by_role("tab", name="Predict").click()


def test_about_has_the_card_and_the_decisions(visit: Page):
    visit.get_by_role("tab", name="About").click()
    expect(visit.locator("#checkpoint-card")).to_contain_text("Random weights for tests")
    expect(visit.get_by_text("Own family is the target (Eq. 8)")).to_be_visible()
    visit.get_by_role("tab", name="Predict").click()


def test_the_page_fits_a_telephone(browser: Browser, address: str):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(SECONDS * 1000)
    page.goto(address)
    page.get_by_role("button", name=re.compile("Tamil · Dravidian")).click()
    expect(page.get_by_role("heading", name="How each family reads it")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_two_visitors_do_not_see_each_other(visit: Page, browser: Browser, address: str):
    clear(visit)
    predict(visit, "a very secretive sentence")
    expect(visit.locator("#details")).to_contain_text("secretive")
    other = browser.new_page()
    other.set_default_timeout(SECONDS * 1000)
    other.goto(address)
    expect(other.locator("#result")).to_contain_text("What does it feel like?")
    assert "secretive" not in other.content()
    other.close()
