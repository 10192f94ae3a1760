"""Scores that follow from a confusion matrix, by hand, and what the resamples are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from lfdrt.evaluation.bootstrap import (
    RESAMPLES,
    accuracy,
    class_f1,
    interval,
    macro_f1,
    resampled_confusions,
    weighted_f1,
)


def test_scores_by_hand() -> None:
    """Gold a a a b, predicted a a b b; c is in neither. a: 2·2/(3+2) = 4/5; b: 2·1/(1+2) = 2/3.

    Macro over a and b: 11/15. Weighted: (3·4/5 + 1·2/3) / 4 = 23/30. Accuracy 3/4.
    """
    matrix = np.array([[2, 1, 0], [0, 1, 0], [0, 0, 0]])
    f1 = class_f1(matrix)
    assert f1[:2] == pytest.approx([4 / 5, 2 / 3])
    assert np.isnan(f1[2])
    assert macro_f1(matrix) == pytest.approx(11 / 15)
    assert weighted_f1(matrix) == pytest.approx(23 / 30)
    assert accuracy(matrix) == 0.75


def test_they_equal_scikit_learn() -> None:
    """Class 4 is predicted but never gold: it lowers precision, and macro-F1 leaves it out."""
    rng = np.random.default_rng(0)
    gold, predicted = rng.integers(0, 4, 200), rng.integers(0, 5, 200)
    matrix = confusion_matrix(gold, predicted, labels=np.arange(5))
    assert accuracy(matrix) == pytest.approx(accuracy_score(gold, predicted))
    macro = f1_score(gold, predicted, labels=np.arange(4), average="macro")
    assert macro_f1(matrix) == pytest.approx(macro)
    weighted = f1_score(gold, predicted, average="weighted", zero_division=0)
    assert weighted_f1(matrix) == pytest.approx(weighted)


def test_resamples_hold_as_many_rows_and_are_paired_by_the_seed() -> None:
    """A reading that is right exactly where another is wrong: in every resample their accuracies
    sum to 1, which only holds where both draw the same rows."""
    gold = np.array([0, 0, 1, 1, 1, 2])
    right = np.array([1, 0, 1, 0, 1, 0], dtype=bool)
    ours, theirs = np.where(right, gold, 3), np.where(right, 3, gold)
    first = resampled_confusions(gold, ours, 4, seed=5)
    second = resampled_confusions(gold, theirs, 4, seed=5)
    assert first.shape == (RESAMPLES, 4, 4)
    assert (first.sum((1, 2)) == len(gold)).all()
    assert np.allclose(accuracy(first) + accuracy(second), 1)
    assert accuracy(first).mean() == pytest.approx(0.5, abs=0.03)
    assert (first != resampled_confusions(gold, ours, 4, seed=6)).any()


def test_interval_is_the_middle_95_percent() -> None:
    assert interval(np.arange(1001.0)) == (25.0, 975.0)
