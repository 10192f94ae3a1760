"""Tokens to words: nothing lost, nothing counted twice."""

from __future__ import annotations

import numpy as np
import pytest

from lfdrt.output import Token
from lfdrt.words import each_token, merge, summed
from tests.app.samples import tokens_of


def at(text: str, *cuts: int) -> tuple[Token, ...]:
    """Tokens between neighbouring cuts."""
    return tuple(
        Token(piece=text[a:b], start=a, end=b, unknown=False)
        for a, b in zip(cuts[:-1], cuts[1:], strict=True)
    )


def test_tokens_between_spaces_are_one_word():
    text = "so happy today"
    words = merge(text, tokens_of(text))
    assert [w.text for w in words] == ["so", "happy", "today"]
    assert [w.tokens for w in words] == [(0, 1), (2, 3), (4, 5)]


def test_a_token_of_a_space_belongs_to_the_word_that_follows():
    assert [w.text for w in merge("a bc", at("a bc", 0, 1, 2, 4))] == ["a", "bc"]


def test_a_space_at_the_end_of_a_token_starts_a_word_too():
    text = "a  bc"  # WordPiece tokens do not hold the space at all
    tokens = (Token(piece="a", start=0, end=1, unknown=False),) + at(text, 3, 4, 5)
    assert [w.text for w in merge(text, tokens)] == ["a", "bc"]


@pytest.mark.parametrize("text", ["我今天高兴", "ฉันมีความสุข", "とても悲しい"])
def test_scripts_without_spaces_keep_their_tokens(text: str):
    tokens = at(text, 0, 2, 3, len(text))
    assert len(merge(text, tokens)) == len(tokens)


def test_a_letter_is_shown_with_its_marks():
    text = "இரு"  # three letters and marks; the tokens stop before the last mark
    assert merge(text, at(text, 0, 2))[0].text == "இரு"


@pytest.mark.parametrize(
    "emoji",
    ["👩\u200d👩\u200d👧", "🇫🇷", "1\ufe0f\u20e3", "👍🏽", "❤\ufe0f\u200d🔥", "👩🏽\u200d🚀", "☺"],
)
def test_an_emoji_is_one_word_whole_and_apart_from_letters(emoji: str):
    """However many tokens it has: here one a character, as byte-level tokenizers cut them."""
    text = f"so{emoji}{emoji}!"
    tokens = at(text, 0, *range(2, len(text) + 1))
    for units in (merge(text, tokens), each_token(text, tokens)):
        assert [w.text for w in units] == ["so", emoji, emoji, "!"]
    assert merge(text, tokens)[1].tokens == tuple(range(1, 1 + len(emoji)))


def test_tokens_of_one_letter_are_never_two_words():
    """ﷲ is read as four letters, in tokens that all stand where it was typed."""
    text = "我ﷲ我"
    tokens = tuple(
        Token(piece="", start=a, end=b, unknown=False) for a, b in [(0, 1), (1, 2), (1, 2), (2, 3)]
    )
    assert [w.text for w in merge(text, tokens)] == ["我", "ﷲ", "我"]


def test_attention_of_a_word_is_the_sum_of_its_tokens():
    """Tokens 0.1 0.2 | 0.3 0.4 -> words 0.3, 0.7."""
    text = "ab cd"
    words = merge(text, at(text, 0, 1, 2, 4, 5))
    np.testing.assert_allclose(summed(np.array([[0.1, 0.2, 0.3, 0.4]]), words), [[0.3, 0.7]])


def test_nothing_is_no_words():
    assert merge("", ()) == () == each_token("", ())
    assert summed(np.zeros((3, 0)), ()).shape == (3, 0)
