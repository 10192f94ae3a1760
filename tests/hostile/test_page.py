"""Hostile texts and file names through the page, by one visitor who has signed in."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.page import say
from tests.app.visiting import SECONDS, App, open_browser
from tests.hostile.conftest import NAME, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXTS = {
    "a script": "<script>window.owned=1</script> so happy",
    "an attribute": "\"><img src=x onerror='window.owned=1'> so happy",
    "an address": "javascript:window.owned=1 so happy",
    "a template": "${window.owned=1} {{window.owned=1}} #{1+1} so happy",
    "the end of a box": "</textarea></div><svg onload=window.owned=1> so happy",
    "entities": "&lt;img src=x onerror=window.owned=1&gt; so happy",
    "a turned line": "so \u202e<b onmouseover=window.owned=1>happy\u202c today",
    "a formula": "=HYPERLINK(\"javascript:window.owned=1\") so happy",
    "a lone half": "so \ud83d happy today",
}  # fmt: skip
FILES = {
    "<img src=x onerror=window.owned=1>.png": b"no picture",
    "..%2f..%2fapp.py.png": b"\x89PNG\r\n\x1a\n",
    "a'\"&.png": b"",
}


@pytest.fixture(scope="module")
def page(guarded: App) -> Iterator[Page]:
    wrong: list[str] = []
    with open_browser() as browser:
        page = browser.new_page()
        page.set_default_timeout(SECONDS * 1000)
        expect.set_options(timeout=SECONDS * 1000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: wrong.append(r.url) if _is_elsewhere(r.url, guarded) else None)
        page.goto(guarded.address)
        page.get_by_label("username", exact=False).fill(NAME)
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name=re.compile("log ?in", re.IGNORECASE)).click()
        expect(page.locator("#model-state")).to_contain_text("is ready on")
        yield page
    assert not wrong


def _is_elsewhere(url: str, app: App) -> bool:
    return not url.startswith((app.address, "data:", "blob:"))


def is_untouched(page: Page) -> bool:
    """No script of the visitor's ran, and nothing of what was given became an element."""
    return page.evaluate(
        "window.owned === undefined && !document.querySelector('[onerror],[onload],[onmouseover]')"
    )


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_typed_stays_text(page: Page, name: str) -> None:
    page.get_by_label("Text", exact=True).fill(TEXTS[name])
    page.get_by_role("button", name="Predict", exact=True).click()
    expect(page.locator("#details")).to_contain_text("happy")
    expect(page.locator("#result")).to_contain_text("Text only, no picture")
    page.locator("#clear").click()
    expect(page.locator("#details")).to_have_text("")
    assert is_untouched(page) and page.title() == "LFD-RT"


@pytest.mark.parametrize("name", FILES)
def test_the_name_of_a_file_stays_text(page: Page, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    page.locator("#picture input[type=file]").first.set_input_files(path)
    expect(page.locator("#picture-note")).to_contain_text(re.compile(r"picture|damaged|empty|PNG"))
    page.locator("#clear").click()
    assert is_untouched(page)


def fragments() -> list[str]:
    """A link's words cut off anywhere, with one letter changed, and what was never one."""
    link = "tab=one&language=sw&family=bantu&model=&faces=true&text=so+happy&translation="
    luck = random.Random(0)
    cut = [link[:n] for n in range(len(link))]
    other = [link[:n] + luck.choice("&=%#+\0\ud83dé_2") + link[n + 1 :] for n in range(len(link))]
    odd = [
        "",
        "tab",
        "tab=",
        "tab=__proto__",
        "tab=constructor",
        "tab=toString&text=x",
        "%",
        "%ff",
        "tab=%ff",
        f"{link}&{link}",
        f"{link}&__proto__=1",
        "tab=one&text=" + "x" * 200_000,
        "tab=languages&at=NaN,1e999,-1",
        "tab=languages&language=%00",
        "tab=languages&at=1",
        "<img src=x onerror=window.owned=1>",
        "tab=one&text=<img src=x onerror=window.owned=1>",
        "javascript:window.owned=1",
        "tab=recorded&recording=../../etc",
        "tab=paper&table=99",
    ]
    return [*cut, *other, *odd]


def test_a_damaged_link_is_told_or_fills_what_it_says(page: Page) -> None:
    """Never half of it: all boxes of a tab, or none, and a sentence for either."""
    found = page.evaluate(
        """async links => {
          const found = [];
          for (const link of links) {
            history.replaceState(null, "", `#${link}`);
            const boxes = await Share.restore();
            found.push([boxes.length, document.querySelector(".share-said").textContent]);
          }
          history.replaceState(null, "", location.pathname);
          return found;
        }""",
        [one.encode("utf-8", "replace").decode() for one in fragments()],
    )
    sizes = {length for length, _ in found}
    assert len(sizes) == 2 and 0 in sizes
    for length, said in found:
        whole = (say.SHARE["shown"], say.SHARE["with_text"])
        assert said in whole if length else said == say.SHARE["unknown"]
    assert is_untouched(page)


def test_the_page_asks_no_other_host_and_says_so_of_none(page: Page) -> None:
    """The addresses in it are its own, or those of pages that a person may follow."""
    loaded = page.evaluate(
        "[...document.querySelectorAll('script[src],link[href],img[src],iframe[src]')]"
        ".map(e => e.src || e.href)"
    )
    home = page.url
    assert [url for url in loaded if not url.startswith((home, "data:", "blob:"))] == []
