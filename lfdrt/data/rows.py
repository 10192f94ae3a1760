"""Rows of text from a table whose layout is known: CSV, TSV, JSON lines, XLSX or Parquet, lazily.

Rows that break the layout are handed on as `BadRow`, so that a message can name several. Every cell
stays the text it is in the file.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lfdrt.data.export import restore
from lfdrt.data.layouts import Layout, TableError, open_workbook

MAX_COLUMNS = 1_000
MAX_CELL = 131_072  # characters: csv's own limit, held in every format so exports can be read

_NO_DELIMITER = "\x1f"  # a table of one column has none, and csv.reader insists on one
_SHEET_ROWS = 1_048_576  # Excel's limit; a forged row number would make openpyxl count up to it


@dataclass(frozen=True)
class Row:
    """number: as a spreadsheet counts, the header being row 1; in JSON lines, the line;
    in Parquet, from 1."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class BadRow:
    """A row that does not fit its table, and why: a few words for a list."""

    number: int
    why: str


def read_rows(path: Path, layout: Layout) -> Iterator[Row | BadRow]:
    """Every row below the header that is not blank. TableError: the file cannot be read on."""
    if layout.kind == "jsonl":
        yield from _objects(path, layout)
        return
    if layout.kind == "parquet":
        yield from _parquet(path)
        return
    columns: tuple[str, ...] = ()
    for number, cells in _cells(path, layout):
        if not columns:
            columns = _header(cells)
        elif len(cells) == len(columns):
            yield Row(number, dict(zip(columns, cells, strict=True)))
        else:
            yield BadRow(number, f"{len(cells)} cells where the header has {len(columns)}")


def first_names(path: Path, layout: Layout) -> tuple[str, ...]:
    """The header; () for JSON lines, whose columns are the keys of all lines."""
    if layout.kind == "jsonl":
        return ()
    if layout.kind == "parquet":
        from lfdrt.data.parquet import parquet_columns  # pyarrow takes 0.3 s

        return _header(parquet_columns(path))
    first = next(_cells(path, layout), None)
    if first is None:
        raise TableError("the table is empty. It needs a header row with the column names.")
    return _header(first[1])


def _header(cells: list[str]) -> tuple[str, ...]:
    check_width(len(cells))
    names = tuple(trimmed(name) for name in cells)
    if "" in names:
        raise TableError(f"column {names.index('') + 1} has no name. Name it in the header.")
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise TableError(f"two columns are called {repeated!r}. Rename one of them.")
    return names


def check_width(columns: int) -> None:
    """TableError for a table without columns or with too many."""
    if not 0 < columns <= MAX_COLUMNS:
        raise TableError(f"{columns:,} columns. Give it 1 to {MAX_COLUMNS:,}.")


def trimmed(name: str) -> str:
    """A column's name as it is compared: NFC, without the blanks and marks around it."""
    return unicodedata.normalize("NFC", name.strip("\ufeff \t\r\n\xa0"))


def _cells(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each record that is not blank, the header first."""
    records = _sheet(path) if layout.kind == "xlsx" else _delimited(path, layout)
    for number, cells in records:
        if cells:
            yield number, [restore(cell) for cell in cells]


def _delimited(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    number = 0
    with path.open(encoding=layout.encoding, newline="") as stream:
        records = csv.reader(
            stream,
            delimiter=layout.delimiter or _NO_DELIMITER,
            quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        try:
            for number, cells in enumerate(records, start=1):
                yield number, cells
        except csv.Error as error:
            raise TableError(
                f"row {number + 1} has a double quote out of place, or one that is never closed "
                f"({error}). Write a quote inside a quoted cell twice."
            ) from error


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The first visible sheet; rows end at their last filled cell, or at the header's width."""
    width = 0
    with path.open("rb") as stream, open_workbook(stream) as book:
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()  # some programs store a wrong size, and rows would be lost
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > _SHEET_ROWS:
                raise TableError(f"a sheet cannot have more than {_SHEET_ROWS:,} rows.")
            cells = ["" if value is None else str(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                cells += [""] * (width - len(cells))
                width = width or len(cells)
            yield number, cells


def _parquet(path: Path) -> Iterator[Row]:
    from lfdrt.data.parquet import parquet_cells, parquet_columns  # pyarrow takes 0.3 s

    stored = parquet_columns(path)
    columns = _header(stored)
    for number, cells in enumerate(parquet_cells(path, stored, MAX_CELL), start=1):
        yield Row(number, dict(zip(columns, map(restore, cells), strict=True)))


def _objects(path: Path, layout: Layout) -> Iterator[Row | BadRow]:
    """Numbers keep the digits they are written with; an object in an object stays JSON."""
    with path.open(encoding=layout.encoding, newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
            except (ValueError, RecursionError):
                yield BadRow(number, "not valid JSON")
                continue
            yield _object_row(number, found)


def _object_row(number: int, found: object) -> Row | BadRow:
    if not isinstance(found, dict):
        return BadRow(number, "not a JSON object")
    values = {trimmed(name): _json_text(value) for name, value in found.items()}
    if "" in values or len(values) < len(found):
        return BadRow(number, "two keys with one name, or a key without one")
    if any(len(value) > MAX_CELL for value in values.values()):
        return BadRow(number, f"a text of more than {MAX_CELL:,} characters")
    return Row(number, values)


def _json_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
