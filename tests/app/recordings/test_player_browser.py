"""The Benchmark and Families tabs in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.visiting import running_app, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_app(tiny_folder, tmp_path_factory.mktemp("app")) as address:
        yield address


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser, address) as page:
        page.get_by_role("tab", name="Benchmark", exact=True).click()
        expect(page.locator("#play-now")).to_contain_text("of")
        choose(page, "play-recording", "sample")
        expect(page.locator("#play-now")).to_contain_text("392 of 392")  # its scores stand there
        expect(page.locator("#play-standing")).to_contain_text("after 392 samples")
        yield page


def choose(page: Page, where: str, option: str) -> None:
    """From the list of this box: that of another may still be closing."""
    box = page.locator(f"#{where} input")
    box.click()
    listed = page.locator(f"#{box.get_attribute('aria-controls')}")
    listed.get_by_role("option", name=option, exact=True).click()


def position(page: Page) -> int:
    said = page.locator("#play-now .fine").first.inner_text()
    return int(said.split(" of ")[0].replace(",", ""))


def press(page: Page, button: str) -> None:
    page.locator(f"#play-{button}-button").click()


def test_playing_advances_and_a_pause_holds(visit: Page):
    choose(visit, "play-speed", "25")
    press(visit, "play")
    expect(visit.locator("#play-play-button")).to_have_text("Pause")
    expect(visit.locator("#play-now")).not_to_contain_text(re.compile(r"^[0-9] of"))
    press(visit, "play")
    expect(visit.locator("#play-play-button")).to_have_text("Play")
    held = position(visit)
    visit.wait_for_timeout(1500)
    assert position(visit) == held > 0
    expect(visit.locator("#play-curves .main-svg").first).to_be_visible()


def test_steps_and_keys_move_by_one(visit: Page):
    press(visit, "first")
    expect(visit.locator("#play-now")).to_contain_text("0 of 392")
    press(visit, "next")
    expect(visit.locator("#play-now")).to_contain_text("1 of 392")
    expect(visit.locator("#play-now .face")).to_be_visible()
    visit.locator("#play-now").click()
    visit.keyboard.press("ArrowRight")
    expect(visit.locator("#play-now")).to_contain_text("2 of 392")
    visit.keyboard.press("End")
    expect(visit.locator("#play-now")).to_contain_text("392 of 392")
    expect(visit.locator("#play-standing")).to_contain_text("after 392 samples")


def test_a_key_in_a_text_box_is_the_text_boxs(visit: Page):
    box = visit.locator("#play-recording input")
    box.focus()
    visit.keyboard.press("Home")
    visit.wait_for_timeout(500)
    expect(visit.locator("#play-now")).to_contain_text("392 of 392")
    box.blur()


def test_two_side_by_side_and_a_jump_to_where_they_differ(visit: Page):
    choose(visit, "play-second", "sample-text")
    expect(visit.locator("#play-compared")).to_contain_text("only sample-text right")
    button = visit.locator("#play-differing button").first
    place = button.inner_text()
    button.click()
    expect(visit.locator("#play-now")).to_contain_text(f"{place} of 392")
    expect(visit.locator("#play-now h4")).to_have_count(2)


def test_only_errors_are_shown(visit: Page):
    choose(visit, "play-second", "(nothing)")
    expect(visit.locator("#play-compared")).to_have_text("")
    visit.locator("#play-filters").get_by_role("button", name="Choose samples").click()
    visit.locator("#play-only").get_by_label("Errors").check()
    expect(visit.locator("#play-now")).to_contain_text("84 of 84")
    press(visit, "first")
    press(visit, "next")
    expect(visit.locator("#play-now")).to_contain_text("1 of 84")
    expect(visit.locator("#play-now")).to_contain_text("✗ wrong")


def test_the_papers_tables_are_the_papers(visit: Page):
    visit.get_by_role("tab", name="The paper's tables").click()
    expect(visit.get_by_text("The paper's figures: MELD, Table 4").first).to_be_visible()
    expect(visit.locator("#paper-chart .main-svg").first).to_be_visible()


def test_the_families_answer_first_and_look_languages_up(visit: Page):
    visit.get_by_role("tab", name="Families", exact=True).click()
    expect(visit.locator("#fam-verdict h2")).to_contain_text("the own family")
    expect(visit.locator("#fam-other")).to_contain_text("other weights")  # a tiny model runs here
    expect(visit.locator("#fam-transfer .main-svg").first).to_be_visible()
    visit.get_by_label("Difference from no disentangler").check()
    expect(visit.locator("#fam-transfer .main-svg").first).to_be_visible()
    for asked, said in (("Quechua", "no disentangler was trained"), ("xqzw", "not a language")):
        visit.get_by_label("Look up any language").fill(asked)
        visit.locator("#fam-look").click()
        expect(visit.locator("#fam-found")).to_contain_text(said)


def test_a_table_is_saved(visit: Page, tmp_path: Path):
    with visit.expect_download() as waited:
        visit.locator(".family-part [data-download=csv]").first.click()
    waited.value.save_as(tmp_path / "gains.csv")
    assert "SHA-256" in (tmp_path / "gains.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_chart_is_saved_with_its_source(visit: Page, tmp_path: Path, kind: str):
    with visit.expect_download() as waited:
        visit.locator(f".family-part [data-plot=fam-gains][data-download={kind}]").click()
    waited.value.save_as(tmp_path / "gains")
    content = (tmp_path / "gains").read_bytes()
    if kind == "png":
        assert content.startswith(b"\x89PNG")
    else:
        assert b"SHA-256" in content and b"Tatar (Turkic)" in content
        ElementTree.fromstring(content)
