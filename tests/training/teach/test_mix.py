"""The class mix: the shift of the logits, its estimate, and how people write one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lfdrt.errors import UserError
from lfdrt.training.teach.mix import (
    decided,
    estimate_mix,
    frequency,
    parse_mix,
    probabilities,
    shifted,
    softened,
)

LABELS = ("anger", "joy", "neutral")


def test_a_shift_is_the_bayes_rule() -> None:
    """p = (0.6, 0.4) under a flat mix; with mix (0.2, 0.8) the joint is (0.12, 0.32), of 0.44."""
    logits = np.log([[0.6, 0.4]])
    assert probabilities(shifted(logits, (0.2, 0.8)))[0] == pytest.approx(
        [0.12 / 0.44, 0.32 / 0.44]
    )
    assert shifted(logits, None) is logits
    assert shifted(logits, (1.0, 0.0))[0, 1] == pytest.approx(math.log(0.4 * 1e-4))


def test_the_surer_classifier_decides_under_the_mix() -> None:
    first, second = np.log([[0.6, 0.4]]), np.log([[0.3, 0.7]])
    assert decided(first, second, None).tolist() == [1]
    # joints (0.54, 0.04) and (0.27, 0.07): 0.93 of class 0 against 0.79 of class 0
    assert decided(first, second, (0.9, 0.1)).tolist() == [0]


def test_the_estimate_is_a_fixed_point() -> None:
    """Rows that are sure count as themselves; an undecided one is divided by the mix itself: with
    two of class 0, one of class 1 and one undecided, π = (2 + π) / 4 gives π = 2/3."""
    p = np.array([[1, 0], [1, 0], [0, 1], [0.5, 0.5]], dtype=float)
    assert estimate_mix(p) == pytest.approx([2 / 3, 1 / 3], abs=1e-4)
    with pytest.raises(UserError, match="no row"):
        estimate_mix(np.empty((0, 2)))


def test_the_estimate_finds_a_mix_that_counting_misses() -> None:
    """Noisy but calibrated probabilities of 9 in 10 rows of class 0: counting finds 0.74."""
    rng = np.random.default_rng(0)
    gold = (rng.random(20_000) > 0.9).astype(int)
    seen = np.where(rng.random(20_000) < 0.8, gold, 1 - gold)
    p = np.where(np.eye(2)[seen] > 0, 0.8, 0.2)
    assert (p.argmax(1) == 0).mean() == pytest.approx(0.74, abs=0.01)
    assert estimate_mix(p)[0] == pytest.approx(0.9, abs=0.02)


def test_labels_as_shares_and_softened() -> None:
    assert frequency(np.array([0, 0, 1]), 3, 1.0) == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert softened(np.array([0.64, 0.36]), 0.5) == pytest.approx([0.8 / 1.4, 0.6 / 1.4])
    assert softened(np.array([0.7, 0.3]), 0.0) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("joy=50", (0.25, 0.5, 0.25)),
        ("joy=30, neutral=50", (0.2, 0.3, 0.5)),
        ("anger=1,joy=1,neutral=2", (0.25, 0.25, 0.5)),
        ("joy=100", (0, 1, 0)),
    ],
)
def test_a_mix_as_people_write_it(text: str, shares: tuple[float, ...]) -> None:
    assert parse_mix(text, LABELS) == pytest.approx(shares)
    assert parse_mix("", LABELS) is None and parse_mix("unknown", LABELS) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fun=3", "no class 'fun'"),
        ("joy", "'joy' is no part"),
        ("joy=-1", "'joy=-1' is no part"),
        ("joy=nan", "is no part"),
        ("joy=70,anger=40", "add up to 110 of 100"),
        ("joy=0,anger=0,neutral=0", "part of 0"),
    ],
)
def test_what_is_no_mix_is_said(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        parse_mix(text, LABELS)
