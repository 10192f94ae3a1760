"""Letters as a tokenizer and a language guesser know them, and where each one was typed.

One letter can be written in several ways: decomposed, in Arabic presentation forms or stretched by
tatweel, with vowel or stress marks, in the Georgian capitals of headlines, full-width, in
mathematical script. Models have seen the usual form of each alone. `usual` brings a text to it and
keeps, for every letter, the place it was typed at, so that people are shown what they typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

import regex

DIRECTION_MARKS = "\u061c\u200e\u200f"
_UNSEEN = DIRECTION_MARKS + "\u00ad\u034f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069"
_COMPATIBLE = {  # what stands for other letters, by the names in `Letters.changed`
    "Arabic presentation form": r"\ufb50-\ufd3d\ufd50-\ufdff\ufe70-\ufefc",
    "full-width letter": r"\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f",
    "CJK compatibility character": r"\u2e80-\u2fdf\u3300-\u33ff\uf900-\ufaff"
    r"\U0002f800-\U0002fa1f",
    "presentation form": r"\ufb00-\ufb4f",
    "mathematical letter": r"\U0001d400-\U0001d7ff",
}
# Of primers, poems and scripture; few texts that an encoder was trained on have them. With them a
# word falls into pieces, and the label is that of the English side less often (`python -m
# tests.benchmarks.marks`: Arabic 65 to 45 %, Hebrew 68 to 37 %, Russian 73 to 64 %; those of
# ordinary Arabic, one or two a sentence, make no difference: 69.0 % without, 68.5 % with).
_POINTS = (
    r"\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew
    r"\u0610-\u061a\u064b-\u0652\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"  # Arabic
)
# In Latin script the same signs are spelling (Spanish, Yoruba), and so they are on consonants.
_STRESS = re.compile("(?<=[аеиоуыэюяёіїєАЕИОУЫЭЮЯЁІЇЄ])[\u0300\u0301]")
_MTAVRULI = r"\u1c90-\u1cbf"
_ALL = "".join(_COMPATIBLE.values()) + _MTAVRULI + _UNSEEN
_KIND = {name: regex.compile(f"[{chars}]") for name, chars in _COMPATIBLE.items()}
# Joiners shape Arabic and Indic letters and hold emoji together; after these they are left over.
_JOINED = r"\p{Latin}\p{Cyrillic}\p{Greek}\p{Georgian}\p{Armenian}\p{Hebrew}\p{Han}\p{Hangul}\p{N}"
_UNSPACED = r"\p{Khmer}\p{Thai}\p{Lao}\p{Myanmar}\p{Tibetan}"
# Of every text: 50 times as fast as regex's classes.
_STRANGE = re.compile(f"[{_ALL}{_POINTS}\u0640\u0300\u0301]")
_JOINER = re.compile("[\u200c\u200d]")
_LOOSE = regex.compile(rf"(?:[{_JOINED}]\p{{M}}*|\s|^)[\u200c\u200d]")
_PIECE = regex.compile(
    r"(?P<tatweel>(?<=\p{Arabic}\p{M}*)\u0640+|\u0640+(?=\p{M}*\p{Arabic}))"
    rf"|(?P<space>(?<=[{_UNSPACED}]\p{{M}}*)\u200b+(?=[{_UNSPACED}]))"
    rf"|(?P<unseen>[{_UNSEEN}\u200c\u200d]+)"  # joiners that no letter comes before
    r"|(?P<whole>\X)"
)
_LEFT_OVER = regex.compile(rf"(?<=^[\s{_JOINED}]\p{{M}}*)[\u200c\u200d]+|\u034f+")
_POINT = re.compile(f"[{_POINTS}]")
_CAPITAL = regex.compile(f"[{_MTAVRULI}]")


@dataclass(frozen=True)
class Letters:
    """A text in usual letters.

    starts, ends: for each character of `text`, the characters [start, end) of the typed text that
    it stands for; empty where every one stands where it was typed. What was left out belongs to
    the character before it.
    changed: how many letters of each kind were read as others, the most frequent kind first
    """

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    changed: tuple[tuple[str, int], ...] = ()

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters [start, end) of `text` were typed."""
        if not self.starts or start >= end:
            return start, end
        return self.starts[start], self.ends[end - 1]

    @property
    def note(self) -> str:
        """A sentence for the person who typed it; "" where nothing was changed."""
        if not self.changed:
            return ""
        told = [f"{count:,} {kind}{'s' if count > 1 else ''}" for kind, count in self.changed]
        return f"Read in usual letters, shown as it was typed: {', '.join(told)}."


def usual(text: str) -> Letters:
    """The text in NFC, without tatweel, vowel points, stress marks and signs that nobody sees,
    compatibility letters as those that they stand for, and Georgian capitals as small letters.
    Emoji stay as they are."""
    if text.isascii() or not _is_strange(text):
        return Letters(text)
    made: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    changed: Counter[str] = Counter()
    for piece in _PIECE.finditer(text):
        start, end = piece.span()
        plain, kind = _plain(piece)
        if plain != piece[0]:
            changed[kind] += 1 if piece["whole"] else end - start
        if not plain and ends:
            ends[-1] = end
        elif plain == piece[0]:
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            starts += [start] * len(plain)
            ends += [end] * len(plain)
        made.append(plain)
    if not changed:
        return Letters(text)
    return _again(Letters("".join(made), tuple(starts), tuple(ends), tuple(changed.most_common())))


def _is_strange(text: str) -> bool:
    if _STRANGE.search(text) or not unicodedata.is_normalized("NFC", text):
        return True
    return bool(_JOINER.search(text) and _LOOSE.search(text))


def _again(once: Letters) -> Letters:
    """What was left out may have stood between letters that belong together."""
    twice = usual(once.text)
    if not twice.starts:
        return once
    spans = [once.typed(s, e) for s, e in zip(twice.starts, twice.ends, strict=True)]
    changed = Counter(dict(once.changed)) + Counter(dict(twice.changed))
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    return Letters(twice.text, tuple(starts), tuple(ends), tuple(changed.most_common()))


def _plain(piece: regex.Match[str]) -> tuple[str, str]:
    """A piece in usual letters, and what it was."""
    typed = piece[0]
    if piece["tatweel"]:
        return "", "tatweel sign"
    if piece["space"]:  # a zero-width space ends a word where words have no space between them
        return " ", "invisible sign"
    if piece["unseen"]:
        return "", "invisible sign"
    seen = _LEFT_OVER.sub("", typed)
    if (bare := _POINT.sub("", seen)) != seen:
        return unicodedata.normalize("NFC", bare), "vowelled letter"
    for kind, chars in _KIND.items():
        if chars.search(seen):
            return unicodedata.normalize("NFKC", seen), kind
    if _CAPITAL.match(seen):
        return unicodedata.normalize("NFC", seen.lower()), "Georgian capital"
    plain = unicodedata.normalize("NFC", seen)
    if (bare := _STRESS.sub("", plain)) != plain:
        return bare, "stressed letter"
    return plain, "decomposed letter" if plain != seen else "invisible sign"
