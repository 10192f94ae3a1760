"""Decisions of §3.5 by hand."""

from __future__ import annotations

import pytest

from tests.evaluation.made import made, sure

# Row 0: both choose a. Row 1: the first is surer, of a. Row 2: the second is surer, of c.
P_1 = [[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.5, 0.4, 0.1]]
P_2 = [[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.2, 0.1, 0.7]]


def test_decision_agreement_and_confidence_by_hand() -> None:
    one = made(P_1, P_2, [0, 1, 2])
    assert one.predicted.tolist() == [0, 0, 2]
    assert one.agreed.tolist() == [True, False, False]
    assert one.confidence == pytest.approx([0.8, 0.6, 0.7])
    assert one.correct.tolist() == [True, False, True]
    assert one.confusion.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_an_excluded_class_is_never_chosen_and_nothing_is_rescaled() -> None:
    """Without a, row 0: b by the first with 0.2 against 0.1; row 1: b by the second with 0.5 (the
    first also has b there, so they agree); row 2: c with 0.7 against b with 0.4."""
    one = made(P_1, P_2, [1, 1, 2], excluded=("a",))
    assert one.predicted.tolist() == [1, 1, 2]
    assert one.agreed.tolist() == [True, True, False]
    assert one.confidence == pytest.approx([0.2, 0.5, 0.7])


def test_resamples_are_those_of_the_file_not_of_the_reading() -> None:
    own, none = sure([0, 1], [0, 1]), sure([0, 1], [0, 1], read_through=None)
    assert (own.resampled == none.resampled).all()
    assert own.seed != sure([0, 1], [0, 1], language="sw").seed
