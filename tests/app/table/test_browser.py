"""A whole table in a real Chromium, each predicted in a process of its own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app.visiting import (
    LONG,
    SHORT,
    TELEPHONE,
    App,
    expect_to_fit,
    saved,
    visiting,
)
from tests.csv_files import write
from tests.tiny import SENTENCES

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def visit(visit: Page) -> Page:
    open_panel(visit)
    return visit


@pytest.fixture
def long_one(visit: Page, tmp_path: Path) -> Page:
    """A long table is being predicted; it is held in its middle."""
    upload(visit, written(tmp_path, "long", LONG))
    visit.locator("#tab-start").click()
    expect(state(visit)).to_have_text("Predicting")
    return visit


def open_panel(page: Page) -> None:
    page.get_by_role("tab", name="A whole table").click()
    expect(page.locator("#tab-table")).to_be_visible()


def written(folder: Path, name: str, rows: int) -> Path:
    cells = [(f"{i:05}", SENTENCES[i % len(SENTENCES)], "=1+1") for i in range(rows)]
    return write(folder / f"{name}.csv", [("nr", "satz", "label"), *cells])


def upload(page: Page, path: Path) -> None:
    page.locator("#tab-table input[type=file]").set_input_files(path)
    expect(page.locator("#tab-report")).to_contain_text("to predict")


def state(page: Page) -> Locator:
    return page.locator("#tab-head .state")


def downloaded(page: Page) -> list[dict[str, str]]:
    _, content = saved(page, page.locator("#tab-pack"))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_limits_come_first_and_a_table_that_cannot_be_read_blocks(visit: Page, tmp_path: Path):
    expect(visit.locator("#tab-limits")).to_contain_text("1,000,000 rows and 200")
    expect(visit.locator("#tab-start")).to_be_disabled()
    bad = write(tmp_path / "bad.csv", [("satz", "b"), ("fine", "joy"), ("one", "more", ",")])
    visit.locator("#tab-table input[type=file]").set_input_files(bad)
    expect(visit.locator("#tab-report [role=alert]")).to_contain_text("row 3")
    expect(visit.locator("#tab-start")).to_be_disabled()


def test_its_progress_is_seen_and_single_predictions_go_on_beside_it(
    long_one: Page, browser: Browser, app: App
):
    expect(long_one.locator("#tab-report")).to_contain_text(f"{LONG:,} / {LONG:,}")
    expect(long_one.locator("#tab-hints")).to_contain_text("“label” already")
    progress = long_one.locator("#tab-head .progress")
    expect(progress).to_contain_text(f"of {LONG:,} rows")
    expect(progress).to_contain_text("left")
    with visiting(browser, app.address) as other:
        other.get_by_label("Text", exact=True).fill("so happy today")
        other.get_by_role("button", name="Predict", exact=True).click()
        expect(other.locator("#result")).to_contain_text("Text only, no picture")
        open_panel(other)
        expect(other.locator("#tab-mine")).to_contain_text("None yet.")
        assert "long" not in other.locator("#tab-mine").inner_text()
    long_one.reload()  # loses nothing
    open_panel(long_one)
    expect(state(long_one)).to_have_text("Predicting")


def test_stop_keeps_what_is_done_until_it_is_deleted(long_one: Page):
    expect(long_one.locator("#tab-head .progress")).to_contain_text("left")
    long_one.locator("#tab-stop").click()
    expect(state(long_one)).to_have_text("Stopped")
    expect(long_one.locator("#tab-result")).to_contain_text("What came out")
    rows = downloaded(long_one)
    assert 0 < len(rows) < LONG
    assert rows[0]["satz"] == SENTENCES[0]
    long_one.locator("#tab-resume").click()
    expect(state(long_one)).to_have_text("Predicting")
    long_one.locator("#tab-stop").click()
    expect(state(long_one)).to_have_text("Stopped")
    button = long_one.locator("#tab-mine [data-act=delete]")
    button.click()
    expect(button).to_have_text("Really delete?")
    button.click()
    expect(long_one.locator("#tab-mine")).to_contain_text("None yet.")


def test_the_whole_table_comes_back(visit: Page, tmp_path: Path):
    upload(visit, written(tmp_path, "short", SHORT))
    visit.locator("#tab-start").click()
    expect(state(visit)).to_have_text("Complete")
    for said in ("Labels by language", "The first predictions", "00000", "Classifiers disagree"):
        expect(visit.locator("#tab-result")).to_contain_text(said)
    rows = downloaded(visit)
    assert [row["nr"] for row in rows] == [f"{i:05}" for i in range(SHORT)]
    assert all(row["label"] == "'=1+1" for row in rows)  # no spreadsheet runs it
    assert all(row["predicted_label"] for row in rows)
    _, report = saved(visit, visit.locator("#tab-result [data-download=txt]"))
    assert b"SHA-256" in report
    visit.set_viewport_size({"width": TELEPHONE, "height": 844})
    expect(visit.locator("#tab-result")).to_be_visible()
    expect_to_fit(visit)
