"""Tables that are sorted in the browser: `page.js` on a table of its own, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.page.tables import Cell, Column, sortable

FOLDER = Path(__file__).parents[3] / "app" / "page"
SCRIPTS = ("language.js", "page.js")
ROWS = (("b", 9.5), ("c", 10.0), ("a", -3.0), ("d", None))


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells under 2 columns"):
        sortable([Column(html="x")] * 2, [[Cell(html="1", key=1)]], kind="k", caption="c")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    rows = [[Cell(html=n, key=n), Cell(html=str(v), key=v)] for n, v in ROWS]
    columns = [Column(html="Name", down=False), Column(html="Score")]
    page = browser.new_page()
    page.set_content(sortable(columns, rows, kind="figures", caption="Scores"))
    for name in SCRIPTS:
        page.add_script_tag(content=(FOLDER / name).read_text(encoding="utf-8"))
    yield page
    page.close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("head", "presses", "order", "names"),
    [
        ("Score", 1, "descending", "cbad"),  # as numbers: 10 is above 9.5; nothing stays last
        ("Score", 2, "ascending", "abcd"),
        ("Name", 1, "ascending", "abcd"),
        ("Name", 2, "descending", "dcba"),
    ],
)
def test_a_press_sorts_and_the_next_turns_it(
    page: Page, head: str, presses: int, order: str, names: str
) -> None:
    for _ in range(presses):
        page.get_by_role("button", name=head).click()
    shown = page.locator("tbody th").all_inner_texts()
    assert "".join(shown) == names
    assert page.get_by_role("columnheader", name=head).get_attribute("aria-sort") == order
    assert page.locator('[aria-sort="none"]').count() == 1


@pytest.mark.browser
@pytest.mark.slow
def test_the_keyboard_sorts_as_a_press_does(page: Page) -> None:
    """Tab reaches a heading, Enter sorts by it, the space bar turns the order, focus stays."""
    score = page.get_by_role("button", name="Score")
    page.get_by_role("button", name="Name").focus()
    page.keyboard.press("Tab")
    assert score.evaluate("button => button === document.activeElement")
    for key, order, names in (("Enter", "descending", "cbad"), ("Space", "ascending", "abcd")):
        page.keyboard.press(key)
        assert "".join(page.locator("tbody th").all_inner_texts()) == names
        head = page.get_by_role("columnheader", name="Score")
        assert head.get_attribute("aria-sort") == order
        assert score.evaluate("button => button === document.activeElement")
