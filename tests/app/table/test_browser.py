"""A whole table in a real Chromium, each predicted in a process of its own.

The tests go on from each other, as a visitor does.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app.jobs import gated
from tests.app.visiting import LEAVING, running_app, visiting
from tests.tiny import SENTENCES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHORT, LONG = 60, 2_000  # rows: one is finished soon, the other is held until it is stopped
GATED = Path(gated.__file__)
AT_ONCE = 15.0  # s; a single prediction beside a table, on a machine with other work


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def address(tiny_folder: Path, folder: Path) -> Iterator[str]:
    with running_app(tiny_folder, folder, "--multi-user", program=GATED) as address:
        yield address


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser, address, forgiven=LEAVING) as page:
        open_panel(page)
        yield page


def open_panel(page: Page) -> None:
    page.get_by_role("tab", name="A whole table").click()
    expect(page.locator("#tab-table")).to_be_visible()


def written(folder: Path, name: str, rows: int) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("nr", "satz", "label"))
        out.writerows((f"{i:05}", SENTENCES[i % len(SENTENCES)], "=1+1") for i in range(rows))
    return path


def upload(page: Page, path: Path) -> None:
    clear = page.locator("#tab-table").get_by_role("button", name="Remove", exact=False)
    if page.locator("#tab-table input[type=file]").count() == 0:
        clear.first.click()
    page.locator("#tab-table input[type=file]").set_input_files(path)
    expect(page.locator("#tab-report")).to_contain_text("to predict")


def state(page: Page) -> Locator:
    return page.locator("#tab-head .state")


def test_limits_are_said_before_anything_is_given(visit: Page):
    expect(visit.locator("#tab-limits")).to_contain_text("1,000,000 rows and 200")
    expect(visit.locator("#tab-start")).to_be_disabled()


def test_a_table_that_cannot_be_read_blocks(visit: Page, tmp_path: Path):
    bad = tmp_path / "bad.csv"
    bad.write_text("satz,b\nfine,joy\none,more,comma\n", "utf-8")
    visit.locator("#tab-table input[type=file]").set_input_files(bad)
    expect(visit.locator("#tab-report [role=alert]")).to_contain_text("row 3")
    expect(visit.locator("#tab-start")).to_be_disabled()
    visit.reload()
    open_panel(visit)


def test_what_was_found_is_told_first(visit: Page, tmp_path: Path):
    upload(visit, written(tmp_path, "long", LONG))
    expect(visit.locator("#tab-report")).to_contain_text(f"{LONG:,} / {LONG:,}")
    expect(visit.locator("#tab-hints")).to_contain_text("“label” already")
    expect(visit.locator("#tab-start")).to_be_enabled()


def test_its_progress_is_seen(visit: Page):
    visit.locator("#tab-start").click()
    expect(state(visit)).to_have_text("Predicting")
    progress = visit.locator("#tab-head .progress")
    expect(progress).to_contain_text(f"of {LONG:,} rows")
    expect(progress).to_contain_text("left")


def test_single_predictions_go_on_beside_it(browser: Browser, address: str):
    with visiting(browser, address) as other:
        began = time.monotonic()
        other.get_by_label("Text", exact=True).fill("so happy today")
        other.get_by_role("button", name="Predict", exact=True).click()
        expect(other.locator("#result")).to_contain_text("Text only, no picture")
        assert time.monotonic() - began < AT_ONCE
        open_panel(other)
        expect(other.locator("#tab-mine")).to_contain_text("None yet.")
        assert "long" not in other.locator("#tab-mine").inner_text()


def test_a_reload_in_the_middle_loses_nothing(visit: Page):
    visit.reload()
    open_panel(visit)
    expect(state(visit)).to_have_text("Predicting")


def test_stop_keeps_what_is_done(visit: Page, tmp_path: Path):
    visit.locator("#tab-stop").click()
    expect(state(visit)).to_have_text("Stopped")
    expect(visit.locator("#tab-result")).to_contain_text("What came out")
    rows = downloaded(visit, tmp_path)
    assert 0 < len(rows) < LONG
    assert rows[0]["satz"] == SENTENCES[0]
    visit.locator("#tab-resume").click()
    expect(state(visit)).to_have_text("Predicting")
    visit.locator("#tab-stop").click()
    expect(state(visit)).to_have_text("Stopped")


def downloaded(page: Page, folder: Path) -> list[dict[str, str]]:
    with page.expect_download() as waited:
        page.locator("#tab-pack").click()
    waited.value.save_as(folder / "predictions.csv")
    with (folder / "predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_it_is_deleted_after_a_second_press(visit: Page):
    button = visit.locator("#tab-mine [data-act=delete]")
    button.click()
    expect(button).to_have_text("Really delete?")
    button.click()
    expect(visit.locator("#tab-mine")).to_contain_text("None yet.")


def test_the_whole_table_comes_back(visit: Page, tmp_path: Path):
    visit.reload()
    open_panel(visit)
    upload(visit, written(tmp_path, "short", SHORT))
    visit.locator("#tab-start").click()
    expect(state(visit)).to_have_text("Complete")
    for said in ("Labels by language", "The first rows", "00000", "Classifiers disagree"):
        expect(visit.locator("#tab-result")).to_contain_text(said)
    rows = downloaded(visit, tmp_path)
    assert [row["nr"] for row in rows] == [f"{i:05}" for i in range(SHORT)]
    assert all(row["label"] == "'=1+1" for row in rows)  # no spreadsheet runs it
    assert all(row["predicted_label"] for row in rows)
    with visit.expect_download() as waited:
        visit.locator("#tab-result [data-download=txt]").click()
    assert "SHA-256" in Path(waited.value.path()).read_text(encoding="utf-8")


def test_it_fits_a_telephone(visit: Page):
    visit.set_viewport_size({"width": 390, "height": 844})
    expect(visit.locator("#tab-result")).to_be_visible()
    assert visit.evaluate("document.documentElement.scrollWidth") <= 390
