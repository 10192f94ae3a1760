"""The output layers' ridge, its strength, and what is said of the gain."""

from __future__ import annotations

import numpy as np
import pytest

from lfdrt.training.teach.gain import gained, per_class, verdict
from lfdrt.training.teach.learn import (
    STRENGTHS,
    Labelled,
    best,
    fit_output,
    held_out,
    learn,
)


def rows(count: int, seed: int = 0, noise: float = 0.0) -> Labelled:
    """Two classes that the first hidden unit tells apart; the classifiers know nothing of it."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 2, count)
    hidden = rng.normal(size=(2, count, 4))
    hidden[:, :, 0] = np.where(rng.random(count) < noise, -1, 1) * (2 * gold - 1)
    return Labelled(hidden=hidden, logits=np.zeros((2, count, 2)), gold=gold)


def test_one_label_moves_the_layer_as_far_as_the_ridge_lets_it() -> None:
    """One row h = (2, 0) of class 0, logits 0, π flat, so s = 2. With λ = β = 1 both gradients are
    1 − p for class 0: ΔW h = b = 1 − p there, and the negative for class 1. The logits then lie
    d = 4 (1 − p) apart, and p = σ(d): d = 4 / (1 + e^d), near 1.042 (4 / 3.835 = 1.043)."""
    weight, bias = fit_output(
        np.array([[2.0, 0.0]]), np.zeros((1, 2)), np.array([0]), np.array([0.5, 0.5]), [1.0]
    )[0]
    assert bias == pytest.approx([1.0425 / 4, -1.0425 / 4], abs=2e-4)
    assert weight == pytest.approx(np.array([[1.0425 / 8, 0], [-1.0425 / 8, 0]]), abs=2e-4)


def test_frequent_labels_alone_teach_no_difference() -> None:
    """Rows without features, 3 of 4 of class 0, logits that are right under that mix: log π says it
    all, and nothing is left for the bias."""
    gold, prior = np.array([0, 0, 0, 1]), np.array([0.75, 0.25])
    weight, bias = fit_output(np.zeros((4, 3)), np.zeros((4, 2)), gold, prior, [1.0])[0]
    assert np.abs(bias).max() < 1e-6 and np.abs(weight).max() < 1e-6


def test_labels_teach_what_the_hidden_layer_shows() -> None:
    one = rows(60)
    change = learn(one, "right", None, 1.0)
    fresh = rows(200, seed=1)
    logits = change.logits(fresh.hidden, fresh.logits)
    assert logits.shape == (2, 200, 2)
    assert (logits.argmax(-1) == fresh.gold).mean() > 0.97
    assert change.prior.sum() == pytest.approx(1)


def test_a_mix_by_word_replaces_the_labels_own() -> None:
    mix = np.array([0.9, 0.1])
    change = learn(rows(20), "right", mix, 1.0)
    assert change.prior == pytest.approx(np.sqrt(mix) / np.sqrt(mix).sum())
    flatter = learn(rows(20), "alike", mix, 1.0).prior
    assert 0.5 < flatter[0] < change.prior[0]


def test_cross_validation_never_sees_a_rows_own_label() -> None:
    """Hidden layers that say nothing: held-out rows are guessed, though each could be learned by
    heart."""
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 2, 200)
    noise = Labelled(hidden=rng.normal(size=(2, 200, 300)), logits=np.zeros((2, 200, 2)), gold=gold)
    found = held_out(noise, 0)
    assert [one.strength for one in found] == list(STRENGTHS)
    assert all(0.35 < (one.predicted("right", None) == gold).mean() < 0.65 for one in found)
    assert best(found).strength > min(STRENGTHS)
    clear = held_out(rows(200), 0)
    assert best(clear).strength == min(STRENGTHS)
    assert (best(clear).predicted("right", None) == rows(200).gold).mean() > 0.97


def test_the_gain_is_told_with_its_interval() -> None:
    """Class 0: F1 2/3 before; class 1: 2/3; after both 1."""
    gold = np.array([0, 0, 1, 1] * 5)
    before = np.array([0, 1, 1, 1] * 5)
    found = gained(gold, before, gold, 2, "macro_f1", 0)
    assert found.before == pytest.approx(100 * (2 / 3 + 4 / 5) / 2) and found.after == 100
    assert 0 < found.low < found.gain < found.high
    assert verdict(found, "macro_f1", True).startswith("It helped: 73.3 before, 100.0 after")
    worse = gained(gold, gold, before, 2, "weighted_f1", 0)
    assert worse.gain < 0 and "stays as it was" in verdict(worse, "weighted_f1", False)
    rows = per_class(gold, before, gold, ("a", "b", "c"))
    assert rows[0] == {"class": "a", "rows": 10, "before": 66.7, "after": 100.0}
    assert rows[2] == {"class": "c", "rows": 0, "before": None, "after": None}
