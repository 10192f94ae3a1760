"""Tokens merged to words, for reading; attention of a word is the sum over its tokens."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
import regex

from lfdrt.languages import SPACELESS

if TYPE_CHECKING:
    from lfdrt.output import Prediction, Token

# Of a user-perceived character: flags, keycaps, families, skin tones, and all that is one picture.
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\u20e3|\p{RI}"
    r"|[\u2600-\u27bf--\P{Extended_Pictographic}]",
    regex.VERSION1,
)


@dataclass(frozen=True, kw_only=True)
class Word:
    """The characters [start, end) of the text, and the positions of the tokens that cover them."""

    text: str
    start: int
    end: int
    tokens: tuple[int, ...]
    unknown: bool


Units = Mapping[str, tuple[Word, ...]]
"""A text cut into words and into tokens; what is shown at first stands first."""


def units(p: Prediction) -> Units:
    """The text as words and as tokens; tokens alone where merging changes nothing."""
    words, tokens = merge(p.text or "", p.tokens), each_token(p.text or "", p.tokens)
    return {"tokens": tokens} if len(words) == len(tokens) else {"words": words, "tokens": tokens}


def each_token(text: str, tokens: Sequence[Token]) -> tuple[Word, ...]:
    """Every token as a unit of its own, shown by the characters it covers; those of one emoji are
    one unit."""
    return _grouped(text, tokens, lambda group, token: not _within(text, group, token, emoji=True))


def merge(text: str, tokens: Sequence[Token]) -> tuple[Word, ...]:
    """Tokens between spaces as one word; in scripts without spaces, each token by itself. An emoji
    is a word of its own, whole, as is any letter with its marks a part of one word."""
    return _grouped(text, tokens, partial(_starts_word, text))


def summed(weights: np.ndarray, words: Sequence[Word]) -> np.ndarray:
    """Attention over tokens as attention over words. Shape: (..., T) -> (..., W)."""
    if not words:
        return weights[..., :0]
    return np.stack([weights[..., list(w.tokens)].sum(axis=-1) for w in words], axis=-1)


def spans(text: str, words: Iterable[Word]) -> list[tuple[int, int]]:
    """The characters that go where a word is left out: its marks go with their letter."""
    return [(w.start, after_marks(text, w.end)) for w in words]


def after_marks(text: str, end: int) -> int:
    """`end`, moved to where the character that is begun ends: a letter with its marks, an emoji
    with its joiners and tones are drawn as one."""
    ends = _characters(text)[1]
    place = bisect_left(ends, end)
    return ends[place] if place < len(ends) else end


@lru_cache(maxsize=64)
def _characters(text: str) -> tuple[tuple[int, ...], tuple[int, ...], frozenset[int]]:
    """Where the characters that people see begin and end, and the bounds of emoji."""
    found = list(regex.finditer(r"\X", text))
    emoji = frozenset(bound for c in found if _EMOJI.search(c[0]) for bound in c.span())
    return tuple(c.start() for c in found), (0, *(c.end() for c in found)), emoji


def _grouped(
    text: str, tokens: Sequence[Token], starts: Callable[[Sequence[Token], Token], bool]
) -> tuple[Word, ...]:
    """starts: whether a token begins a unit, after the tokens of the one before."""
    groups: list[list[int]] = []
    for i, token in enumerate(tokens):
        if groups and not starts([tokens[j] for j in groups[-1]], token):
            groups[-1].append(i)
        else:
            groups.append([i])
    return tuple(_unit(text, tokens, group) for group in groups)


def _within(text: str, group: Sequence[Token], token: Token, *, emoji: bool) -> bool:
    """Whether it begins inside a character, or an emoji, that the tokens before have begun."""
    starts, _, bounds = _characters(text)
    begun = starts[max(bisect_right(starts, token.start) - 1, 0)] if starts else token.start
    return group[-1].end > begun and (begun in bounds or not emoji)


def _starts_word(text: str, group: Sequence[Token], token: Token) -> bool:
    if _within(text, group, token, emoji=False):
        return False
    before = text[group[0].start : group[-1].end]
    if not before.strip():  # a token of spaces belongs to the word that follows
        return False
    covered = text[token.start : token.end]
    if token.start in _characters(text)[2]:
        return True
    if re.search(r"\s", text[group[-1].end : token.start] + covered[:1]):
        return True
    return bool(SPACELESS.search(before[-1:]) or SPACELESS.match(covered))


def _unit(text: str, tokens: Sequence[Token], group: list[int]) -> Word:
    start, end = tokens[group[0]].start, tokens[group[-1]].end
    shown = text[start:end]
    left = len(shown) - len(shown.lstrip())
    unknown = any(tokens[i].unknown for i in group)
    first = start + left
    return Word(
        text=text[first : after_marks(text, max(end, first))].strip() or "·",
        start=first,
        end=max(end, first),
        tokens=tuple(group),
        unknown=unknown,
    )
