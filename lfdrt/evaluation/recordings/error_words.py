"""Words behind the errors of a recording: which come most among a class's false positives.

Counted over texts: a word that a text has twice counts once. Torch-free; knows no data folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import regex

MOST = 12
"""Words of each class."""
LEAST = 2
"""False positives that a word must be in."""

# Letters with their marks, apostrophes and hyphens between them; or one script without spaces.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(
    rf"(?P<run>[{_UNSPACED}][{_UNSPACED}\p{{M}}ー]*)"
    rf"|[[\p{{L}}]--[{_UNSPACED}]][[\p{{L}}\p{{M}}'’‌-]--[{_UNSPACED}]]*",
    regex.VERSION1,
)


@dataclass(frozen=True, kw_only=True)
class ErrorWord:
    """wrong: false positives of the class that have the word; all: texts that have it, whatever was
    said of them; expected: how many of its texts would be false positives of the class, were they
    as many as among all texts."""

    word: str
    wrong: int
    all: int
    expected: float


@dataclass(frozen=True, kw_only=True)
class ErrorWords:
    """Of one class: its false positives, those of them with a text, and their words, the one that
    comes most above what is expected first."""

    label: str
    wrong: int
    texts: int
    words: tuple[ErrorWord, ...]


def words_in(text: str) -> set[str]:
    """In lower case. Of scripts without spaces, pairs of neighbouring characters."""
    found: set[str] = set()
    for match in _WORD.finditer(text.casefold()):
        if match["run"] is None:
            found.add(match[0].rstrip("'’-"))
            continue
        characters = regex.findall(r"\X", match[0])
        found.update("".join(pair) for pair in pairwise(characters))
    return found


def error_words(
    texts: Sequence[str | None], gold: np.ndarray, predicted: np.ndarray, labels: Sequence[str]
) -> tuple[ErrorWords, ...]:
    """Of each class, in the order of the labels. A text that is not at hand is None.

    Shape: gold, predicted (N,) class numbers.
    """
    everywhere: Counter[str] = Counter()
    among: list[Counter[str]] = [Counter() for _ in labels]
    told = np.zeros(len(labels), dtype=int)
    known = 0
    for text, right, said in zip(texts, gold.tolist(), predicted.tolist(), strict=True):
        if text is None:
            continue
        known += 1
        found = words_in(text)
        everywhere.update(found)
        if said != right:
            told[said] += 1
            among[said].update(found)
    wrong = np.bincount(predicted[predicted != gold], minlength=len(labels))
    return tuple(
        ErrorWords(
            label=label,
            wrong=int(wrong[c]),
            texts=int(told[c]),
            words=_most(among[c], everywhere, float(told[c]) / max(known, 1)),
        )
        for c, label in enumerate(labels)
    )


def _most(among: Counter[str], everywhere: Counter[str], share: float) -> tuple[ErrorWord, ...]:
    """share: of all texts that are false positives of the class."""
    found = [
        ErrorWord(word=word, wrong=n, all=everywhere[word], expected=share * everywhere[word])
        for word, n in among.items()
        if n >= LEAST
    ]
    found.sort(key=lambda one: (one.expected - one.wrong, one.word))
    return tuple(found[:MOST])
