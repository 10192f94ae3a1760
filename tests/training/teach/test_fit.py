"""The output layers' ridge, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lfdrt.training.teach.fit import Layer, More

HALF = np.array([0.5, 0.5])


def test_one_label_moves_the_layer_as_far_as_the_ridge_lets_it() -> None:
    """One row h = (2, 0) of class 0, logits 0, π flat, so s = 2. With λ = β = 1 both gradients are
    1 − p for class 0: ΔW h = b = 1 − p there, and the negative for class 1. The logits then lie
    d = 4 (1 − p) apart, and p = σ(d): d = 4 / (1 + e^d), near 1.042 (4 / 3.835 = 1.043)."""
    layer = Layer(h=np.array([[2.0, 0.0]]), logits=np.zeros((1, 2)), target=np.eye(2)[[0]],
                  prior=HALF)  # fmt: skip
    weight, bias = layer.fitted([1.0])[0]
    assert bias == pytest.approx([1.0425 / 4, -1.0425 / 4], abs=2e-4)
    assert weight == pytest.approx(np.array([[1.0425 / 8, 0], [-1.0425 / 8, 0]]), abs=2e-4)


def test_frequent_labels_alone_teach_no_difference() -> None:
    """Rows without features, 3 of 4 of class 0, logits that are right under that mix: log π says it
    all, and nothing is left for the bias."""
    layer = Layer(h=np.zeros((4, 3)), logits=np.zeros((4, 2)), target=np.eye(2)[[0, 0, 0, 1]],
                  prior=np.array([0.75, 0.25]))  # fmt: skip
    weight, bias = layer.fitted([1.0])[0]
    assert np.abs(bias).max() < 1e-6 and np.abs(weight).max() < 1e-6


def test_an_endless_strength_moves_nothing() -> None:
    layer = Layer(h=np.ones((2, 3)), logits=np.zeros((2, 2)), target=np.eye(2), prior=HALF)
    weight, bias = layer.fitted([math.inf, 1.0])[0]
    assert weight.shape == (2, 3) and not weight.any() and not bias.any()


def test_more_rows_weigh_as_they_are_told_to() -> None:
    """One labelled row besides two copies of itself at half a weight each: as one row at twice the
    weight, and a ridge of twice the strength undoes that but for the bias, which has its own."""
    rng = np.random.default_rng(0)
    h, logits, target = rng.normal(size=(3, 4)), rng.normal(size=(3, 2)), np.eye(2)[[0, 1, 1]]
    layer = Layer(h=h, logits=logits, target=target, prior=HALF)
    twice = Layer(h=np.concatenate([h, h]), logits=np.concatenate([logits, logits]),
                  target=np.concatenate([target, target]), prior=HALF)  # fmt: skip
    copies = More(h=np.concatenate([h, h]), logits=np.concatenate([logits, logits]),
                  target=np.concatenate([target, target]), weight=0.5)  # fmt: skip
    ours, theirs = layer.fitted([1.0], copies)[0], twice.fitted([1.0])[0]
    assert ours[0] == pytest.approx(theirs[0], abs=1e-3)
    assert ours[1] == pytest.approx(theirs[1], abs=1e-3)


def test_it_goes_on_from_where_it_was() -> None:
    rng = np.random.default_rng(1)
    layer = Layer(h=rng.normal(size=(5, 3)), logits=np.zeros((5, 2)),
                  target=np.eye(2)[[0, 1, 0, 1, 1]], prior=HALF)  # fmt: skip
    once = layer.fitted([2.0])[0]
    again = layer.fitted([2.0], start=once)[0]
    assert again[0] == pytest.approx(once[0], abs=1e-4)
    assert layer._inside(again) == pytest.approx(layer._inside(once), abs=1e-4)
