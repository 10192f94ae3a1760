"""One sentence in many languages: from lines to what is compared, and its bundled sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from app.models.requests import Refused
from app.places import ASSETS
from app.predict import side_words as said
from lfdrt.languages import LANGUAGES, resolve
from lfdrt.words import Word, merge, summed

if TYPE_CHECKING:
    from lfdrt.output import Parallel

MOST = 40
"""Lines: ten more than this project has languages, which take 0.35 s of one core."""
FIRST = ("fi", "ar", "ta", "sw", "zh", "tr")
"""Languages that are compared at first: six families, five scripts."""
_NAMED = re.compile(r"\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*[:：\t]\s*(.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One language beside the English side. agreement: what both distributions over the classes
    have in common, 0 to 1.

    Shape: attention (A,), shares of the text's attention by English words, sum 1; words (A,), the
    place of the word that looks at each English word most.
    """

    parallel: Parallel
    units: tuple[Word, ...]
    agreement: float
    attention: np.ndarray
    aligned: np.ndarray

    @property
    def pieces(self) -> float:
        """Of the tokenizer, a word."""
        return self.parallel.pieces / max(len(self.units), 1)


@cache
def sentences() -> dict[str, dict[str, str]]:
    """The bundled ones: by their English, the texts by language."""
    held = json.loads((ASSETS / "parallel.json").read_text(encoding="utf-8"))
    return {one["texts"]["en"]: one["texts"] for one in held["sentences"]}


def written(sentence: str, codes: Sequence[str]) -> str:
    """A bundled sentence as lines, the English first; all languages where none is chosen."""
    texts = sentences()[sentence]
    chosen = [code for code in (codes or texts) if code in texts and code != "en"]
    return "\n".join(f"{code}: {texts[code]}" for code in ("en", *chosen))


def all_bundled(text: str) -> bool:
    """Whether every line is a bundled sentence, whatever was chosen before it was written."""
    ours = {f"{code}: {text}" for texts in sentences().values() for code, text in texts.items()}
    return ours.issuperset(line for line in text.splitlines() if line.strip())


def lines(text: str) -> list[tuple[str, str | None]]:
    """Each line's sentence, and its language where a code stands before it. Refused: nothing that
    could be compared."""
    found = list(_lines(text))
    if len(found) > MOST:
        raise Refused(said.MANY_LINES.format(n=len(found), most=MOST))
    if len(found) < 2:
        raise Refused(said.ONE_LINE)
    return found


def _lines(text: str) -> Iterator[tuple[str, str | None]]:
    for n, line in enumerate(filter(str.strip, text.splitlines()), start=1):
        named = _NAMED.fullmatch(line)
        code = _code(named[1]) if named else None
        if named is None or code is None:
            yield line.strip(), None
        elif not named[2].strip():
            raise Refused(said.NO_TEXT.format(n=n))
        else:
            yield named[2].strip(), code


def _code(tag: str) -> str | None:
    try:
        return resolve(tag).code
    except ValueError:
        return None


def sides(found: Sequence[Parallel]) -> list[Side]:
    """The English one first. Refused: the first is another language."""
    english = found[0]
    if english.prediction.language != "en":
        raise Refused(said.NO_ENGLISH)
    columns = units_of(english)
    return [_side(one, english, columns) for one in found]


def units_of(one: Parallel) -> tuple[Word, ...]:
    return merge(one.prediction.text or "", one.prediction.tokens)


def _side(one: Parallel, english: Parallel, columns: Sequence[Word]) -> Side:
    units = units_of(one)
    by_token = summed(one.alignment, columns)  # (T, A)
    brought = _shares(one.attention @ by_token)
    if one is english:
        brought = _shares(summed(one.attention, columns))
    by_word = np.stack([by_token[list(w.tokens)].mean(axis=0) for w in units])  # (W, A)
    both = np.minimum(one.prediction.scores.mean, english.prediction.scores.mean)
    return Side(
        parallel=one,
        units=units,
        agreement=float(both.sum()),
        attention=brought,
        aligned=np.arange(len(columns)) if one is english else by_word.argmax(axis=0),
    )


def _shares(weights: np.ndarray) -> np.ndarray:
    total = float(weights.sum())
    return weights / total if total else weights


def names() -> list[tuple[str, str]]:
    """Of the languages to choose, with their codes."""
    others = sorted((one.name, one.code) for one in LANGUAGES.values() if one.code != "en")
    return [(f"{name} ({code})", code) for name, code in others]
