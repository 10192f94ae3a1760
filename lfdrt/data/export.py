"""Tables written for spreadsheets (CSV, UTF-8 with BOM) and for programs (JSON lines).

Both writers append whole rows only and continue a file that a stopped run left behind. They do
not know predictions, or how tables of other programs are read (`tables.py`).
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from lfdrt.errors import UserError

Cell = str | float | int | bool | None

_SIGNS = r"[=+\-@＝＋－＠﹦﹢﹣﹫]"  # the wide and small forms are folded by some programs
# A cell begins at the start and, for a program with another list separator, after ; and line ends.
_BEGINNING = r"(?:(?<=[;\t\r\n])|\A)"
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?(?=[;\t\r\n]|\Z)"
_FORMULA = re.compile(
    rf"\A(?='*[\t\r\n])|{_BEGINNING}(?P<blanks>[^\S\t\r\n]*)(?!{_NUMBER})(?='*{_SIGNS})"
)
_NEUTRALISED = re.compile(rf"\A'(?='*[\t\r\n])|{_BEGINNING}(?P<blanks>[^\S\t\r\n]*)'(?='*{_SIGNS})")


class ExportError(UserError):
    """A file that cannot be written or continued; the message names it and the next step."""


class InputRow(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def values(self) -> dict[str, str]: ...


AnyRow = TypeVar("AnyRow", bound=InputRow)


def neutralise(text: str) -> str:
    """A spreadsheet would run text that begins with = + - @ or, after white space, with their wide
    forms; an apostrophe stops it. Plain numbers stay.

    Text that already looks neutralised gets one more, so that `restore` is the exact inverse.
    """
    return _FORMULA.sub(lambda found: f"{found['blanks'] or ''}'", text)


def restore(text: str) -> str:
    """The inverse of `neutralise`: restore(neutralise(text)) == text for every text."""
    if "'" not in text:
        return text
    return _NEUTRALISED.sub(lambda found: found["blanks"] or "", text)


class Appender(ABC):
    """Appends complete rows: when `append` returns its rows are on the disk, else none of them.

    columns: the keys of every row, in the order of the file
    rows_done: complete rows in the file, from an earlier run and from this one; a row that a
        stopped run left half written is cut off on opening
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        if not columns or len(set(columns)) < len(columns):
            raise ExportError(f"{path.name} needs column names that differ, not {list(columns)}.")
        self.path, self.columns, self.rows_done = path, tuple(columns), 0
        try:  # unbuffered: after a failed write nothing is left that a later flush could add
            self._file = path.open("r+b" if path.exists() else "x+b", buffering=0)
        except OSError as error:
            raise ExportError(
                f"{path.name} cannot be written ({error.strerror}). Close it in other programs, "
                "check that its folder exists, or choose another file."
            ) from error
        try:
            self._continue()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, rows: Sequence[Mapping[str, Cell]]) -> None:
        """One write for the batch. Raises ExportError, the file being as it was before."""
        for place, row in enumerate(rows, start=self.rows_done + 1):
            if row.keys() != set(self.columns):
                raise ExportError(
                    f"{self.path.name}, row {place}: the columns are {list(self.columns)}, "
                    f"not {list(row)}."
                )
        self._write("".join(self._line([row[column] for column in self.columns]) for row in rows))
        self.rows_done += len(rows)

    def unfinished(self, rows: Iterable[AnyRow], shared: Sequence[str]) -> Iterator[AnyRow]:
        """The input rows that are not in the file yet; call before the first `append`.

        Raises ExportError where a finished row differs from its input row in a `shared` column:
        the file was made from another input, and continuing would mix the two.
        """
        remaining = iter(rows)
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as stream:
                for done in islice(self._rows(stream), self.rows_done):
                    row = next(remaining, None)
                    if row is None:
                        raise self._foreign("was made from another input, with more rows")
                    if any(done[name] != _storable(row.values[name]) for name in shared):
                        raise self._foreign(
                            f"was made from another input: row {row.number} differs"
                        )
        except (csv.Error, json.JSONDecodeError, UnicodeDecodeError, KeyError,
                RecursionError) as error:  # fmt: skip
            raise self._foreign("was changed by another program") from error
        yield from remaining

    @property
    @abstractmethod
    def _head(self) -> str:
        """What the file begins with, before the first row."""

    @property
    @abstractmethod
    def _line_end(self) -> bytes: ...

    @abstractmethod
    def _quotes(self, line: bytes) -> int:
        """How often this line opens or closes a cell in which a line end may stand."""

    @abstractmethod
    def _line(self, cells: Sequence[Cell]) -> str: ...

    @abstractmethod
    def _rows(self, stream: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The rows of the file, each text as it was before it was made safe."""

    def _continue(self) -> None:
        head = self._head.encode("utf-8", "replace")
        with self.path.open("rb") as stream:
            start = stream.read(len(head))
            if not head.startswith(start):
                raise self._foreign(f"has other columns than {list(self.columns)}")
            end = position = len(head)
            quotes = 0
            for line in stream:
                position += len(line)
                quotes += self._quotes(line)
                if quotes % 2 == 0 and line.endswith(self._line_end):
                    end, self.rows_done = position, self.rows_done + 1
        if start == head:
            self._file.truncate(end)
            self._file.seek(end)
        else:  # new, or stopped inside the head
            self._file.truncate(0)
            self._write(self._head)

    def _write(self, text: str) -> None:
        start = self._file.tell()
        content = memoryview(_storable(text).encode("utf-8"))
        try:
            while content:
                content = content[self._file.write(content) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            with suppress(OSError):  # else the next run cuts the half-written row off
                self._file.truncate(start)
                self._file.seek(start)
            raise ExportError(
                f"{self.path.name} cannot be written ({error.strerror}). Its {self.rows_done:,} "
                "rows are safe: free some space and start again to continue."
            ) from error

    def _foreign(self, what: str) -> ExportError:
        next_step = "Choose another output file, or delete this one."
        return ExportError(f"{self.path.name} {what}. {next_step}")


class CsvAppender(Appender):
    """RFC 4180: commas, CRLF, quotes where needed; UTF-8 with a byte-order mark for Excel.

    Texts are neutralised; numbers are not texts, so -0.5 stays a number.
    """

    _line_end = b"\r\n"

    @property
    def _head(self) -> str:
        return "\ufeff" + self._line(self.columns)

    def _quotes(self, line: bytes) -> int:
        return line.count(b'"')

    def _line(self, cells: Sequence[Cell]) -> str:
        line = io.StringIO(newline="")
        csv.writer(line).writerow(map(_csv_cell, cells))
        return line.getvalue()

    def _rows(self, stream: Iterable[str]) -> Iterator[dict[str, Any]]:
        for fields in islice(csv.reader(stream), 1, None):
            yield dict(zip(self.columns, map(restore, fields), strict=False))


class JsonlAppender(Appender):
    """One object a line, UTF-8 without a mark; nothing is neutralised, since nothing runs it."""

    _head = ""
    _line_end = b"\n"

    def _quotes(self, line: bytes) -> int:
        return 0  # a line end inside a text is written as \n

    def _line(self, cells: Sequence[Cell]) -> str:
        values = dict(zip(self.columns, map(_json_cell, cells), strict=True))
        return json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n"

    def _rows(self, stream: Iterable[str]) -> Iterator[dict[str, Any]]:
        for line in stream:
            row = json.loads(line)
            if not isinstance(row, dict) or list(row) != list(self.columns):
                raise self._foreign(f"has other columns than {list(self.columns)}")
            yield row


def _storable(text: str) -> str:
    """Lone surrogates have no UTF-8 form; they become "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _number(value: Real) -> int | float:
    """NumPy's scalars as Python's, which are written with the digits that give them back."""
    return int(value) if isinstance(value, Integral) else float(value)


def _csv_cell(value: Cell) -> str:
    if value is None or isinstance(value, str):
        return neutralise(value or "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Real):
        return repr(_number(value))
    raise TypeError(f"A table cell is text, a number or a truth value, not {type(value).__name__}.")


def _json_cell(value: Cell) -> str | int | float | bool | None:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Real):
        number = _number(value)
        return number if math.isfinite(number) else None  # JSON has no NaN and no infinity
    raise TypeError(f"A table cell is text, a number or a truth value, not {type(value).__name__}.")
