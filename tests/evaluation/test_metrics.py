"""Scores of predicted labels, by hand."""

import pytest

from lfdrt.evaluation.metrics import score


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
