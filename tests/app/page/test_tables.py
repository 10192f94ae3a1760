"""Heat maps: sizes, escaping, direction, and no colour for nothing."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.page.tables import LEAST_DIFFERENCE, HeatMap, heat_table

EVIL = "<script>alert(1)</script>"


def table(heat: HeatMap) -> str:
    blank = [""] * len(heat.rows)
    return heat_table(heat, corner="", heads=blank, beside=blank, beside_head="")


def test_one_cell_for_each_row_and_column():
    heat = HeatMap(values=np.ones((14, 7)), columns=list("abcdefg"), rows=list("k" * 14))
    html = table(heat)
    assert html.count("<b>") == 14 * 7
    assert html.count('<th scope="col"') == 7 + 1, "a corner without words is no head"
    assert html.count("<tr") == 14 + 1


def test_values_that_do_not_fit_the_names_are_refused():
    with pytest.raises(ValueError, match="not \\(1, 2\\)"):
        HeatMap(values=np.ones((2, 2)), columns=["a", "b"], rows=["k"])


def test_a_visitors_words_are_escaped():
    html = table(HeatMap(values=np.ones((1, 1)), columns=[EVIL], rows=[EVIL]))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_an_attribute_cannot_be_left():
    html = table(HeatMap(values=np.ones((1, 1)), columns=['" onmouseover="x'], rows=["k"]))
    assert 'title="&quot; onmouseover=&quot;x"' in html


def test_columns_of_right_to_left_text_run_from_the_right():
    heat = {"values": np.ones((1, 3)), "columns": ["أ", "ب", "ت"], "rows": ["k"]}
    assert '<table class="heat" dir="rtl"' in table(HeatMap(**heat, rtl=True))
    assert '<table class="heat" dir="ltr"' in table(HeatMap(**heat))


def test_difference_is_from_the_marked_row_in_points():
    """Row 1 minus row 0: 0.30 - 0.25 = +5.0 points; 0.10 - 0.15 = -5.0 points."""
    heat = HeatMap(
        values=np.array([[0.25, 0.15], [0.30, 0.10]]), columns=["a", "b"], rows=["k", "l"], marked=0
    )
    assert re.findall("<u>([^<]*)</u>", table(heat))[2:] == ["+5.0", "−5.0"]


def test_a_tiny_difference_gets_little_colour():
    tiny = LEAST_DIFFERENCE / 10
    heat = HeatMap(values=np.array([[0.5], [0.5 + tiny]]), columns=["a"], rows=["k", "l"], marked=0)
    assert "--d:0.10" in table(heat)


def test_an_empty_map_divides_by_nothing():
    for columns in (0, 3):
        heat = HeatMap(values=np.zeros((2, columns)), columns=["x"] * columns, rows=["k", "&"])
        assert "nan" not in table(heat)
