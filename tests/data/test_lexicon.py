"""A lexicon out of parallel sentences: words, one round by hand, what is kept."""

import numpy as np
import pytest

from lfdrt.data import lexicon
from lfdrt.data.lexicon import induced, translation_probabilities, words_of

PAIRS = [
    ("the house", "das haus"),
    ("the book", "das buch"),
    ("a book", "ein buch"),
    ("a house", "ein haus"),
    ("the cat", "das tier"),
]


def test_words_are_small_letters_with_their_marks() -> None:
    assert words_of("Don't STOP – பேசு, l’amor!") == ["don't", "stop", "பேசு", "l’amor"]


def test_without_spaces_a_word_is_a_character_or_two() -> None:
    assert words_of("我不要") == ["我", "不", "要", "我不", "不要"]


def test_two_rounds_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Brown's example: "the house | das Haus" and "the book | das Buch". At first every word gives
    each of its sentence's words alike, so c(das|the) = 1/2 + 1/2, c(Haus|the) = c(Buch|the) = 1/2,
    t(das|the) = 1/2 and t(Haus|the) = 1/4; house: das and Haus 1/2 each. In the second round das is
    given by the with (1/2) / (1/2 + 1/2), Haus with (1/4) / (1/4 + 1/2) = 1/3: t(das|the) =
    1 / (1 + 2/3) = 0.6; Haus by house with 2/3, das with 1/2: t(Haus|house) = (2/3) / (7/6)."""
    # the = 0, house = 1, book = 2; das = 0, Haus = 1, Buch = 2
    e_of, f_of = np.array([0, 0, 0, 1, 1, 2, 2]), np.array([0, 1, 2, 0, 1, 0, 2])
    sentence = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    which = np.array([0, 1, 3, 4, 0, 2, 5, 6])
    monkeypatch.setattr(lexicon, "ROUNDS", 1)
    t = translation_probabilities(sentence, which, e_of, f_of)
    assert t.tolist() == pytest.approx([1 / 2, 1 / 4, 1 / 4, 1 / 2, 1 / 2, 1 / 2, 1 / 2])
    monkeypatch.setattr(lexicon, "ROUNDS", 2)
    t = translation_probabilities(sentence, which, e_of, f_of)
    assert t.tolist() == pytest.approx([0.6, 0.2, 0.2, 3 / 7, 4 / 7, 3 / 7, 4 / 7])


def test_words_that_met_often_are_translated() -> None:
    found = induced(PAIRS)
    assert found["house"] == "haus"
    assert found["book"] == "buch"
    assert found["the"] == "das"
    assert found["a"] == "ein"
    assert "cat" not in found, "it met its translation once"


def test_nothing_to_learn_from_is_an_empty_lexicon() -> None:
    assert induced([]) == {}
    assert induced([("...", "haus"), ("", "")]) == {}
    assert induced([("house", ""), ("house", "haus"), ("house", "haus")]) == {"house": "haus"}
