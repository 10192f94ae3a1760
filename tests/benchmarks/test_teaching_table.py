"""Means and targets of the teaching table, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.benchmarks.teaching_table import Line, by_set, markdown, mean_of

LINE = Line(set="a", draw=0, lacking="predicted", way="true mix", labels=0, aim="",
            before={"weighted_f1": 30.0, "macro_f1": 20.0},
            after={"weighted_f1": 34.0, "macro_f1": 19.0})  # fmt: skip


def ways() -> list[Line]:
    """All ways that a table needs, in both conventions: +4 and −1, asked ones +5 and +1."""
    asked = {"weighted_f1": 35.0, "macro_f1": 21.0}
    found = []
    for lacking in ("predicted", "left out"):
        found += [
            replace(LINE, lacking=lacking, way=way) for way in ("true mix", "mix a third off")
        ]
        for way, after in (
            ("asked", asked),
            ("asked, with the rest", asked),
            ("by chance", LINE.after),
        ):
            found += [
                replace(LINE, lacking=lacking, way=way, labels=n, aim=aim, after=after)
                for n in (20, 50, 100)
                for aim in ("right", "alike")
            ]
    return found


def test_a_set_counts_once_however_many_draws_it_has() -> None:
    """Set a: +4 and +2, so +3; set b: +1; mean +2."""
    other = replace(LINE, draw=1, after={"weighted_f1": 32.0, "macro_f1": 20.0})
    third = replace(LINE, set="b", after={"weighted_f1": 31.0, "macro_f1": 20.0})
    gains = by_set([LINE, other, third], "weighted_f1")["predicted", "true mix", 0, ""]
    assert gains == {"a": 3.0, "b": 1.0}
    told = mean_of(gains)
    assert told["mean"] == 2.0 and (told["worst"], told["worst_gain"]) == ("b", 1.0)
    assert (told["low"], told["high"]) == (1.0, 3.0)


@pytest.mark.parametrize(
    "row",
    [
        "| 100 labels, right: at least +6 | +5.00 | no | +5.00 | no |",
        "| 20 labels, alike: at least +0.5 | +1.00 | yes | +1.00 | yes |",
        "over chance, 50 labels, alike: at least +0.7 | +2.00 | yes | +2.00 | yes |",
        "| true mix, weighted: at least +3.4 | +4.00 | yes | +4.00 | yes |",
    ],
)
def test_targets_are_told_as_they_are(row: str) -> None:
    assert row in markdown(ways(), {})
