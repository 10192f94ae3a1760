"""The Benchmark and Families tabs in a real Chromium."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from app.places import RECORDINGS
from lfdrt.evaluation.recordings.files import read_recording
from tests.app.visiting import saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def player(visit: Page) -> Page:
    visit.get_by_role("tab", name="Benchmark", exact=True).click()
    expect(visit.locator("#play-now")).to_contain_text("of")
    choose(visit, "play-recording", "sample")
    expect(visit.locator("#play-now")).to_contain_text("392 of 392")  # its scores stand there
    expect(visit.locator("#play-standing")).to_contain_text("after 392 samples")
    return visit


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


def test_playing_advances_and_a_pause_holds(player: Page):
    choose(player, "play-speed", "25")
    press(player, "play")
    expect(player.locator("#play-play-button")).to_have_text("Pause")
    expect(player.locator("#play-now")).not_to_contain_text(re.compile(r"^[0-9] of"))
    press(player, "play")
    expect(player.locator("#play-play-button")).to_have_text("Play")
    held = position(player)
    player.wait_for_timeout(1500)
    assert position(player) == held > 0
    expect(player.locator("#play-curves .main-svg").first).to_be_visible()


def test_steps_and_keys_move_by_one(player: Page):
    """A key in a text box is the text box's."""
    press(player, "first")
    expect(player.locator("#play-now")).to_contain_text("0 of 392")
    press(player, "next")
    expect(player.locator("#play-now")).to_contain_text("1 of 392")
    expect(player.locator("#play-now .face")).to_be_visible()
    player.locator("#play-now").click()
    player.keyboard.press("ArrowRight")
    expect(player.locator("#play-now")).to_contain_text("2 of 392")
    player.keyboard.press("End")
    expect(player.locator("#play-now")).to_contain_text("392 of 392")
    expect(player.locator("#play-standing")).to_contain_text("after 392 samples")
    player.locator("#play-recording input").focus()
    player.keyboard.press("Home")
    player.wait_for_timeout(500)
    expect(player.locator("#play-now")).to_contain_text("392 of 392")


def test_two_side_by_side_and_a_jump_to_where_they_differ(player: Page):
    choose(player, "play-second", "sample-text")
    expect(player.locator("#play-compared")).to_contain_text("only sample-text right")
    button = player.locator("#play-differing button").first
    place = button.inner_text()
    button.click()
    expect(player.locator("#play-now")).to_contain_text(f"{place} of 392")
    expect(player.locator("#play-now h4")).to_have_count(2)
    choose(player, "play-second", "(nothing)")
    expect(player.locator("#play-compared")).to_have_text("")


def test_only_errors_are_shown(player: Page):
    errors = int((~read_recording(RECORDINGS / "sample").correct).sum())
    player.locator("#play-filters").get_by_role("button", name="Choose samples").click()
    player.locator("#play-only").get_by_label("Errors").check()
    expect(player.locator("#play-now")).to_contain_text(f"{errors} of {errors}")
    press(player, "first")
    press(player, "next")
    expect(player.locator("#play-now")).to_contain_text(f"1 of {errors}")
    expect(player.locator("#play-now")).to_contain_text("✗ wrong")


def test_the_papers_tables_are_the_papers(visit: Page):
    visit.get_by_role("tab", name="Benchmark", exact=True).click()
    visit.get_by_role("tab", name="The paper's tables").click()
    expect(visit.get_by_text("The paper's figures: MELD, Table 4").first).to_be_visible()
    expect(visit.locator("#paper-chart .main-svg").first).to_be_visible()


def test_the_families_answer_first(visit: Page):
    """What is drawn is saved with its source."""
    visit.get_by_role("tab", name="Families", exact=True).click()
    expect(visit.locator("#fam-verdict h2")).to_contain_text("the own family")
    expect(visit.locator("#fam-other")).to_contain_text("other weights")  # a tiny model runs here
    expect(visit.locator("#fam-transfer .main-svg").first).to_be_visible()
    visit.get_by_label("Difference from no disentangler").check()
    expect(visit.locator("#fam-transfer .main-svg").first).to_be_visible()
    _, table = saved(visit, visit.locator(".family-part [data-download=csv]").first)
    assert b"SHA-256" in table
    gains = visit.locator(".family-part [data-plot=fam-gains]")
    _, png = saved(visit, gains.and_(visit.locator("[data-download=png]")))
    assert png.startswith(b"\x89PNG")
    _, svg = saved(visit, gains.and_(visit.locator("[data-download=svg]")))
    assert b"SHA-256" in svg and b"Tatar (Turkic)" in svg
    ElementTree.fromstring(svg)


def test_words_behind_errors_are_counted_when_asked_and_go_with_the_choice(player: Page):
    panel = player.locator("#play-words")
    panel.get_by_role("button", name="Count the words").click()
    expect(panel).to_contain_text("of 392 samples were given another class")
    first = panel.locator("tbody th").first.inner_text()
    panel.get_by_role("button", name="All texts with it").click()
    expect(panel.locator("tbody th").first).not_to_have_text(first)
    name, table = saved(player, panel.locator("[data-download=csv]"))
    assert name == "lfdrt-sample-error-words.csv" and first in table.decode()
    choose(player, "play-second", "compact")
    expect(panel.get_by_role("button", name="Count the words")).to_be_visible()
