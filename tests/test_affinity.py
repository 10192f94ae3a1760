"""Which families a text leans to, and the mix: by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lfdrt.affinity import KIN, affinity, mix, nearness
from lfdrt.languages import FAMILIES, resolve
from lfdrt.output import HeadGuesses
from lfdrt.words import Word

CODES = tuple(f.code for f in FAMILIES)
ABC = ("turkic", "uralic", "japonic")


def word(*tokens: int) -> Word:
    return Word(text="w", start=0, end=1, tokens=tokens, unknown=False)


def guesses(*probability: list[float]) -> HeadGuesses:
    """Of ten words: chance is 0.1."""
    log_p = np.log(np.array(probability))
    return HeadGuesses(sharpness=log_p * 0, log_probability=log_p, words=10, exact=True)


def test_shares_by_hand() -> None:
    """A head that makes a token four times as likely as chance has weight 4; one at chance, which
    is near, 2; no family 1: of 7."""
    shares = mix(np.array([math.log(4), 0.0]), np.array([1.0, 2.0]))
    assert shares.tolist() == pytest.approx([4 / 7, 2 / 7, 1 / 7])


def test_gain_wins_and_mix_by_hand() -> None:
    """Two words, of one and two tokens. turkic: 2, 2 and 2 times chance; uralic: 4 times chance for
    the first word, chance for the second; japonic: half of chance."""
    found = affinity(
        guesses([0.2, 0.2, 0.2], [0.4, 0.1, 0.1], [0.05, 0.05, 0.05]),
        [word(0), word(1, 2)],
        ABC,
        np.zeros(3),
    )
    assert found is not None and found.words == 2
    assert found.gain == pytest.approx([math.log(2), math.log(4) / 3, -math.log(2)])
    assert found.won.tolist() == [1, 1, 0]
    weights = [2, 4 ** (1 / 3), 0.5, 1]
    assert found.shares == pytest.approx(np.array(weights) / sum(weights))
    assert found.order == [0, 1, 2]
    assert (found.low[0], found.high[0]) == pytest.approx((math.log(2), math.log(2)))
    assert (found.low[1], found.high[1]) == pytest.approx((0.0, math.log(4)))
    assert found.behind.tolist() == [False, False, True]


def test_kin_count_more_and_a_withheld_family_has_no_share() -> None:
    alike = guesses([0.1], [0.1], [0.1])
    near = affinity(alike, [word(0)], ABC, np.array([1.0, 0.5, 0.0]))
    half = 1 + (KIN - 1) / 2
    assert near is not None
    assert near.shares == pytest.approx(np.array([KIN, half, 1, 1]) / (KIN + half + 2))
    without = affinity(alike, [word(0)], ABC, np.array([1.0, 0.0, 0.0]), withheld=("turkic",))
    assert without is not None
    assert without.shares == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])


def test_a_word_that_was_not_guessed_whole_does_not_count() -> None:
    one = guesses([0.2, 0.2], [0.1, 0.1], [0.1, 0.1])
    assert affinity(one, [word(1, 2)], ABC, np.zeros(3)) is None
    found = affinity(one, [word(0), word(1, 2)], ABC, np.zeros(3))
    assert found is not None and found.words == 1


def test_plain_values_begin_with_the_highest() -> None:
    found = affinity(guesses([0.1], [0.2], [0.1]), [word(0)], ABC, np.zeros(3))
    assert found is not None
    told = found.as_dict()
    assert [row["family"] for row in told["families"]] == ["uralic", "turkic", "japonic"]
    total = sum(row["share"] for row in told["families"]) + told["share_of_none"]
    assert total == pytest.approx(1)


def near_of(tag: str) -> dict[str, float]:
    return dict(zip(CODES, nearness(resolve(tag), CODES), strict=True))


def test_nearness_in_the_tree() -> None:
    """Kazakh (Turkic › Common Turkic › Kipchak-Turkestan › Kipchak › Southeast Kipchak › South
    Kipchak › Kazakh) shares four of seven levels with Tatar and two with Turkish."""
    kazakh = near_of("kk")
    assert kazakh["turkic"] == pytest.approx(4 / 7)
    assert sum(kazakh.values()) == kazakh["turkic"]
    assert near_of("tt")["turkic"] == 1
    assert not any(near_of("mn").values())  # Mongolic: no head's language shares an ancestor
    assert not nearness(None, CODES).any()
    assert near_of("eo")["constructed"] == 1  # of no lineage, and its family's own language
    assert 0 < near_of("my")["sino-tibetan"] < near_of("yue")["sino-tibetan"] < 1
