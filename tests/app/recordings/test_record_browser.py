"""Recording a new run in a real Chromium, each recording in a process of its own."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app.visiting import LONG, SHORT, App, end_jobs, saved, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def visit(visit: Page) -> Page:
    open_panel(visit)
    return visit


@pytest.fixture
def long_one(visit: Page) -> Page:
    """“A long one” is being recorded: the two data sets, held in its middle."""
    visit.get_by_label("Data sets on this machine").check()
    expect(visit.locator("#rec-estimate")).to_contain_text(f"for {SHORT + LONG:,} rows")
    start(visit, "A long one")
    expect(state(visit)).to_have_text("Recording")
    return visit


def open_panel(page: Page) -> None:
    page.get_by_role("tab", name="Benchmark", exact=True).click()
    expect(page.locator("#play-now")).to_contain_text("of")
    if not page.locator("#rec-start").is_visible():
        page.locator("#rec-panel").get_by_role("button", name="Record a new one").click()
    expect(page.locator("#rec-estimate")).to_contain_text("on this machine for")


def state(page: Page) -> Locator:
    return page.locator("#rec-head .state")


def name(page: Page, said: str) -> None:
    box = page.locator("#rec-name input, #rec-name textarea").first
    box.fill(said)
    box.blur()


def add(page: Page, where: str, option: str | re.Pattern[str]) -> None:
    """To a list of several."""
    box = page.locator(f"#{where} input")
    box.click()
    page.get_by_role("option", name=option).click()
    box.blur()


def start(page: Page, said: str) -> None:
    name(page, said)
    page.locator("#rec-start").click()
    expect(page.locator("#rec-head h3")).to_have_text(said)


def delete(page: Page) -> None:
    button = page.locator("#rec-mine [data-act=delete]")
    button.click()
    expect(button).to_have_text("Really delete?")
    button.click()
    expect(page.locator("#rec-mine")).to_contain_text("None yet.")


def test_what_is_recorded_is_chosen_and_a_bad_name_starts_nothing(visit: Page):
    for said, sentence in (("  ", "Give the recording a name"), ("Sample", "already")):
        name(visit, said)
        visit.locator("#rec-start").click()
        expect(visit.locator("#rec-notice")).to_contain_text(sentence)
    expect(visit.locator("#rec-mine")).to_contain_text("None yet.")
    visit.get_by_label("Data sets on this machine").check()
    expect(visit.locator("#rec-missing")).to_contain_text("Not on this machine: meld en dev")
    expect(visit.locator("#rec-missing")).not_to_contain_text("brighter es")
    expect(visit.locator("#rec-estimate")).to_contain_text(f"for {SHORT + LONG:,} rows")
    add(visit, "rec-sets", re.compile("^brighter"))
    expect(visit.locator("#rec-estimate")).to_contain_text(f"for {SHORT} rows")
    add(visit, "rec-sets", re.compile("^xed"))
    expect(visit.locator("#rec-estimate")).to_contain_text(f"for {SHORT + LONG:,} rows")


def test_its_progress_is_seen_by_its_visitor_alone(long_one: Page, browser: Browser, app: App):
    """Through a reload, too; and nothing else starts beside it."""
    progress = long_one.locator("#rec-head .progress")
    expect(progress).to_contain_text(f"of {SHORT + LONG:,}")
    expect(progress).to_contain_text("left")
    expect(long_one.locator("#rec-head")).to_contain_text("Newest: brighter es dev")
    before = progress.inner_text()
    expect(progress).not_to_have_text(before)
    long_one.get_by_role("tab", name="Fine-tune").click()
    long_one.get_by_role("tab", name="Without labels").click()
    long_one.locator('[data-sample="fi"]').click()
    expect(long_one.locator("#ft-report")).to_contain_text("Ready:")
    long_one.locator("#ft-start").click()
    expect(long_one.locator("#ft-notice")).to_contain_text("“A long one” is still being recorded")
    with visiting(browser, app.address) as other:
        open_panel(other)
        expect(other.locator("#rec-mine")).to_contain_text("None yet.")
        name(other, "Mine")
        other.locator("#rec-start").click()
        expect(other.locator("#rec-notice")).to_contain_text("A recording is being made")
        expect(other.locator("#rec-notice")).not_to_contain_text("A long one")
    long_one.reload()
    open_panel(long_one)
    expect(state(long_one)).to_have_text("Recording")
    expect(long_one.locator("#rec-stop")).to_be_visible()


def test_stop_keeps_go_on_goes_on_and_a_killed_one_says_so(long_one: Page, app: App):
    expect(long_one.locator("#rec-head .progress")).to_contain_text("1 of 2 sets")
    long_one.locator("#rec-stop").click()
    expect(state(long_one)).to_have_text("Stopped")
    expect(long_one.locator("#rec-panel")).to_contain_text("What is finished is kept")
    long_one.locator("#rec-resume").click()
    expect(state(long_one)).to_have_text("Recording")
    expect(long_one.locator("#rec-head .progress")).to_contain_text("1 of 2 sets")
    end_jobs(app.folder / "runs")
    expect(state(long_one)).to_have_text("Interrupted")
    expect(long_one.locator("#rec-panel [role=alert]")).to_contain_text("ended without a word")
    delete(long_one)
    expect(long_one.locator("#rec-head")).to_be_hidden()


def test_a_short_one_appears_and_plays_and_leaves(visit: Page):
    """It stands above the bundled ones, gets another name, is saved, and deleted while it plays."""
    add(visit, "rec-languages", "Swahili (sw)")
    add(visit, "rec-languages", "Turkish (tr)")
    expect(visit.locator("#rec-estimate")).to_contain_text("for 28 rows")
    start(visit, "Two languages")
    expect(state(visit)).to_have_text("Complete")
    visit.locator("#rec-play").click()
    recording = visit.locator("#play-recording input")
    expect(recording).to_have_value("Yours: Two languages")
    expect(visit.locator("#play-now")).to_contain_text("28 of 28")
    visit.locator("#play-first-button").click()
    visit.locator("#play-next-button").click()
    expect(visit.locator("#play-now")).to_contain_text(re.compile(r"(^|\s)1 of 28"))
    expect(visit.locator("#play-now .face")).to_be_visible()
    expect(visit.locator("#play-about")).to_contain_text("Two languages")
    visit.reload()
    open_panel(visit)
    recording.click()
    listed = visit.locator(f"#{recording.get_attribute('aria-controls')}").get_by_role("option")
    expect(listed.first).to_have_text(re.compile("Yours: Two languages"))
    expect(listed.nth(1)).not_to_contain_text("Yours:")
    recording.press("Escape")
    rename_and_save(visit)
    visit.locator("#rec-mine [data-act=play]").click()
    expect(recording).to_have_value("Yours: sw, tr")
    delete(visit)
    expect(recording).not_to_have_value(re.compile("Yours"))
    expect(visit.locator("#play-now")).not_to_contain_text("of 28")
    expect(visit.locator("#play-now")).to_contain_text(" of ")


def rename_and_save(page: Page) -> None:
    page.locator("#rec-mine [data-act=open]").click()
    box = page.locator("#rec-new-name input, #rec-new-name textarea").first
    expect(box).to_have_value("Two languages")
    box.fill("sw, tr")
    page.locator("#rec-save-name").click()
    expect(page.locator("#rec-mine")).to_contain_text("sw, tr")
    _, content = saved(page, page.locator("#rec-download"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == ["sw-tr/rows.parquet", "sw-tr/run.json"]
