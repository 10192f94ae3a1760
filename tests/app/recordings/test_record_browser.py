"""Recording a new run in a real Chromium, each recording in a process of its own.

The tests of a class go on from each other, as a visitor does.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lfdrt.labels import EKMAN7
from tests.app.jobs import gated
from tests.app.visiting import running_app, visiting
from tests.tiny import SENTENCES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHORT, LONG = 40, 2_000  # rows: one is finished soon, the other is held until it is stopped
GATED = Path(gated.__file__)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def address(tiny_folder: Path, folder: Path) -> Iterator[str]:
    data = folder / "data"
    write_set(data, "brighter", "es", SHORT)
    write_set(data, "xed", "es", LONG)
    with running_app(
        tiny_folder, folder, "--multi-user", "--data", str(data), program=GATED
    ) as address:
        yield address


def write_set(data: Path, source: str, language: str, rows: int) -> None:
    path = data / "text" / source / f"{language}.dev.csv"
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("id", "text", "label"))
        out.writerows(
            (f"{source}-{i}", SENTENCES[i % len(SENTENCES)], EKMAN7.labels[i % len(EKMAN7)])
            for i in range(rows)
        )


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser, address) as page:
        open_panel(page)
        yield page


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


class TestALongOne:
    def test_a_bad_name_is_a_sentence_and_starts_nothing(self, visit: Page):
        for said, sentence in (("  ", "Give the recording a name"), ("Sample", "already")):
            name(visit, said)
            visit.locator("#rec-start").click()
            expect(visit.locator("#rec-notice")).to_contain_text(sentence)
        expect(visit.locator("#rec-mine")).to_contain_text("None yet.")

    def test_data_sets_are_those_that_are_there(self, visit: Page):
        visit.get_by_label("Data sets on this machine").check()
        expect(visit.locator("#rec-missing")).to_contain_text("Not on this machine: meld en dev")
        expect(visit.locator("#rec-missing")).not_to_contain_text("brighter es")
        expect(visit.locator("#rec-estimate")).to_contain_text(f"for {SHORT + LONG:,} rows")
        add(visit, "rec-sets", re.compile("^brighter"))
        expect(visit.locator("#rec-estimate")).to_contain_text(f"for {SHORT} rows")
        add(visit, "rec-sets", re.compile("^xed"))
        expect(visit.locator("#rec-estimate")).to_contain_text(f"for {SHORT + LONG:,} rows")

    def test_its_progress_is_seen(self, visit: Page):
        start(visit, "A long one")
        expect(visit.locator("#rec-notice")).to_have_text("")
        expect(state(visit)).to_have_text("Recording")
        progress = visit.locator("#rec-head .progress")
        expect(progress).to_contain_text(f"of {SHORT + LONG:,}")
        expect(progress).to_contain_text("left")
        expect(visit.locator("#rec-head")).to_contain_text("Newest: brighter es dev")
        before = progress.inner_text()
        expect(progress).not_to_have_text(before)

    def test_no_training_starts_beside_it(self, visit: Page):
        visit.get_by_role("tab", name="Fine-tune").click()
        visit.locator('[data-sample="fi"]').click()
        expect(visit.locator("#ft-report")).to_contain_text("Ready:")
        visit.locator("#ft-start").click()
        expect(visit.locator("#ft-notice")).to_contain_text("“A long one” is still being recorded")
        open_panel(visit)

    def test_another_visitor_sees_nothing_of_it(self, browser: Browser, address: str, visit: Page):
        with visiting(browser, address) as other:
            open_panel(other)
            expect(other.locator("#rec-mine")).to_contain_text("None yet.")
            name(other, "Mine")
            other.locator("#rec-start").click()
            expect(other.locator("#rec-notice")).to_contain_text("A recording is being made")
            expect(other.locator("#rec-notice")).not_to_contain_text("A long one")

    def test_a_reload_in_the_middle_loses_nothing(self, visit: Page):
        visit.reload()
        open_panel(visit)
        expect(state(visit)).to_have_text("Recording")
        expect(visit.locator("#rec-stop")).to_be_visible()

    def test_stop_keeps_and_go_on_goes_on(self, visit: Page):
        visit.locator("#rec-stop").click()
        expect(state(visit)).to_have_text("Stopped")
        expect(visit.locator("#rec-panel")).to_contain_text("What is finished is kept")
        visit.locator("#rec-resume").click()
        expect(state(visit)).to_have_text("Recording")
        expect(visit.locator("#rec-head .progress")).to_contain_text("1 of 2 sets")

    def test_a_killed_one_says_so_and_is_deleted(self, visit: Page, folder: Path):
        for process in psutil.process_iter(["cmdline"]):
            if any(str(folder / "runs" / "recordings") in w for w in process.info["cmdline"] or ()):
                process.kill()
        expect(state(visit)).to_have_text("Interrupted")
        expect(visit.locator("#rec-panel [role=alert]")).to_contain_text("ended without a word")
        button = visit.locator("#rec-mine [data-act=delete]")
        button.click()
        expect(button).to_have_text("Really delete?")
        button.click()
        expect(visit.locator("#rec-mine")).to_contain_text("None yet.")
        expect(visit.locator("#rec-head")).to_be_hidden()


class TestAShortOne:
    def test_it_appears_and_plays(self, visit: Page):
        visit.reload()
        open_panel(visit)
        add(visit, "rec-languages", "Swahili (sw)")
        add(visit, "rec-languages", "Turkish (tr)")
        expect(visit.locator("#rec-estimate")).to_contain_text("for 28 rows")
        start(visit, "Two languages")
        expect(state(visit)).to_have_text("Complete")
        visit.locator("#rec-play").click()
        expect(visit.locator("#play-recording input")).to_have_value("Yours: Two languages")
        expect(visit.locator("#play-now")).to_contain_text("28 of 28")
        visit.locator("#play-first-button").click()
        visit.locator("#play-next-button").click()
        expect(visit.locator("#play-now")).to_contain_text(re.compile(r"(^|\s)1 of 28"))
        expect(visit.locator("#play-now .face")).to_be_visible()
        expect(visit.locator("#play-about")).to_contain_text("Two languages")

    def test_the_list_has_it_above_the_bundled_ones(self, visit: Page):
        visit.reload()
        open_panel(visit)
        box = visit.locator("#play-recording input")
        box.click()
        listed = visit.locator(f"#{box.get_attribute('aria-controls')}").get_by_role("option")
        expect(listed.first).to_have_text(re.compile("Yours: Two languages"))
        expect(listed.nth(1)).not_to_contain_text("Yours:")
        box.press("Escape")

    def test_it_gets_another_name_and_leaves_as_a_zip(self, visit: Page, tmp_path: Path):
        visit.locator("#rec-mine [data-act=open]").click()
        box = visit.locator("#rec-new-name input, #rec-new-name textarea").first
        expect(box).to_have_value("Two languages")
        box.fill("sw, tr")
        visit.locator("#rec-save-name").click()
        expect(visit.locator("#rec-mine")).to_contain_text("sw, tr")
        with visit.expect_download() as waited:
            visit.locator("#rec-download").click()
        waited.value.save_as(tmp_path / "recording.zip")
        with zipfile.ZipFile(tmp_path / "recording.zip") as archive:
            assert sorted(archive.namelist()) == ["sw-tr/rows.parquet", "sw-tr/run.json"]

    def test_what_is_played_can_be_deleted(self, visit: Page):
        visit.locator("#rec-mine [data-act=play]").click()
        expect(visit.locator("#play-recording input")).to_have_value("Yours: sw, tr")
        button = visit.locator("#rec-mine [data-act=delete]")
        button.click()
        button.click()
        expect(visit.locator("#rec-mine")).to_contain_text("None yet.")
        expect(visit.locator("#play-recording input")).not_to_have_value(re.compile("Yours"))
        expect(visit.locator("#play-now")).not_to_contain_text("of 28")
        expect(visit.locator("#play-now")).to_contain_text(" of ")
