"""What a format is: how its files are called, known and read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar

from lfdrt.data.readers.file import File
from lfdrt.data.readers.questions import Answers
from lfdrt.data.rows import MAX_CELL, BadRow, Left, Row


class Fit(IntEnum):
    """How well a format fits a file: the best one reads it, the others are offered.

    FALLBACK: any text is at least lines. LIKELY: its cells line up. YES: it says so itself.
    """

    NO = 0
    DOUBTFUL = 1
    FALLBACK = 2
    LIKELY = 3
    YES = 4


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One file as its reader understands it.

    rows: each call reads the file again from its start; TableError where it cannot be read on
    columns: those that are known beforehand; rows may bring more
    roles: what columns hold, by the format's own account (text, lang, label, image, id)
    notes: sentences for the person whose file it is
    how: encoding, delimiter, sheet: what stands behind the format's name in a report
    advice: the next step where rows are broken
    """

    rows: Callable[[], Iterator[Row | BadRow | Left]]
    columns: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    how: tuple[str, ...] = ()
    advice: str = ""


def whole_row(number: int, values: dict[str, str]) -> Row | BadRow:
    """A row, unless a cell of it is too long."""
    if any(len(value) > MAX_CELL for value in values.values()):
        return BadRow(number, f"a text of more than {MAX_CELL:,} characters")
    return Row(number, values)


class Reader(ABC):
    """suffixes: of its files, for filters of file choosers; the content decides. name: for people.
    says: one line for the page: what becomes a row."""

    suffixes: ClassVar[tuple[str, ...]]
    name: ClassVar[str]
    says: ClassVar[str]

    @abstractmethod
    def recognises(self, head: bytes, name: str) -> Fit:
        """head: what `File.head` says. name: of the file; only where contents leave a doubt."""

    @abstractmethod
    def rows(self, file: File, answers: Answers) -> Reading:
        """Raises TableError, a sentence that the file's name is put before."""
