"""A kiosk in a real Chromium: starting over, walking away, closing the browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.kiosk.folder import PREFIX
from app.kiosk.kiosk import LOADING
from app.kiosk.page import COUNTDOWN, EACH
from app.page import say
from tests.app.visiting import LEAVING, SECONDS, App, jobs_of, running_app, visiting
from tests.data.zips import png

pytestmark = [pytest.mark.browser, pytest.mark.slow]


MINUTES = "60"
CODES = {"Paper": "https://example.org/paper", "Code": "https://example.org/code?of=lfd-rt&by=us"}
IDLE = 60 * int(MINUTES)  # s, of the page's clock: nobody waits for them


@pytest.fixture(scope="module")
def kiosk(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    codes = [word for name, address in CODES.items() for word in ("--qr", f"{name}={address}")]
    folder = tmp_path_factory.mktemp("kiosk")
    with running_app(tiny_folder, folder, *codes, kiosk=MINUTES) as kiosk:
        yield kiosk
    assert list(kiosk.folder.glob(f"{PREFIX}*")) == []


@pytest.fixture
def folder(kiosk: App) -> Path:
    return kiosk.folder


@pytest.fixture
def visit(browser: Browser, kiosk: App) -> Iterator[Page]:
    with at_kiosk(browser, kiosk) as page:
        yield page


@pytest.fixture
def walker(browser: Browser, kiosk: App) -> Iterator[Page]:
    """Whose page's clock can be moved on."""
    with at_kiosk(browser, kiosk, clock=True) as page:
        yield page


@contextmanager
def at_kiosk(browser: Browser, kiosk: App, *, clock: bool = False) -> Iterator[Page]:
    """A visit that is over when its test is, however that went."""
    with visiting(browser, kiosk.address, forgiven=LEAVING, clock=clock) as page:
        try:
            yield page
        finally:
            page.request.post(f"{kiosk.address}kiosk/over")


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


def test_what_was_typed_and_uploaded_is_gone(visit: Page, folder: Path, tmp_path: Path):
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
    visit: Page, browser: Browser, kiosk: App, folder: Path, tmp_path: Path
):
    with at_kiosk(browser, kiosk) as other:
        stored = upload(other, folder, tmp_path / "other.png")
        start_over(visit)
        assert stored.exists()
        start_over(other)
        assert not stored.exists()


def test_another_tab_of_the_same_browser_is_cleared_too(visit: Page, kiosk: App):
    other = visit.context.new_page()
    other.goto(kiosk.address)
    expect(other.locator("#model-state")).to_contain_text("is ready on")
    other.get_by_label("Text", exact=True).fill("in the other tab")
    start_over(visit)
    expect_clean(other)
    other.close()


def test_a_training_ends_and_is_gone(visit: Page, folder: Path):
    train(visit, "100000")
    expect(visit.locator("#ft-head .state")).to_have_text("Learning")
    assert not visit.locator("#ft-history").is_visible()
    (record,) = (place(folder) / "runs").glob("*/run.json")
    run = record.parent
    assert jobs_of(run)
    start_over(visit)
    assert not run.exists() and not jobs_of(run)
    visit.get_by_role("tab", name="Fine-tune").click()
    visit.get_by_role("tab", name="Without labels").click()
    expect(visit.locator("#ft-report")).not_to_contain_text("Ready:")
    expect(visit.locator("#ft-head .state")).to_have_count(0)


def test_a_tuned_model_can_be_taken_away_and_is_gone(visit: Page, folder: Path):
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
    page.get_by_role("tab", name="Without labels").click()
    page.locator("#samples button").first.click()
    expect(page.locator("#ft-report")).to_contain_text("Ready:")
    page.locator("#ft-advanced").get_by_role("button", name="Every setting").click()
    page.locator("#ft-epochs input").fill(passes)
    page.locator("#ft-epochs input").blur()
    page.locator("#ft-start").click()


def test_a_closed_browser_is_cleaned_up_after(browser: Browser, tiny_folder: Path, tmp_path: Path):
    """By a kiosk that waits no longer for a page than it must."""
    with running_app(tiny_folder, tmp_path, kiosk="0.2") as kiosk:
        with visiting(browser, kiosk.address) as page:
            stored = upload(page, tmp_path, tmp_path / "left.png")
        assert is_gone(stored, LOADING + SECONDS)


def wait_in_page(page: Page, seconds: float) -> None:
    """As if they had passed."""
    page.clock.fast_forward(round(1000 * seconds))


def test_who_walks_away_is_asked_and_any_key_answers(walker: Page):
    walker.get_by_label("Text", exact=True).fill("unfinished")
    wait_in_page(walker, IDLE)
    asked = walker.get_by_role("alertdialog")
    expect(asked).to_contain_text("Are you still there?")
    walker.keyboard.press("Shift")
    expect(asked).to_have_count(0)
    wait_in_page(walker, COUNTDOWN)
    expect(walker.get_by_label("Text", exact=True)).to_have_value("unfinished")


def test_then_examples_are_predicted_until_the_first_touch(
    walker: Page, folder: Path, tmp_path: Path
):
    """One after the other, but not in a tab that nobody sees; the touch presses nothing."""
    stored = upload(walker, folder, tmp_path / "mine.png")
    wait_in_page(walker, IDLE)
    expect(walker.get_by_role("alertdialog")).to_be_visible()
    wait_in_page(walker, COUNTDOWN)
    touch = walker.get_by_text("Touch to try it yourself")
    expect(touch).to_be_visible()
    assert not stored.exists()
    box, result = walker.get_by_label("Text", exact=True), walker.locator("#result")
    for _ in range(2):
        expect(result).to_contain_text("An example, written to express")
        shown = box.input_value()
        assert shown
        wait_in_page(walker, EACH)
        expect(box).not_to_have_value(shown)
    hide(walker, "true")
    expect(result).to_contain_text("An example, written to express")
    shown = box.input_value()
    wait_in_page(walker, EACH)
    walker.wait_for_timeout(1000)
    expect(box).to_have_value(shown)
    hide(walker, "false")
    expect(box).not_to_have_value(shown)
    below = walker.get_by_role("tab", name="About").bounding_box()
    assert below
    walker.mouse.click(below["x"] + 5, below["y"] + 5)
    expect_clean(walker)
    expect(touch).to_have_count(0)
    expect(walker.get_by_role("tab", name="Predict")).to_have_attribute("aria-selected", "true")
    wait_in_page(walker, EACH)
    expect_clean(walker)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844), (3840, 2160)])
def test_while_examples_play_the_answer_is_seen(walker: Page, width: int, height: int):
    """The whole verdict lies in the window and above the bar; letters grow with a wall."""
    walker.set_viewport_size({"width": width, "height": height})
    wait_in_page(walker, IDLE)
    expect(walker.get_by_role("alertdialog")).to_be_visible()
    wait_in_page(walker, COUNTDOWN)
    expect(walker.locator("#result .verdict .sentence")).to_be_visible()
    expect(walker.locator("#result .verdict")).to_be_in_viewport(ratio=1)
    box = "e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; }"
    answer = walker.locator("#result .verdict").evaluate(box)
    for part in [*walker.locator(".kiosk-show > div, .kiosk-codes:visible, .start-over").all()]:
        other = part.evaluate(box)
        apart = answer[2] <= other[0] or other[2] <= answer[0]
        assert apart or answer[3] <= other[1] or other[3] <= answer[1], (answer, other)
    across = walker.evaluate("document.querySelector('.workbench').getBoundingClientRect().width")
    assert across >= 0.65 * width
    sentence = walker.locator("#result .verdict .sentence")
    tall = sentence.evaluate("e => parseFloat(getComputedStyle(e).fontSize) * e.currentCSSZoom")
    assert tall >= (30 if width == 3840 else 15)
    assert walker.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_codes_stand_at_the_end_of_the_page(visit: Page):
    for name, address in CODES.items():
        expect(visit.get_by_role("img", name=name, exact=True)).to_be_visible()
        expect(visit.locator("#kiosk-codes")).to_contain_text(address)


def hide(page: Page, said: str) -> None:
    """As a browser does for a tab in the background."""
    page.evaluate(
        f"Object.defineProperty(document, 'hidden', {{ get: () => {said}, configurable: true }});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )


def test_a_kiosk_takes_and_gives_no_links(browser: Browser, kiosk: App):
    address = f"{kiosk.address}#tab=one&family=turkic&text=secretive"
    with visiting(browser, address, forgiven=LEAVING) as page:
        expect(page.locator("#family input")).to_have_value(say.OWN)
        page.wait_for_timeout(1_000)  # in which a link would have filled it
        expect(page.get_by_label("Text", exact=True)).to_have_value("")
        expect(page.locator(".share")).to_have_count(0)
        page.request.post(f"{kiosk.address}kiosk/over")
