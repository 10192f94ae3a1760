"""Tokens merged to words, for reading; attention of a word is the sum over its tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lfdrt.output import Prediction, Token

# Scripts written without spaces: their tokens stand alone, or a sentence would be one word.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
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
    """Every token as a unit of its own, shown by the characters it covers."""
    return tuple(_unit(text, tokens, [i]) for i in range(len(tokens)))


def merge(text: str, tokens: Sequence[Token]) -> tuple[Word, ...]:
    """Tokens between spaces as one word; in scripts without spaces, each token by itself."""
    groups: list[list[int]] = []
    for i, token in enumerate(tokens):
        if groups and not _starts_word(text, tokens, groups[-1], token):
            groups[-1].append(i)
        else:
            groups.append([i])
    return tuple(_unit(text, tokens, group) for group in groups)


def summed(weights: np.ndarray, words: Sequence[Word]) -> np.ndarray:
    """Attention over tokens as attention over words. Shape: (..., T) -> (..., W)."""
    if not words:
        return weights[..., :0]
    return np.stack([weights[..., list(w.tokens)].sum(axis=-1) for w in words], axis=-1)


def after_marks(text: str, end: int) -> int:
    """`end`, moved past combining marks: a letter and its marks are drawn as one."""
    while end < len(text) and unicodedata.category(text[end])[0] == "M":
        end += 1
    return end


def _starts_word(text: str, tokens: Sequence[Token], group: list[int], token: Token) -> bool:
    before = text[tokens[group[0]].start : tokens[group[-1]].end]
    if not before.strip():  # a token of spaces belongs to the word that follows
        return False
    covered = text[token.start : token.end]
    if re.search(r"\s", text[tokens[group[-1]].end : token.start] + covered[:1]):
        return True
    return bool(_UNSPACED.search(before[-1:]) or _UNSPACED.match(covered))


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
