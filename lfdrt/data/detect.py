"""Which language a text seems to be in, and whether that is sure enough to choose a family by.

What is not sure is no more than a suggestion. `assets/benchmarks/detection/` says how often a guess
is right, and how often one that is called sure is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from lfdrt.data.guessers import ROMANISED, Guess, guesses, likeliest
from lfdrt.data.spelling import may_be_spelled
from lfdrt.languages import resolve
from lfdrt.letters import usual

_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|[@#]\w+", re.IGNORECASE)
_LATIN = regex.compile(r"\p{Latin}")
_READ = 2_000  # characters looked at: the first page settles the language
_ASKED = 600  # letters and spaces passed to the guessers: more changes nothing and costs time
_FEWEST = 4  # letters; a Han, kana or Hangul character counts as three
SURE_LETTERS = 12
LONG = 30
"""Letters from which on a text of one known language is mostly told."""
_NAMED = 0.03  # share from which on a guess is named beside the likeliest
_PART, _PARTS = 4, 16  # words, and how many parts: none of a sure text is in another language
_ELSEWHERE = 0.86  # share of another language in a part, from which on the text is mixed
_NAMES = re.compile(", | or ")  # between the names of a cluster
_VOTE, _ENOUGH = 0.8, 3  # share of the sure rows of a table, and how many, that speak for it


@dataclass(frozen=True)
class Detection:
    """The likeliest language, with the name of all that it cannot be told apart from.

    probability: the share of that name among all languages
    verdict: "sure"; "short": too short to tell, or between languages; "mixed": long enough, and yet
        in no one language (mixed, romanised, or one that is not known)
    others: the next likeliest
    """

    code: str
    name: str
    probability: float
    verdict: Literal["sure", "short", "mixed"]
    others: tuple[Guess, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether a family may be chosen by it."""
        return self.verdict == "sure"

    def may_be(self, code: str) -> bool:
        """Whether the language is this one or cannot be told apart from it."""
        return self.code == code or resolve(code).name in _NAMES.split(self.name)


def detect_language(text: str) -> Detection | None:
    """The language of `text`, or None where it has too few letters to tell (links do not count)."""
    words = letters(text[:_READ])[:_ASKED]
    weight = _weight(words)
    if weight < _FEWEST:
        return None
    found = guesses(words)
    named = [one for one in found if one.code != ROMANISED]
    if not named:
        return None
    best, *others = [one for one in named[:3] if one.share >= _NAMED or one is named[0]]
    sure = weight >= SURE_LETTERS and best.share >= needed(weight)
    mixed = found[0].code == ROMANISED or (sure and _is_mixed(words, best))
    if sure and not mixed:
        verdict: Literal["sure", "short", "mixed"] = "sure"
    else:
        verdict = "mixed" if weight >= LONG and (mixed or _LATIN.search(words)) else "short"
    return Detection(best.code, best.name, best.share, verdict, tuple(others))


def needed(letters: int) -> float:
    """The share from which on a guess is sure: 0.89 of 12 letters, 0.72 from 69 on. Chosen on one
    half of the benchmark for at most 0.6 % at any length that are sure and wrong."""
    return max(0.92 - 0.0029 * letters, 0.72)


def vote(texts: Sequence[str], found: Sequence[Detection | None]) -> Detection | None:
    """The language of a table's texts, as each was `found`: that of nearly all rows which are sure,
    else that of all rows together where hardly one is long enough; None: they do not agree."""
    known = [one for one in found if one is not None and one.sure]
    sure = Counter(one.name for one in known)
    if sure.total() >= _ENOUGH:
        (name, count), *_ = sure.most_common(1)
        if count < _VOTE * sure.total():
            return None
        return max((d for d in known if d.name == name), key=lambda d: d.probability)
    together = detect_language(" ".join(texts))
    return together if together is not None and together.sure else None


def _is_mixed(words: str, whole: Guess) -> bool:
    """Whether a part of the text is in another language, or its letters are not of this one."""
    if not may_be_spelled(words, whole.code):
        return True
    found = [one for part in _parts(words.split()) if (one := likeliest(part)) is not None]
    elsewhere = sum(  # English is what guessers say of what they do not know
        key != whole.key and (share >= _ELSEWHERE or whole.key == "en") for key, share in found
    )
    return elsewhere > len(found) // 8  # among many parts one may be a name


def _parts(words: Sequence[str]) -> Iterator[str]:
    """Parts of four words, each begun in the middle of one before, from the whole text."""
    starts = range(0, len(words) - _PART + 1, _PART // 2) if len(words) >= 2 * _PART - 1 else ()
    for start in starts[:: 1 + len(starts) // _PARTS]:
        part = " ".join(words[start : start + _PART])
        if _weight(part) >= SURE_LETTERS:
            yield part


def _weight(words: str) -> int:
    return sum(3 if unicodedata.east_asian_width(c) == "W" else c.isalpha() for c in words)


def letters(text: str) -> str:
    """As guessers take them: usual letters, marks, apostrophes, lower case, single spaces."""
    text = _NOT_WORDS.sub(" ", text.replace("\0", " "))
    text = usual(text).text.lower()
    kept = (
        c if c.isalpha() or c in "'’-\u200c\u200d" or unicodedata.category(c)[0] == "M" else " "
        for c in unicodedata.normalize("NFC", text)
    )
    return " ".join("".join(kept).split())
