"""Scores of predicted labels, by hand."""

import math

import numpy as np
import pytest

from lfdrt.evaluation.metrics import (
    agreement,
    calibration_bins,
    class_scores,
    expected_calibration_error,
    score,
)


def test_scores_by_hand() -> None:
    """gold joy joy fear fear, predicted joy fear fear anger.

    joy: precision 1/1, recall 1/2, F1 2/3. fear: precision 1/2, recall 1/2, F1 1/2. Macro over
    the gold classes (anger is only predicted): (2/3 + 1/2) / 2 = 7/12. Both have 2 rows, so the
    weighted mean is the same. Accuracy 2/4.
    """
    s = score(["joy", "joy", "fear", "fear"], ["joy", "fear", "fear", "anger"])
    assert s.macro_f1 == pytest.approx(7 / 12)
    assert s.weighted_f1 == pytest.approx(7 / 12)
    assert s.accuracy == pytest.approx(0.5)
    assert s.rows == 4
    assert 0 <= s.interval[0] <= s.macro_f1 <= s.interval[1] <= 1


def test_interval_of_perfect_predictions_is_a_point() -> None:
    s = score(["joy", "fear"] * 20, ["joy", "fear"] * 20)
    assert s.interval == (1.0, 1.0)


def test_no_rows_is_an_error() -> None:
    with pytest.raises(ValueError, match="no labelled rows"):
        score([], [])


def test_classes_by_hand() -> None:
    """Gold 0 0 1, predicted 0 1 1, of four classes; 2 and 3 occur nowhere: shares of nothing.

    0: precision 1/1, recall 1/2, F1 2/3. 1: precision 1/2, recall 1/1, F1 2/3.
    """
    zero, one, two, three = class_scores(np.array([0, 0, 1]), np.array([0, 1, 1]), 4)
    assert (zero.precision, zero.recall, zero.support) == (1, 0.5, 2)
    assert (one.precision, one.recall, one.support) == (0.5, 1, 1)
    assert zero.f1 == pytest.approx(2 / 3) == one.f1
    assert two.support == three.support == 0
    assert all(map(math.isnan, (two.precision, two.recall, two.f1)))


def test_gold_class_that_is_never_predicted_has_f1_0() -> None:
    """It counts in macro-F1, so it must not be a share of nothing."""
    missed = class_scores(np.array([0, 1]), np.array([0, 0]), 2)[1]
    assert math.isnan(missed.precision)
    assert (missed.recall, missed.f1) == (0, 0)


def test_agreement_by_hand() -> None:
    """Agreed on rows 0-2, two of them correct; not on row 3, which is correct."""
    a = agreement(np.array([True, True, True, False]), np.array([True, True, False, True]))
    assert a.share == 0.75
    assert (a.agreed_rows, a.disagreed_rows) == (3, 1)
    assert a.accuracy_on_agreed == pytest.approx(2 / 3)
    assert a.accuracy_on_disagreed == 1
    none = agreement(np.array([True]), np.array([True]))
    assert math.isnan(none.accuracy_on_disagreed)


def test_calibration_by_hand() -> None:
    """Bins of 1/15. 0.95 and 0.97 lie above 14/15 = 0.933: mean 0.96, half of them right, gap
    0.46. 0.30 lies in (4/15, 5/15], is right, gap 0.70. ECE = 2/3 · 0.46 + 1/3 · 0.70 = 0.54."""
    bins = calibration_bins(np.array([0.95, 0.30, 0.97]), np.array([True, True, False]))
    assert [b.rows for b in bins] == [1, 2]
    assert (bins[0].above, bins[0].up_to) == pytest.approx((4 / 15, 5 / 15))
    assert bins[1].confidence == pytest.approx(0.96)
    assert expected_calibration_error(bins) == pytest.approx(0.54)


def test_certainty_lies_in_the_last_bin_and_an_edge_in_the_lower() -> None:
    last, edge = (calibration_bins(np.array([c]), np.array([True]))[0] for c in (1.0, 3 / 15))
    assert (last.up_to, edge.up_to) == pytest.approx((1, 3 / 15))
