"""What every reader of a file hands out: rows of text, rows that are broken, what is left out.

Knows no format. Every cell stays the text it is in the file: `NA`, `null`, `nan`, `007`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lfdrt.errors import UserError

MAX_COLUMNS = 1_000
MAX_CELL = 131_072
"""Characters: csv's own limit, held in every format so that exports can be read."""


class TableError(UserError):
    """A file that cannot be used; the message names the file, the row and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """number: as a spreadsheet counts, the first line being 1; where a format has neither rows nor
    lines (paragraphs, cues, intervals), its texts are counted from 1."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that does not fit its table, and why: a few words for a list."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Left:
    """Something that is no row and is left out. what: in the plural, such as "blank lines"."""

    what: str


def trimmed(name: str) -> str:
    """A column's name as it is compared: NFC, without the blanks and marks around it; line ends
    inside, as exports of forms have them, are spaces."""
    return " ".join(unicodedata.normalize("NFC", name.strip("\ufeff \t\r\n\xa0")).split())


def check_width(columns: int) -> None:
    """TableError for a table without columns or with too many."""
    if not 0 < columns <= MAX_COLUMNS:
        raise TableError(f"{columns:,} columns. Give it 1 to {MAX_COLUMNS:,}.")


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Names that differ: one that is there already gets "(2)", one that is empty its place."""
    check_width(len(cells))
    given = [trimmed(cell) or f"column {place}" for place, cell in enumerate(cells, start=1)]
    taken, seen, found = set(given), Counter[str](), []
    for name in given:
        seen[name] += 1
        made, count = name, seen[name]
        while count > 1 and (made := f"{name} ({count})") in taken:
            count += 1
        taken.add(made)
        found.append(made)
    return tuple(found)
