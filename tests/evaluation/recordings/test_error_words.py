"""Words behind errors: counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from lfdrt.evaluation.recordings.error_words import error_words, words_in

LABELS = ("joy", "fear")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't go, GO!", {"don't", "go"}),
        ("c'est l’été-là 2024 😀", {"c'est", "l’été-là"}),
        ("நான் இன்று", {"நான்", "இன்று"}),
        ("سعيد جدا", {"سعيد", "جدا"}),
        ("我很高兴", {"我很", "很高", "高兴"}),
        ("ผมดี", {"ผม", "มดี"}),
        ("ok今日", {"ok", "今日"}),
        ("", set()),
    ],
)
def test_words_of_many_scripts(text: str, words: set[str]) -> None:
    assert words_in(text) == words


def test_counts_by_hand() -> None:
    """Six texts, two of them false positives of fear: a third. "but" is in both of these and in
    three of all, so 1 is expected; "the" in both and in all six: 2. "dark" is in one alone."""
    texts = ["the but dark", "the but but", "the but", "the", "the", "the"]
    gold, predicted = np.array([0, 0, 1, 0, 0, 1]), np.array([1, 1, 1, 0, 0, 1])
    joy, fear = error_words(texts, gold, predicted, LABELS)
    assert (joy.wrong, joy.texts, joy.words) == (0, 0, ())
    assert (fear.wrong, fear.texts) == (2, 2)
    told = [(one.word, one.wrong, one.all, one.expected) for one in fear.words]
    assert told == [("but", 2, 3, 1.0), ("the", 2, 6, 2.0)]


def test_texts_that_are_not_at_hand_are_counted_as_errors_without_words() -> None:
    texts = [None, "so dark", "so dark"]
    fear = error_words(texts, np.array([0, 0, 0]), np.array([1, 1, 1]), LABELS)[1]
    assert (fear.wrong, fear.texts) == (3, 2)
    assert [one.word for one in fear.words] == ["dark", "so"]
