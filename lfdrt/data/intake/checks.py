"""Checks of many texts, labels and pictures at once, for the report of an intake.

Each takes plain values and gives a part of the report.
"""

from __future__ import annotations

import os
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TypeVar

from lfdrt.data.columns import ColumnMapping
from lfdrt.data.detect import detect_language, vote
from lfdrt.data.images import ImageError, read_image
from lfdrt.data.intake.report import (
    LENGTHS,
    CountTokens,
    DetectedLanguage,
    LabelFound,
    Languages,
    LengthBin,
    Tokens,
)
from lfdrt.data.label_names import class_named

SHORT = 8
"""Letters below which a text is very short; a Han, kana or Hangul character counts as three."""

_DETECTED = 500  # texts: a share is then right to 4.5 points, in some 0.5 s
_TOKENISED = 10_000
_CHUNK = 500
_VOTERS = 5_000  # rows of a table

Item = TypeVar("Item")


def is_very_short(text: str) -> bool:
    if sum(map(str.isalpha, text[: 4 * SHORT])) >= SHORT:
        return False  # nearly always, and the loop below takes five times as long
    letters = 0
    for char in text:
        if char.isalpha():
            letters += 3 if unicodedata.east_asian_width(char) == "W" else 1
            if letters >= SHORT:
                return False
    return True


def check_languages(texts: Sequence[str], chosen: str | None) -> Languages:
    """The languages that a sample of the texts seems to be in, the most frequent first."""
    sample = _spread(texts, _DETECTED)
    guessed = [detect_language(text) for text in sample]
    found = [one for one in guessed if one is not None and one.sure]
    codes = {one.name: chosen if chosen and one.may_be(chosen) else one.code for one in found}
    counts = Counter(one.name for one in found)
    voted = vote(sample, guessed) if chosen is None else None
    return Languages(
        chosen=chosen,
        looked_at=len(found),
        detected=tuple(
            DetectedLanguage(code=codes[name], name=name, share=count / len(found))
            for name, count in counts.most_common()
        ),
        voted=None if voted is None else voted.code,
    )


def voted_language(texts: Sequence[str]) -> str | None:
    """The code of the language that a table's texts are in, where they agree."""
    sample = _spread(texts, _DETECTED)
    found = vote(sample, [detect_language(text) for text in sample])
    return None if found is None else found.code


def voted_among(rows: Iterable[Mapping[str, str]], columns: ColumnMapping) -> str | None:
    """The language of the first rows that name none, where they agree."""
    if columns.text is None:
        return None
    first = islice(rows, _VOTERS)
    own = [row[columns.text] for row in first if not (columns.lang and row[columns.lang].strip())]
    return voted_language(own)


def check_tokens(texts: Sequence[str], count_tokens: CountTokens) -> Tokens:
    """Script coverage and lengths over a sample of the texts."""
    sample = _spread(texts, _TOKENISED)
    counts = [
        count
        for start in range(0, len(sample), _CHUNK)
        for count in count_tokens(sample[start : start + _CHUNK])
    ]
    lengths = [count.tokens for count in counts]
    bins = Counter(bisect_left(LENGTHS, length) for length in lengths)
    return Tokens(
        texts=len(counts),
        unknown=sum(count.unknown for count in counts) / max(1, sum(lengths)),
        longest=max(lengths, default=0),
        lengths=tuple(
            LengthBin(up_to=bound, texts=bins[place])
            for place, bound in enumerate((*LENGTHS, None))
        ),
    )


def check_label_values(
    counts: Mapping[str, int], labels: Sequence[str] | None
) -> tuple[LabelFound, ...]:
    """The values with the class that each is a name of; None for `labels`: itself."""
    return tuple(
        LabelFound(
            value=value, rows=rows, label=value if labels is None else class_named(value, labels)
        )
        for value, rows in counts.items()
    )


def broken_pictures(pictures: Sequence[tuple[Path, str]]) -> Iterator[str | None]:
    """For each (file, name) in order: the sentence that says why it cannot be read, or None.

    Every pixel is decoded: a cut-off picture has a good header. Pillow decodes outside the lock of
    Python, so threads help; at most four, since a picture may take 240 MB.
    """
    pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1))
    try:
        for start in range(0, len(pictures), _CHUNK):
            yield from pool.map(_broken, pictures[start : start + _CHUNK])
    finally:
        pool.shutdown(cancel_futures=True)


def _broken(picture: tuple[Path, str]) -> str | None:
    path, name = picture
    try:
        read_image(path, name=name)
    except ImageError as error:
        return str(error)
    return None


def _spread(items: Sequence[Item], most: int) -> list[Item]:
    """At most `most` of them, at even distances, so that every part of a sorted table counts."""
    if len(items) <= most:
        return list(items)
    return [items[place * len(items) // most] for place in range(most)]
