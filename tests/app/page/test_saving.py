"""Files of tables and charts: in Python what they hold, in a real Chromium how charts are drawn."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page

from app.page import saving
from app.page.html import foreign
from app.page.saving import Saved, Weights, confusion, confusion_rows, csv_text, drawn, plot_files

FOLDER = Path(__file__).parents[3] / "app" / "page"
SVG = "{http://www.w3.org/2000/svg}"
LABELS, COUNTS = ("joy", "anger"), ((7, 1), (0, 2))
WEIGHTS = Weights(name="tiny", sha256="0123456789abcdef", selection="last step.", seed=3)
SOURCE = saving.cite(WEIGHTS, saving.data_of([("meld", "en", "dev")]))


def test_a_citation_names_program_weights_seed_rule_data_and_date() -> None:
    for part in (
        "LFD-RT 0.",
        "checkpoint tiny (SHA-256 0123456789ab)",
        "training seed 3; selected by: last step; data: MELD dev (en); made 20",
    ):
        assert part in SOURCE


def test_sets_of_the_same_languages_stand_together() -> None:
    sets = [
        ("meld", "en", "dev"),
        ("meld", "en", "test"),
        ("xed", "fi", "dev"),
        ("xed", "tr", "dev"),
    ]
    assert saving.data_of(sets) == "data: MELD dev, test (en), XED dev (fi, tr)"
    assert saving.data_of([("theirs", "qq", "all")]) == "data: theirs all (qq)"
    assert saving.data_of([]) == ""


def test_a_checkpoint_that_is_not_at_hand_has_no_hash() -> None:
    said = saving.cite(Weights(name="gone", sha256="", selection="", seed=None))
    assert "checkpoint gone; training seed not stated; made" in said


def test_a_table_ends_with_its_source_and_runs_nothing() -> None:
    rows = list(csv.reader(io.StringIO(csv_text([("a", "b"), ("=1", 0.5), (None, -1)], "=x"))))
    assert rows == [["\ufeffa", "b"], ["'=1", "0.5"], ["", "-1"], ["'=x"]]


def test_nothing_of_a_name_becomes_html() -> None:
    evil = '"><script>alert(1)</script>'
    saved = Saved(name=evil, title=evil, source=evil)
    for html in (plot_files(saved, evil), drawn(saved, "", [[evil]])):
        assert "<script" not in html


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A confusion matrix and a line of Arabic, dark as on the page."""
    page = browser.new_page(viewport={"width": 700, "height": 500})
    table = confusion("Taken for what", LABELS, COUNTS) + foreign("أنا سعيد", "ar")
    saved = Saved(name="confusion", title="What was taken for what", source=SOURCE)
    body = drawn(saved, table, confusion_rows(LABELS, COUNTS))
    css = (FOLDER / "page.css").read_text(encoding="utf-8")
    page.set_content(f'<style>{css}</style><section class="card">{body}</section>')
    page.add_script_tag(content=(FOLDER / "saving.js").read_text(encoding="utf-8"))
    page.evaluate("document.body.classList.add('dark')")
    yield page
    page.close()


def saved_file(page: Page, kind: str) -> bytes:
    with page.expect_download() as waited:
        page.locator(f"[data-download={kind}]").click()
    assert waited.value.suggested_filename == f"confusion.{kind}"
    return Path(waited.value.path()).read_bytes()


@pytest.mark.browser
@pytest.mark.slow
class TestDrawn:
    def test_the_figure_has_title_words_numbers_and_source(self, page: Page) -> None:
        svg = ElementTree.fromstring(saved_file(page, "svg"))
        words = [text.text or "" for text in svg.iter(f"{SVG}text")]
        for part in ("What was taken for what", "joy", "7", "2", "أنا سعيد"):
            assert part in words
        assert SOURCE in " ".join(words)
        assert svg.find(f"{SVG}desc").text == SOURCE

    def test_it_is_dark_on_white_whatever_the_page_is(self, page: Page) -> None:
        svg = ElementTree.fromstring(saved_file(page, "svg"))
        ground = svg.find(f"{SVG}rect")
        assert ground.get("fill") == "#fff"
        (joy,) = [t for t in svg.iter(f"{SVG}text") if t.text == "7"]
        assert max(int(c) for c in joy.get("fill")[4:-1].split(",")) < 100
        assert page.evaluate("document.body.className") == "dark"

    def test_everything_lies_inside(self, page: Page) -> None:
        svg = ElementTree.fromstring(saved_file(page, "svg"))
        wide, tall = float(svg.get("width")), float(svg.get("height"))
        for rect in svg.iter(f"{SVG}rect"):
            assert float(rect.get("width")) <= wide and float(rect.get("height")) <= tall
        lines = [t for t in svg.iter(f"{SVG}text") if t.get("font-size") == "12"]
        assert all(0 < float(line.get("y")) < tall for line in lines)

    def test_the_picture_has_twice_the_size(self, page: Page) -> None:
        svg = ElementTree.fromstring(saved_file(page, "svg"))
        png = saved_file(page, "png")
        width = int.from_bytes(png[16:20], "big")
        assert width == pytest.approx(2 * float(svg.get("width")), abs=2)

    def test_the_table_is_the_servers(self, page: Page) -> None:
        rows = saved_file(page, "csv").decode("utf-8-sig").splitlines()
        assert rows[1:3] == ["joy,7,1", "anger,0,2"]
