"""Numbers and names as people are told them."""

from __future__ import annotations

import pytest

from app.page.html import esc, sourced
from app.page.say import NBSP, family_named, number, points, span


@pytest.mark.parametrize(
    ("value", "signed", "said"),
    [(-0.04, False, "0.0"), (0.04, True, "0.0"), (-0.04, True, "0.0"), (-3.25, True, "−3.2"),
     (0.06, True, "+0.1"), (2.0, False, "2.0")],
)  # fmt: skip
def test_a_zero_has_no_sign(value: float, signed: bool, said: str) -> None:
    assert number(value, signed=signed) == said
    assert points(value / 100) == number(value, signed=True)


def test_a_guess_is_a_range() -> None:
    assert span(10) == f"8 to 20{NBSP}s"
    assert span(60) == f"48{NBSP}s to 2{NBSP}min"


def test_families_are_named_in_sentences_of_earlier_versions() -> None:
    said = "4 sets of languages outside indo-european, each counting once"
    assert family_named(said) == "4 sets of languages outside Indo-European, each counting once"
    assert family_named("the turkic-like") == "the Turkic-like"


def test_a_source_is_one_line_with_the_rest_behind_it() -> None:
    html = sourced("<b>one", esc("more"))
    assert "&lt;b&gt;one" in html.partition("</summary>")[0]
    assert html.endswith("more</details>")
