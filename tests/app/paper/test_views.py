"""The paper's tables on the page: always marked as the paper's, the best told without colour."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from app.page.plots import COLOURS, PATTERNS, Series, bars, height, number
from app.paper import views as paper
from app.paper.tables import VIEWS, PaperTable, compares_systems, grid, read_table

EVIL = "<script>alert(1)</script>"
ALL_VIEWS = [(n, v) for n in VIEWS for v in VIEWS[n]]


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def rows_of(html: str) -> list[list[str]]:
    body = html.split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r"<t[hd].*?</t[hd]>", row) for row in body.split("</tr>")[:-1]]


@pytest.mark.parametrize(("number_", "view"), ALL_VIEWS)
def test_every_view_is_marked_as_the_papers_with_its_setting(number_: int, view: str) -> None:
    t = read_table(number_)
    said = words_of(paper.figures(t, view))
    computed = view in ("families", "differences")
    mark = "Computed here from the paper's figures" if computed else "The paper's figures"
    assert f"{mark}: {t.setting}, Table {number_}, in p" in said
    subtitle = paper.chart(t, view, paper.COMPARED).layout.title.subtitle.text
    assert t.setting in subtitle
    assert f"Table {number_} of the paper" in subtitle


@pytest.mark.parametrize(("number_", "view"), ALL_VIEWS)
def test_one_best_of_each_column_has_a_star_and_a_word(number_: int, view: str) -> None:
    g = grid(read_table(number_), view)
    for c in range(len(g.columns)):
        marked = [
            row[c + 1]
            for row in rows_of(paper.figures(read_table(number_), view))
            if 'aria-label="highest">★' in row[c + 1]
        ]
        best = max(row[c] for row in g.values)
        assert marked, g.columns[c]
        assert all(f"<b>{number(best, signed=g.difference)}</b>" in cell for cell in marked)


def test_cells_sort_as_numbers_and_heads_are_buttons() -> None:
    html = paper.figures(read_table(4), "f1")
    assert html.count('aria-sort="none"><button type="button" data-sort=') == 9
    assert html.count('data-sort="descending"') == 8
    assert '<td class="number" data-key="8.9">8.9</td>' in html
    differences = paper.figures(read_table(7), "differences")
    assert 'data-key="-6.8">−6.8</td>' in differences


def test_notes_of_cells_stand_below_with_their_place() -> None:
    said = words_of(paper.figures(read_table(6), "languages"))
    assert "† CLIP, Average: The five languages printed have mean 23.5." in said
    assert "†" not in words_of(paper.figures(read_table(6), "overall"))


def _changed(t: PaperTable, **changes: object) -> PaperTable:
    first, *rest = t.figures
    return replace(t, figures=(replace(first, **changes), *rest))


def test_nothing_of_a_file_becomes_html() -> None:
    t = read_table(4)
    evil = replace(t, figures=tuple(replace(f, system=f.system + EVIL) for f in t.figures))
    noted = _changed(t, measure="f1", note=EVIL)
    assert "<script" not in paper.figures(evil, "f1")
    assert "<script" not in paper.figures(noted, "f1")
    assert "alert(1)" in paper.figures(evil, "f1")


def test_an_unreadable_cell_says_so_and_sorts_last() -> None:
    t = read_table(5)
    html = paper.figures(_changed(t, value=None), "languages")
    assert '<td data-key=""><small>not readable</small></td>' in html
    assert 'data-key=""' not in paper.figures(t, "languages")
    assert paper.grid_rows(_changed(t, value=None), "languages")[1][:2] == ["mBERT", None]


def test_files() -> None:
    shown = paper.grid_rows(read_table(5), "families")
    assert shown[0] == ["system", "English", "Indo-European", "Dravidian"]
    assert shown[-1] == ["LFD-RT", 57.0, 47.46, 43.5]
    whole = paper.table_rows(read_table(7))
    assert len(whole) == 1 + 12
    assert whole[1] == [7, "MELD", "w/o CLIP", "all", "accuracy", 48.1, ""]
    html = paper.figures(read_table(7), "scores")
    assert [html.count(f'data-download="{kind}"') for kind in ("csv", "svg", "png")] == [2, 1, 1]
    assert html.count('data-plot="paper-chart"') == 2


@pytest.mark.parametrize(("number_", "view"), ALL_VIEWS)
def test_every_file_cites_the_paper_and_its_table(number_: int, view: str) -> None:
    html = unescape(paper.figures(read_table(number_), view))
    shown, whole = re.findall(r'data-source="([^"]*)"', html)
    for source in (shown, whole):
        assert "Chen et al., “Cross-lingual Multimodal Sentiment Analysis" in source
        assert f"Table {number_} ({read_table(number_).setting})" in source
    assert ("not in the paper" in shown) == (view in ("families", "differences"))
    assert f'{shown}"\r\n' in html or f"{shown}\r\n" in html  # the last line of the table
    assert "not measured by it" in whole


@pytest.mark.parametrize(("number_", "view"), ALL_VIEWS)
def test_charts_hold_the_numbers_of_their_table(number_: int, view: str) -> None:
    t = read_table(number_)
    g = grid(t, view)
    figure = paper.chart(t, view, g.rows)
    drawn = {trace.name: tuple(trace.x) for trace in figure.data}
    if compares_systems(view):
        assert drawn == dict(zip(g.rows, g.values, strict=True))
    else:
        assert list(drawn.values()) == list(zip(*g.values, strict=True))
    assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"


def test_a_system_keeps_its_colour_whoever_stands_beside_it() -> None:
    t = read_table(4)
    alone, among = (paper.chart(t, "f1", s).data for s in (["GPT-4o"], ["LFD-RT", "GPT-4o"]))
    assert alone[0].marker == among[1].marker
    looks = {(b.marker.color, b.marker.pattern.shape) for b in paper.chart(t, "f1", t.systems).data}
    assert len(looks) == 9
    assert [b.name for b in paper.chart(t, "f1", []).data] == ["LFD-RT"]


def test_bars() -> None:
    series = [
        Series(name="a", values=[1.25, None], look=0),
        Series(name="b", values=[-2, 3], look=5),
    ]
    figure = bars(["x", "y"], series, title="t", x_title="points", signed=True)
    assert figure.data[0].text == ("+1.2", "")
    assert figure.data[1].text == ("−2.0", "+3.0")
    assert figure.data[1].marker.color == COLOURS[1]
    assert figure.data[1].marker.pattern.shape == PATTERNS[1]
    assert figure.layout.height == height(2, 2)
    low, high = figure.layout.xaxis.range
    assert low < -2
    assert high > 3
    assert bars([], [], title="t", x_title="x").layout.height == height(0, 1)


@pytest.mark.parametrize("number_", VIEWS)
def test_setting_and_what_is_odd(number_: int) -> None:
    said = words_of(paper.setting(read_table(number_)))
    for part in ("mBERT for text, CLIP for images", "audio", "Google Translate", "read with care"):
        assert part in said
