"""Links to a view, in a real Chromium: what they hold, that they restore, and what they refuse."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from app.page import say
from tests.app.visiting import LEAVING, App, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ARABIC = "أنا سعيد جدا & <b>اليوم</b> secretive"


def copied(page: Page, *, with_text: bool = False) -> str:
    """By the keyboard alone."""
    page.locator(".share summary").focus()
    page.keyboard.press("Enter")
    if with_text:
        page.get_by_label(say.SHARE["text"]).press("Space")
    page.get_by_role("button", name=say.SHARE["copy"]).press("Enter")
    expect(page.get_by_role("status").filter(has_text="opied")).to_be_visible()
    link = page.get_by_label(say.SHARE["link"]).input_value()
    page.keyboard.press("Escape")
    expect(page.locator(".share summary")).to_be_focused()
    return link


def told(page: Page, what: str) -> None:
    expect(page.locator(".share-said")).to_have_text(say.SHARE[what])


def test_a_text_is_in_a_link_on_request_alone_and_no_request_holds_it(
    visit: Page, browser: Browser, app: App
):
    """Copying asks nothing. Settings and the text come back, in their direction, and nothing is
    predicted."""
    visit.evaluate("lfdrt.pause = 1e9")
    visit.get_by_label("Text", exact=True).fill(ARABIC)
    expect(visit.locator("#spoken")).to_contain_text("Arabic")
    visit.get_by_label("Model", exact=True).click()
    visit.get_by_role("option", name="polarity").click()
    sent: list[str] = []
    visit.on("request", lambda r: sent.append(r.url + (r.post_data or "")))
    plain = copied(visit)
    assert "text" not in parse_qs(urlsplit(plain).fragment)
    link = copied(visit, with_text=True)
    assert not [one for one in sent if "secretive" in one]
    assert parse_qs(urlsplit(link).fragment)["text"] == [ARABIC]
    with visiting(browser, link, forgiven=LEAVING) as other:
        told(other, "with_text")
        box = other.get_by_label("Text", exact=True)
        expect(box).to_have_value(ARABIC)
        assert box.evaluate("box => getComputedStyle(box).unicodeBidi") == "plaintext"
        expect(other.locator("#model input")).to_have_value(re.compile("polarity"))
        expect(other.locator("#result")).to_contain_text("What does it feel like?")
        other.goto(plain)  # a link in the same page
        told(other, "shown")
        expect(box).to_have_value(ARABIC)


def test_the_map_and_the_tree_come_back(visit: Page, browser: Browser, app: App):
    view = "tab=languages&language=kaza1248&numbers=1&family=turk1311&at=1.1000%2C-0.7000%2C6.00"
    with visiting(browser, f"{app.address}#{view}&measured=yes", forgiven=LEAVING) as page:
        expect(page.locator("#atlas-card h2")).to_contain_text("Kazakh")
        expect(page.get_by_role("button", name="Turkic ×")).to_be_visible()
        expect(page.locator("world-map select")).to_have_value("1")
        expect(page.get_by_label("Measured languages alone")).to_be_checked()
        told(page, "shown")
        assert sorted(urlsplit(copied(page)).fragment.split("&")) == sorted(
            f"{view}&measured=yes".split("&")
        )


@pytest.mark.parametrize(
    ("view", "place", "shown"),
    [
        ("tab=recorded&recording=baseline-m2sa&beside=", "#play-about", "m2sa"),
        ("tab=paper&table=6", "#paper", "Table 6"),
        ("tab=families&recording=families-compact", "#fam-verdict", "own"),
        ("tab=side&sentence=&text=en%3A+I+am+happy", "#side-note", ""),
        ("tab=one&language=kaz&family=turkic", "#spoken", "Kazakh"),
        ("tab=about", "#place-about", "LFD"),
    ],
)
def test_tabs_come_back(browser: Browser, app: App, view: str, place: str, shown: str):
    with visiting(browser, f"{app.address}#{view}", forgiven=LEAVING) as page:
        told(page, "with_text" if "text=" in view else "shown")
        expect(page.locator(place)).to_contain_text(shown)
        link = copied(page, with_text="text=" in view)
        assert set(view.split("&")) <= set(urlsplit(link).fragment.split("&"))


def test_a_text_too_long_for_a_link_is_left_out_and_that_is_said(visit: Page):
    visit.get_by_label("Text", exact=True).fill("x" * 100_000)
    assert "text=" not in copied(visit, with_text=True)
    expect(visit.locator(".share-copied")).to_contain_text(say.SHARE["too_long"])


HOSTILE = (
    "eyJ0YWIiOiJvbmUifQ",
    "%E0%A4%A&{}",
    "tab=__proto__",
    "tab=one&tab=table",
    "tab=one&language=no-such-language",
    "tab=one&language=<img src=x onerror=document.title='owned'>",
    "tab=one&constructor=x",
    "tab=one&family=none&model=../../etc",
    "tab=recorded&recording=20260101-000000-abcdef",
    "tab=languages&language=turk1311",
    "tab=languages&at=NaN,NaN,1e9",
    "tab=languages&toString=yes",
    "tab=paper&table=99",
    "tab=one&text=" + "x" * 200_000,
)


def test_what_is_unknown_or_hostile_is_one_sentence_and_changes_nothing(visit: Page):
    visit.get_by_label("Text", exact=True).fill("mine")
    for fragment in HOSTILE:
        visit.evaluate(
            "hash => { document.querySelector('.share-said').textContent = '';"
            " location.hash = hash; }",
            fragment,
        )
        told(visit, "unknown")
        expect(visit.get_by_label("Text", exact=True)).to_have_value("mine")
        expect(visit.locator("#family input")).to_have_value(say.OWN)
        expect(visit.locator("#place-one")).to_be_visible()
    assert visit.title() == "LFD-RT"
    assert json.loads(visit.evaluate("JSON.stringify(Atlas.state)"))["chosen"] == ""
