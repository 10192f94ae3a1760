"""What "!" is worth: texts changed by it alone, and the loss by hand."""

from __future__ import annotations

import pytest

from lfdrt.evaluation.punctuation import Calmed, calm, punctuation_report
from tests.evaluation.made import sure


def test_nothing_but_the_mark_is_changed() -> None:
    assert calm("Oh! No!! Why?! It ends.") == "Oh. No.. Why?. It ends."
    assert calm("no mark") == "no mark"


def test_the_loss_by_hand() -> None:
    """As written all four are right. Without marks one b is read as a: F1 of a is 2·2 / (2 + 3) =
    4/5, of b 2·1 / (2 + 1) = 2/3; both have two rows, so macro and weighted F1 are 11/15."""
    gold = [0, 0, 1, 1]
    one = Calmed(
        as_written=sure(gold, gold, language="en"),
        without=sure([0, 0, 0, 1], gold, language="en"),
        changed=3,
    )
    (row,) = punctuation_report([one])["sets"]
    assert (row["set"], row["rows"], row["changed"]) == ("made en dev", 4, 3)
    for name in ("weighted_f1", "macro_f1"):
        assert row[name]["as_written"] == 1
        assert row[name]["without"] == pytest.approx(11 / 15, abs=1e-4)
        assert row[name]["difference"] == pytest.approx(-4 / 15, abs=1e-4)
        low, high = row[name]["interval"]
        assert low < -4 / 15 < high <= 0  # no draw of the rows gains


def test_readings_that_do_not_differ_lose_nothing() -> None:
    """The same rows are drawn for both: the interval is exactly 0."""
    gold = [0, 1, 2, 1, 0, 2]
    same = Calmed(as_written=sure([0, 1, 1, 1, 0, 0], gold), without=sure([0, 1, 1, 1, 0, 0], gold),
                  changed=0)  # fmt: skip
    (row,) = punctuation_report([same])["sets"]
    assert row["macro_f1"]["difference"] == 0
    assert row["macro_f1"]["interval"] == [0, 0]
