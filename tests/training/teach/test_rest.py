"""Rows without labels as teachers, and what labelled ones stand for, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from lfdrt.training.teach.fit import Layer
from lfdrt.training.teach.rest import Rest, from_rest, tilted
from lfdrt.training.teach.standing import BESIDES, stands_for


def test_soft_labels_are_tilted_to_a_mix() -> None:
    """Two rows of odds 4 and 1/4, to the mix (0.7, 0.3), by a factor r on the odds: 4r / (4r + 1) +
    r / (r + 4) = 1.4, so 2.4 r² − 6.8 r − 5.6 = 0 and r = (6.8 + √(46.24 + 53.76)) / 4.8 = 3.5:
    odds 14 and 7/8."""
    found = tilted(np.array([[0.8, 0.2], [0.2, 0.8]]), np.array([0.7, 0.3]))
    assert found[:, 0] == pytest.approx([14 / 15, 7 / 15], abs=1e-4)
    assert found.mean(0) == pytest.approx([0.7, 0.3], abs=1e-4)


def test_without_agreement_nothing_is_taught() -> None:
    """The classifiers say the opposite of each other of the one row that there is."""
    rng = np.random.default_rng(0)
    layers = [Layer(h=rng.normal(size=(4, 3)), logits=np.zeros((4, 2)),
                    target=np.eye(2)[[0, 1, 0, 1]], prior=np.array([0.5, 0.5]))
              for _ in range(2)]  # fmt: skip
    taught = np.zeros((2, 2, 3)), np.zeros((2, 2))
    apart = Rest(hidden=np.ones((2, 1, 3)), logits=np.array([[[9.0, 0.0]], [[0.0, 9.0]]]))
    assert from_rest(layers, taught, 1.0, apart, [1.0, 3.0]) == [taught, taught]
    alike = Rest(hidden=apart.hidden, logits=apart.logits[[0, 0]])
    (weight, bias), _ = from_rest(layers, taught, 1.0, alike, [1.0, 3.0])
    assert weight.shape == (2, 2, 3) and bias.shape == (2, 2) and weight.any()


def test_what_is_asked_more_often_than_it_occurs_counts_less() -> None:
    """8 rows of a table, 6 read as class 0, 2 as 1; 2 of each are labelled. Shares 3/4 and 1/4, so
    the labels with the five besides are 2 + 3.75 and 2 + 1.25: weights as 0.75 / 5.75 to 0.25 /
    3.25, that is 0.13043 to 0.07692, whose mean is 0.10368."""
    assert BESIDES == 5
    classes, agree = np.array([0] * 6 + [1] * 2), np.ones(8, dtype=bool)
    found = stands_for(classes, agree, np.array([0, 1, 6, 7]))
    assert found == pytest.approx([1.2581, 1.2581, 0.7419, 0.7419], abs=1e-3)


def test_a_draw_that_is_like_the_table_counts_alike() -> None:
    classes = np.array([0, 0, 1, 1] * 5)
    agree = np.array([True, False] * 10)
    assert stands_for(classes, agree, np.arange(8)) == pytest.approx(1)
