"""Text at the edge: bytes of unknown encoding to str, and any str to a safe model input.

`detect_encoding` says how a file's bytes are to be read; `clean_text` makes one text fit to be
shown and read, and says what kind of text it is. Its letters stay as they were typed: a tokenizer
and the language detection read the usual ones (`lfdrt.letters`).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lfdrt.data.encodings import likeliest_encoding
from lfdrt.errors import UserError

MAX_CHARS = 20_000

_SAMPLE_BYTES = 65_536  # charset-normalizer gains nothing from more, and it costs time
_MAX_MARKS = 30  # UAX #15 stream-safe text; NFC is quadratic in the run (80,000 marks: 5.6 s)
# What turns the direction of all that follows; a mark (U+200E) moves nothing but its neighbours.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_CONTROLS = {
    code: None
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if not chr(code).isspace()  # tab, line ends and separators become a space further down
}
# Letters in both cases, not IGNORECASE: with it every place of a text is tried, which takes longer.
_URL = re.compile(r"(?:[hH][tT]{2}[pP][sS]?://|[wW]{3}\.)[!-~]+")
_EMOJI_PARTS = frozenset("\u200d\u20e3" + "".join(map(chr, range(0xFE00, 0xFE10))))
_KINDS_OF_SIGN = {"S": "emoji or symbols", "P": "punctuation", "N": "digits", "M": "lone accents"}
_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class EncodingError(UserError):
    """The bytes of a file are in no encoding that can be told."""


@dataclass(frozen=True)
class Encoding:
    """A codec name that Python knows, and whether it was guessed (then a person must check it)."""

    name: str
    guessed: bool


@dataclass(frozen=True)
class CleanText:
    """A text fit to be shown and read.

    text: single spaces, no control, embedding or surrogate characters; "" when kind is "empty"
    kind: "no_words" is a valid input that holds no letter (emoji, punctuation, digits, links)
    notes: sentences for the person who gave the text
    """

    text: str
    kind: Literal["empty", "no_words", "words"]
    notes: tuple[str, ...] = ()


def clean_text(text: object, *, max_chars: int = MAX_CHARS) -> CleanText:
    """Any str to a model input; never raises for a str. Anything else counts as an empty text."""
    if max_chars < 1:
        raise ValueError(f"max_chars must be at least 1, not {max_chars}.")
    if not isinstance(text, str):
        return CleanText("", "empty", (f"The text is missing ({type(text).__name__}).",))
    notes: list[str] = []
    given = len(text)
    text = _without_surrogates(text, notes)
    if not text.isprintable():  # neither is
        text = _dropped(text, _CONTROLS, "control", notes)
        text = _dropped(text, _BIDI, "text-direction control", notes)
    text = _bounded_marks(" ".join(text.split()), notes)
    if len(text) > max_chars:
        text = _cut(text, max_chars)
        notes.append(
            f"The text is {given:,} characters long; only the first {len(text):,} are read."
        )
    if not (signs := _signs_without_words(text)):
        return CleanText(text, "words", tuple(notes))
    if says_nothing(text):
        return CleanText("", "empty", (*notes, "The text is empty."))
    notes.append(f"The text has no words, only {signs}; the result rests on these alone.")
    return CleanText(text, "no_words", tuple(notes))


END_MARKS = frozenset(".!?…。！？．؟۔।॥։፧።၊။។๚")
"""What ends a sentence in the scripts that training saw, and their neighbours."""


def has_end_mark(text: str) -> bool:
    """Whether any sentence of it has its end mark; True too for a text without a letter, which
    needs none."""
    return not END_MARKS.isdisjoint(text) or not any(map(str.isalpha, text))


def says_nothing(text: str) -> bool:
    """Whether it holds spaces and signs without a shape alone, or no character at all."""
    return all(unicodedata.category(char)[0] in "CZ" for char in text)


def _without_surrogates(text: str, notes: list[str]) -> str:
    """Halves of one character are joined, as JavaScript tools may leave them; others go."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
        notes.append("Broken characters (lone surrogates) were repaired or removed.")
        return joined
    return text


def _dropped(text: str, table: dict[int, None], what: str, notes: list[str]) -> str:
    if table.keys().isdisjoint(map(ord, text)):  # half the time of translate
        return text
    kept = text.translate(table)
    if count := len(text) - len(kept):
        notes.append(f"Removed {count:,} {what} character{'s' if count > 1 else ''}.")
    return kept


def _bounded_marks(text: str, notes: list[str]) -> str:
    if text.isascii() or sum(map(bool, map(unicodedata.combining, text))) <= _MAX_MARKS:
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MAX_MARKS:
            kept.append(char)
    if len(kept) < len(text):
        notes.append(f"More than {_MAX_MARKS} accents on one letter: the others were removed.")
    return "".join(kept)


def _cut(text: str, max_chars: int) -> str:
    """At the last space of the final tenth; in scripts without spaces, never inside a cluster."""
    space = text.rfind(" ", max_chars - max_chars // 10, max_chars + 1)
    if space > 0:
        return text[:space]
    end = max_chars
    while end > max(0, max_chars - 2 * _MAX_MARKS) and _joins_previous(text, end):
        end -= 1
    return text[: end or max_chars].rstrip()


def _joins_previous(text: str, index: int) -> bool:
    char = text[index]
    is_skin_tone = 0x1F3FB <= ord(char) <= 0x1F3FF
    joined = char == "\u200d" or text[index - 1] == "\u200d"
    return joined or is_skin_tone or unicodedata.category(char)[0] == "M"


def _signs_without_words(text: str) -> str:
    """What a text without letters consists of, in words; "" for a text with letters.

    A link does not count as words. Text that follows a link without a space does, unless ASCII.
    """
    rest = _URL.sub(" ", text)
    if any(map(str.isalpha, rest)):
        return ""
    plain = {unicodedata.category(char)[0] for char in rest if char not in _EMOJI_PARTS}
    found = [words for major, words in _KINDS_OF_SIGN.items() if major in plain]
    if rest != text:
        found.append("links")
    return _listed(found) or "invisible marks"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def detect_encoding(path: Path) -> Encoding:
    """Byte-order mark, else strict UTF-8, else a guess from the lines that are not ASCII.

    Reads the file once, in constant memory. Raises EncodingError for UTF-8 with a damaged line
    (a guess would turn every other line into nonsense) and where no guess can be made.
    """
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE_BYTES)
        for mark, marked in _BOMS:
            if head.startswith(mark):
                return Encoding(marked, guessed=False)
        if wide := _utf16_without_mark(head):
            return Encoding(wide, guessed=True)
        stream.seek(0)
        bad_line, sample = _first_bad_line(stream)
    if bad_line is None:
        return Encoding("utf-8", guessed=False)
    decoded = sample.decode("utf-8", "replace")
    damaged = decoded.count("\ufffd")
    if sum(not char.isascii() for char in decoded) > 10 * damaged:
        raise EncodingError(
            f"line {bad_line:,} has bytes that are not UTF-8, although the rest of the file is. "
            "Repair that line, or save the file again as UTF-8."
        )
    name = likeliest_encoding(sample)
    if name is None:
        raise EncodingError("its text encoding cannot be recognised. Save it as UTF-8.")
    return Encoding(name, guessed=True)


def _utf16_without_mark(head: bytes) -> str:
    """Commas, spaces and line ends leave zero bytes on one side only."""
    low, high = head[0::2].count(0), head[1::2].count(0)
    if max(low, high) < max(4, len(head) // 40) or min(low, high) * 20 > max(low, high):
        return ""
    return "utf-16-le" if high > low else "utf-16-be"


def _first_bad_line(lines: Iterable[bytes]) -> tuple[int | None, bytes]:
    """The first line that is not UTF-8, and a sample of the lines that are not ASCII."""
    sample, bad_line = bytearray(), None
    for number, line in enumerate(lines, start=1):
        if line.isascii():
            continue
        if len(sample) < _SAMPLE_BYTES:
            sample += line[:_SAMPLE_BYTES]
        elif bad_line is not None:
            break
        if bad_line is None:
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                bad_line = number
    return bad_line, bytes(sample)
