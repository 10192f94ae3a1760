"""How strongly labels and the rest teach, chosen by cross-validation, and what is said of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lfdrt.training.teach.gain import gained, per_class, verdict
from lfdrt.training.teach.learn import STRENGTHS, HeldOut, Labelled, best, held_out, learn
from lfdrt.training.teach.rest import SHARES, Rest


def rows(count: int, seed: int = 0) -> Labelled:
    """Two classes that the first hidden unit tells apart; the classifiers know nothing of it."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 2, count)
    hidden = rng.normal(size=(2, count, 4))
    hidden[:, :, 0] = 2 * gold - 1
    return Labelled(hidden=hidden, logits=np.zeros((2, count, 2)), gold=gold)


def way(strength: float, share: float = 0.0) -> HeldOut:
    nothing = np.zeros((0, 2))
    return HeldOut(strength=strength, share=share, likelihood=0, logits=nothing, seen=nothing)


def test_labels_teach_what_the_hidden_layer_shows() -> None:
    change = learn(rows(60), "right", None, way(1.0))
    fresh = rows(200, seed=1)
    logits = change.logits(fresh.hidden, fresh.logits)
    assert logits.shape == (2, 200, 2)
    assert (logits.argmax(-1) == fresh.gold).mean() > 0.97
    assert change.prior.sum() == pytest.approx(1)


def test_the_mix_alone_leaves_the_layers() -> None:
    change = learn(rows(20), "right", None, way(math.inf))
    assert not change.weight.any() and not change.bias.any() and change.prior.sum() == 1
    assert way(math.inf).name == "the mix alone"
    assert way(3.0, 1.0).name == "ridge 3, with the rest x 1"


def test_a_mix_by_word_replaces_the_labels_own() -> None:
    mix = np.array([0.9, 0.1])
    change = learn(rows(20), "right", mix, way(1.0))
    assert change.prior == pytest.approx(np.sqrt(mix) / np.sqrt(mix).sum())
    flatter = learn(rows(20), "alike", mix, way(1.0)).prior
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


def test_few_labels_are_each_a_fold() -> None:
    """20 rows, one of them the only one of its class: wherever it is held out, its class has but
    the two labels that every class is given besides, of 19 + 4."""
    one = rows(20)
    gold = np.zeros(20, dtype=int)
    gold[7] = 1
    seen = held_out(Labelled(hidden=one.hidden, logits=one.logits, gold=gold), 0)[0].seen
    assert seen[7, 1] == pytest.approx(2 / 23)
    assert np.delete(seen[:, 1], 7) == pytest.approx(3 / 23)


def test_the_rest_is_tried_with_the_strength_that_was_best() -> None:
    """Each share of it beside none, which is as it was without it."""
    few, many = rows(8), rows(30, seed=1)
    rest = Rest(hidden=many.hidden, logits=many.logits)
    found = held_out(few, 0, rest)
    alone = best(found[: len(STRENGTHS)])
    tried = found[len(STRENGTHS) :]
    assert [(one.strength, one.share) for one in tried] == [(alone.strength, s) for s in SHARES]
    assert [one.likelihood for one in found[: len(STRENGTHS)]] == [
        one.likelihood for one in held_out(few, 0)
    ]
    change = learn(few, "right", None, tried[-1], rest)
    assert not np.allclose(change.weight, learn(few, "right", None, alone).weight)


def test_the_gain_is_told_with_its_interval() -> None:
    """Class 0: F1 2/3 before; class 1: 4/5; after both 1."""
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


def test_a_row_counts_as_often_as_it_stands_for() -> None:
    """Two rows of class 0, one of them read as 1 and standing for three: F1 of class 0 is 2 · 1 /
    (4 + 1) = 0.4, of class 1, which has one row, right, 2 · 1 / (1 + 4) = 0.4."""
    gold, said, weights = np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([1.0, 3.0, 1.0])
    found = gained(gold, said, gold, 2, "macro_f1", 0, weights)
    assert found.before == pytest.approx(40) and found.after == 100
    (first, _) = per_class(gold, said, gold, ("a", "b"), weights)
    assert first == {"class": "a", "rows": 2, "before": 40.0, "after": 100.0}
