"""The page in a real Chromium: what a visitor does, and that nothing leaves this machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.visiting import TELEPHONE, App, example, expect_to_fit, saved, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def predict(page: Page, text: str) -> None:
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_role("button", name="Predict", exact=True).click()


def choose_model(page: Page, name: str) -> None:
    page.get_by_label("Model", exact=True).click()
    page.get_by_role("option", name=name).click()


def test_one_click_on_an_example_fills_in_and_predicts(visit: Page):
    """And one more reads it through another family."""
    example(visit, "Swahili · Niger-Congo")
    expect(visit.locator("#result")).to_contain_text("Text and picture used")
    assert "Siwezi" in visit.get_by_label("Text", exact=True).input_value()
    expect(visit.locator("#spoken")).to_contain_text("Swahili, Niger-Congo family")
    for title in ("How each family reads it", "Picture and words", "Your text and its translation"):
        expect(visit.get_by_role("heading", name=title)).to_be_visible()
    expect(visit.get_by_text("This is the reading used.")).to_be_visible()
    visit.locator("#details").get_by_role("button", name="Turkic", exact=True).click()
    expect(visit.get_by_text("Read through Turkic:")).to_be_visible()
    expect(visit.get_by_text("This is the reading used.")).to_be_hidden()


def test_an_example_is_asked_again_with_its_picture_and_another_text(visit: Page):
    example(visit, "Swahili · Niger-Congo")
    expect(visit.locator("#export")).to_contain_text("Page as HTML")
    visit.get_by_label("Text", exact=True).fill("furaha")
    visit.get_by_role("button", name="Predict", exact=True).click()
    expect(visit.locator("#details .strip").first).to_have_text("furaha")
    expect(visit.locator("#result")).to_contain_text("Text and picture used")


def test_words_and_regions_answer_each_other(visit: Page):
    example(visit, "Spanish · Indo-European")
    expect(visit.get_by_role("heading", name="Picture and words")).to_be_visible()
    visit.locator("#details").get_by_role("button", name="verte", exact=True).click()
    expect(visit.locator("#details")).to_contain_text(re.compile(r"“verte” gets [\d.]+.%"))
    visit.get_by_role("button", name="Part 1, 1 of the picture").click()
    expect(visit.locator("#details")).to_contain_text("Part 1, 1 of the picture looks most at:")


def test_right_to_left_text_stands_right_and_is_named(visit: Page):
    arabic = "أنا سعيد جدا اليوم لأنك هنا"
    visit.get_by_label("Text", exact=True).press_sequentially(arabic, delay=5)
    expect(visit.locator("#spoken")).to_contain_text("Arabic, Afro-Asiatic family")
    visit.get_by_role("button", name="Predict", exact=True).click()
    expect(visit.locator("#result")).to_contain_text("Arabic · Afro-Asiatic")
    direction = visit.get_by_role("table").filter(has_text="Turkic").first.get_attribute("dir")
    assert direction == "rtl"


def test_another_model_is_chosen_and_answers_with_its_classes(visit: Page):
    """Clear leaves the choice as it is; an example asks the chosen one too."""
    choose_model(visit, "polarity (negative, neutral, positive)")
    visit.locator("#clear").click()
    expect(visit.locator("#result")).to_contain_text("What does it feel like?")
    predict(visit, "so happy today")
    result = visit.locator("#result")
    expect(result).to_contain_text("Model: polarity")
    for label in ("negative", "neutral", "positive"):
        expect(result.get_by_role("row", name=re.compile(label))).to_be_visible()
    expect(result).not_to_contain_text("surprise")
    example(visit, "Swahili · Niger-Congo")
    expect(result).to_contain_text("Text and picture used")
    expect(result).to_contain_text("Model: polarity")
    choose_model(visit, "tiny (7 classes)")
    predict(visit, "so happy today")
    expect(result).to_contain_text("surprise")
    expect(result).not_to_contain_text("Model:")


def test_the_language_of_pasted_text_is_told(visit: Page):
    visit.get_by_label("Text", exact=True).focus()
    visit.keyboard.insert_text("Ich habe mich heute sehr über deinen Brief gefreut.")
    expect(visit.locator("#spoken")).to_contain_text("German, Indo-European family")


def test_clear_wipes_nothing_that_is_typed_while_the_server_is_busy(visit: Page):
    predict(visit, "so happy today")
    expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
    visit.route("**/queue/join*", lambda request: None)
    visit.locator("#clear").click()
    expect(visit.locator("#result")).to_contain_text("What does it feel like?")
    box = visit.get_by_label("Text", exact=True)
    expect(box).to_have_value("")
    box.fill("Ich habe mich heute sehr gefreut.")
    visit.unroute("**/queue/join*")  # what waited goes on
    expect(visit.locator("#spoken")).to_contain_text("German")
    expect(box).to_have_value("Ich habe mich heute sehr gefreut.")


def test_what_a_visitor_writes_stays_text_and_is_his_alone(visit: Page, browser: Browser, app: App):
    predict(visit, "<img src=x onerror=document.title='owned'> ${1+1} {{value}} secretive")
    expect(visit.locator("#details")).to_contain_text("${1+1} {{value}}")
    assert visit.title() == "LFD-RT"
    with visiting(browser, app.address) as other:
        expect(other.locator("#result")).to_contain_text("What does it feel like?")
        assert "secretive" not in other.content()


def test_a_bad_picture_is_a_sentence_and_the_text_still_works(visit: Page, tmp_path: Path):
    bad = tmp_path / "holiday.png"
    bad.write_bytes(b"not a picture")
    visit.locator("#picture input[type=file]").first.set_input_files(bad)
    expect(visit.locator("#picture-note")).to_contain_text("'holiday.png' is a text file")
    predict(visit, "so happy today")
    expect(visit.locator("#result")).to_contain_text("Text only, no picture")


def test_a_wrong_language_is_a_sentence(visit: Page):
    language = visit.get_by_role("combobox", name="Language", exact=True)
    language.fill("xx-nonsense")
    language.press("Enter")
    predict(visit, "so happy today")
    expect(visit.locator("#result")).to_contain_text("is not a language that I know")


def test_files(visit: Page):
    example(visit, "Tamil · Dravidian")
    for where, name, start in (
        ("#export", "prediction.csv", b"\xef\xbb\xbfreading,"),
        ("#export", "prediction.json", b"{"),
        ("#export", "prediction.html", b"<!doctype html>"),
        ("#details .map", "attention.svg", b"<svg"),
        ("#details .map", "attention.png", b"\x89PNG"),
        ("#sharpness .card.sharpness", "heads.svg", b"<svg"),
        ("#sharpness .card.affinity", "affinity.svg", b"<svg"),
    ):
        kind = name.rpartition(".")[2]
        given, content = saved(visit, visit.locator(f"{where} [data-download={kind}]"))
        assert given == name and content.startswith(start)
        assert kind == "png" or b"SHA-256" in content


def test_a_page_at_rest_asks_for_no_frames(visit: Page):
    """Frames are numbered: the second of two in a row is the next one."""
    visit.wait_for_function(
        """() => {
          const asked = requestAnimationFrame(() => {}), rests = asked === window.before + 1;
          window.before = asked;
          return rests;
        }""",
        polling=1_000,
    )


def test_about_is_one_click_away_and_has_the_card_and_the_decisions(visit: Page):
    """On a narrow page Gradio moves the tab into a menu."""
    predict(visit, "Ninafurahi sana kukuona leo")
    for width in (visit.viewport_size["width"], TELEPHONE):
        expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
        visit.set_viewport_size({"width": width, "height": 900})
        visit.get_by_role("link", name="see About.").click()
        expect(visit.locator("#checkpoint-card")).to_contain_text("Random weights for tests")
        expect(visit.get_by_text("Own family is the target (Eq. 8)")).to_be_visible()
        visit.get_by_role("tab", name="Predict").click()


def test_the_page_fits_a_telephone(telephone: Page):
    example(telephone, "Tamil · Dravidian")
    expect(telephone.get_by_role("heading", name="How each family reads it")).to_be_visible()
    expect_to_fit(telephone)
