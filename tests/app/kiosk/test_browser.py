"""A kiosk in a real Chromium: starting over, a visitor who walked away, one who closed the browser.

The tests of a class go on from each other, as visitors do.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from app.kiosk.folder import PREFIX
from app.kiosk.kiosk import LOADING
from app.kiosk.page import COUNTDOWN, EACH
from tests.app.visiting import LEAVING, SECONDS, running_app, visiting
from tests.data.zips import png

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="class")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kiosk")


@pytest.fixture(scope="class")
def address(request: pytest.FixtureRequest, tiny_folder: Path, folder: Path) -> Iterator[str]:
    with running_app(tiny_folder, folder, kiosk=request.cls.MINUTES) as address:
        yield address
    assert list(folder.glob(f"{PREFIX}*")) == []


@pytest.fixture(scope="class")
def visit(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser, address, forgiven=LEAVING) as page:
        yield page


def place(folder: Path) -> Path:
    """The kiosk's folder."""
    (found,) = folder.glob(f"{PREFIX}*")
    return found


def files(folder: Path, below: str) -> list[Path]:
    return [path for path in (place(folder) / below).rglob("*") if path.is_file()]


def is_gone(path: Path, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while path.exists() and time.monotonic() < end:
        time.sleep(0.2)
    return not path.exists()


def upload(page: Page, folder: Path, made: Path) -> Path:
    """The file on the server."""
    made.write_bytes(png())
    page.locator("#picture input[type=file]").first.set_input_files(made)
    expect(page.locator("#picture img")).to_be_visible()
    (stored,) = [path for path in files(folder, "uploads") if path.name == made.name]
    return stored


def expect_clean(page: Page) -> None:
    expect(page.get_by_label("Text", exact=True)).to_have_value("")
    expect(page.locator("#result")).to_contain_text("What does it feel like?")
    expect(page.locator("#picture img")).to_have_count(0)


def start_over(page: Page) -> None:
    """Until the page is another one."""
    page.evaluate("window.before = true")
    page.get_by_role("button", name="Start over").click()
    page.wait_for_function("window.before === undefined")
    expect(page.locator("#model-state")).to_contain_text("is ready on")


class TestStartOver:
    MINUTES = "60"

    def test_what_was_typed_and_uploaded_is_gone(self, visit: Page, folder: Path, tmp_path: Path):
        stored = upload(visit, folder, tmp_path / "me.png")
        visit.get_by_label("Text", exact=True).fill("a very secretive sentence")
        visit.get_by_role("button", name="Predict", exact=True).click()
        expect(visit.locator("#sharpness")).to_contain_text("KL from uniform")
        visit.get_by_role("button", name="Light or dark").click()
        visit.get_by_role("tab", name="Families").click()
        before = visit.context.cookies()
        start_over(visit)
        expect_clean(visit)
        assert not stored.exists() and files(folder, "uploads") == []
        assert not visit.evaluate("document.body.classList.contains('dark')")
        assert "secretive" not in visit.content() and visit.context.cookies() != before

    def test_the_picture_of_another_visitor_stays(
        self, visit: Page, browser: Browser, address: str, folder: Path, tmp_path: Path
    ):
        with visiting(browser, address, forgiven=LEAVING) as other:
            stored = upload(other, folder, tmp_path / "other.png")
            start_over(visit)
            assert stored.exists()
            start_over(other)
            assert not stored.exists()

    def test_another_tab_of_the_same_browser_is_cleared_too(self, visit: Page, address: str):
        other = visit.context.new_page()
        other.goto(address)
        expect(other.locator("#model-state")).to_contain_text("is ready on")
        other.get_by_label("Text", exact=True).fill("in the other tab")
        start_over(visit)
        expect_clean(other)
        other.close()

    def test_a_training_ends_and_is_gone(self, visit: Page, folder: Path):
        train(visit, "100000")
        expect(visit.locator("#ft-head .state")).to_have_text("Learning")
        assert not visit.locator("#ft-history").is_visible()
        (record,) = (place(folder) / "runs").glob("*/run.json")
        run = record.parent
        assert trainings(run.name)
        start_over(visit)
        assert not run.exists() and not trainings(run.name)
        visit.get_by_role("tab", name="Fine-tune").click()
        expect(visit.locator("#ft-report")).not_to_contain_text("Ready:")
        expect(visit.locator("#ft-head .state")).to_have_count(0)

    def test_a_tuned_model_can_be_taken_away_and_is_gone(self, visit: Page, folder: Path):
        train(visit, "1")
        expect(visit.locator("#ft-download")).to_be_visible()
        with visit.expect_download() as download:
            visit.locator("#ft-download").click()
        assert download.value.suggested_filename.endswith(".zip")
        assert [path.suffix for path in files(folder, "uploads")] == [".zip"]
        start_over(visit)
        assert files(folder, "uploads") == [] and not list(place(folder).glob("runs/*/run.json"))


def train(page: Page, passes: str) -> None:
    """On the first bundled sample."""
    page.get_by_role("tab", name="Fine-tune").click()
    page.locator("#samples button").first.click()
    expect(page.locator("#ft-report")).to_contain_text("Ready:")
    page.locator("#ft-advanced").get_by_role("button", name="Every setting").click()
    page.locator("#ft-epochs input").fill(passes)
    page.locator("#ft-epochs input").blur()
    page.locator("#ft-start").click()


def trainings(run: str) -> list[int]:
    """Processes that have a run's name in their command."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if any(run in word for word in process.info["cmdline"] or ())
    ]


class TestWalkedAway:
    MINUTES = "0.2"  # the machine of a test may be busy

    def test_a_closed_browser_is_cleaned_up_after(
        self, browser: Browser, address: str, folder: Path, tmp_path: Path
    ):
        with visiting(browser, address) as page:
            stored = upload(page, folder, tmp_path / "left.png")
        assert is_gone(stored, LOADING + SECONDS)

    def test_the_question_is_answered_by_any_key(self, visit: Page):
        visit.get_by_label("Text", exact=True).fill("unfinished")
        asked = visit.get_by_role("alertdialog")
        expect(asked).to_contain_text("Are you still there?")
        visit.keyboard.press("Shift")
        expect(asked).to_have_count(0)
        expect(visit.get_by_label("Text", exact=True)).to_have_value("unfinished")

    def test_then_examples_are_predicted_one_after_the_other(
        self, visit: Page, folder: Path, tmp_path: Path
    ):
        stored = upload(visit, folder, tmp_path / "mine.png")
        expect(visit.get_by_text("Touch to try it yourself")).to_be_visible()
        assert not stored.exists()
        box = visit.get_by_label("Text", exact=True)
        expect(visit.locator("#result")).to_contain_text("An example, written to express")
        first = box.input_value()
        assert first not in ("", "unfinished")
        expect(box).not_to_have_value(first, timeout=(EACH + SECONDS) * 1000)
        expect(visit.locator("#result")).to_contain_text("An example, written to express")

    def test_not_in_a_tab_that_nobody_sees(self, visit: Page):
        hide(visit, "true")
        visit.wait_for_timeout(5000)  # one that is under way
        before = visit.get_by_label("Text", exact=True).input_value()
        visit.wait_for_timeout(1000 * (EACH + 2))
        expect(visit.get_by_label("Text", exact=True)).to_have_value(before)
        hide(visit, "false")
        expect(visit.get_by_label("Text", exact=True)).not_to_have_value(before)

    def test_the_first_touch_ends_them_and_presses_nothing(self, visit: Page):
        below = visit.get_by_role("tab", name="About").bounding_box()
        assert below
        visit.mouse.click(below["x"] + 5, below["y"] + 5)
        expect_clean(visit)
        expect(visit.get_by_text("Touch to try it yourself")).to_have_count(0)
        expect(visit.get_by_role("tab", name="Predict")).to_have_attribute("aria-selected", "true")
        visit.keyboard.press("Shift")
        visit.wait_for_timeout(1000 * min(2, COUNTDOWN))
        expect_clean(visit)


def hide(page: Page, said: str) -> None:
    """As a browser does for a tab in the background."""
    page.evaluate(
        f"Object.defineProperty(document, 'hidden', {{ get: () => {said}, configurable: true }});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
