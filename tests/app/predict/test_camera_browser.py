"""The camera in a real Chromium, whose own test picture stands for one, and on an address that is
given none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.predict import camera_words as words
from tests.app.visiting import App, open_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FAKE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser(*FAKE) as browser:
        yield browser


def use(page: Page) -> None:
    page.get_by_role("button", name=words.USE).click()


def test_one_click_predicts_until_it_is_stopped_and_nothing_is_stored(visit: Page, app: App):
    before = files(app)
    use(visit)
    live = visit.get_by_role("group", name=words.BARS)
    expect(live.locator("[data-class]")).to_have_count(7)
    expect(live.locator("output").first).to_contain_text("%")
    assert 97 <= sum(int(o.split()[0]) for o in live.locator("output").all_inner_texts()) <= 103
    expect(visit.locator("#camera .said")).to_contain_text("%")
    assert files(app) == before
    visit.get_by_role("button", name=words.STOP).click()
    expect(live).to_be_hidden()
    assert visit.evaluate("document.querySelector('#camera video').srcObject.active") is False


def test_a_picture_is_taken_and_answered_with_the_text(visit: Page):
    visit.get_by_label("Text", exact=True).fill("so happy today")
    use(visit)
    visit.get_by_role("button", name=words.KEEP).click()
    expect(visit.locator("#picture img")).to_be_visible()
    expect(visit.locator("#result")).to_contain_text("Text and picture used")


@pytest.mark.parametrize("name", ["insecure", "NotAllowedError", "NotFoundError"])
def test_why_there_is_no_camera_is_said(visit: Page, name: str):
    if name == "insecure":
        visit.evaluate("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    else:
        visit.evaluate(
            "name => { navigator.mediaDevices.getUserMedia ="
            " () => Promise.reject(new DOMException('no', name)); }",
            name,
        )
    use(visit)
    expect(visit.locator("#camera [role=alert]")).to_have_text(words.REFUSED[name])


def files(app: App) -> set[Path]:
    return {path for path in app.folder.rglob("*") if path.is_file() and path.name != "app.log"}
