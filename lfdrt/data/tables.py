"""A person's table as rows of text: CSV, TSV, JSON lines, XLSX or Parquet, read lazily.

The whole file is checked before the first row is handed out, so work never stops half-way at a bad
row. Every cell stays the text it is in the file: `NA`, `null`, `nan`, `007`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lfdrt.data.layouts import DELIMITERS, Layout, TableError, found_layout
from lfdrt.data.rows import BadRow, Row, check_width, first_names, read_rows, trimmed
from lfdrt.data.texts import EncodingError

MAX_ROWS = 1_000_000
MAX_BYTES = 200_000_000

_NAMED = 5  # bad rows that a message names


@dataclass(frozen=True)
class Table:
    """A checked table; iterating reads the file again, one row at a time.

    text_column, image_column, lang_column: as the caller chose, else None (`guess_columns`)
    warnings: sentences for the person who gave the table
    """

    path: Path
    layout: Layout
    columns: tuple[str, ...]
    row_count: int
    warnings: tuple[str, ...]
    text_column: str | None
    image_column: str | None
    lang_column: str | None

    @property
    def encoding(self) -> str | None:
        return self.layout.encoding

    @property
    def delimiter(self) -> str | None:
        return self.layout.delimiter

    def __iter__(self) -> Iterator[Row]:
        for row in read_rows(self.path, self.layout):
            if isinstance(row, BadRow):
                raise TableError(f"{self.path.name} changed while it was read. Start again.")
            yield Row(row.number, {name: row.values.get(name, "") for name in self.columns})


def open_table(
    path: Path,
    *,
    text_column: str | None = None,
    image_column: str | None = None,
    lang_column: str | None = None,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_BYTES,
) -> Table:
    """Finds encoding, format and columns, and checks every row. Raises TableError.

    Nothing in the file is executed: of a formula only the result stored beside it is read. An
    XLSX keeps its shared strings in memory; every other format is read in constant memory.
    Columns of a Parquet file that hold no text are left out, with a warning.
    """
    try:
        layout, warnings = found_layout(path, max_bytes)
        if layout.kind == "parquet":
            from lfdrt.data.parquet import checked_parquet  # pyarrow takes 0.3 s

            warnings += checked_parquet(path, max_bytes)
        layout, columns, row_count = _surveyed(path, layout, max_rows)
        chosen = [chosen_column(name, columns) for name in (text_column, image_column, lang_column)]
    except OSError as error:
        raise TableError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise TableError(
            f"{path.name}: not every character is valid {error.encoding}. Save it as UTF-8."
        ) from error
    except (TableError, EncodingError) as error:
        raise TableError(f"{path.name}: {error}") from error
    if not layout.quoted:
        warnings.append(
            "Its double quotes do not pair up, so they are read as ordinary characters."
        )
    if row_count == 0:
        warnings.append("The table has a header but no rows.")
    return Table(path, layout, columns, row_count, tuple(warnings), *chosen)


def _surveyed(path: Path, layout: Layout, max_rows: int) -> tuple[Layout, tuple[str, ...], int]:
    """Layout, columns and number of rows, after every row was read once.

    Tab-separated and one-column files are often written without any quoting, so one that breaks
    the rules of quotes is tried as such.
    """
    try:
        return layout, *_survey(path, layout, max_rows)
    except TableError:
        if layout.kind != "delimited" or layout.delimiter not in ("\t", None):
            raise
        try:
            unquoted = replace(layout, quoted=False)
            return unquoted, *_survey(path, unquoted, max_rows)
        except TableError:
            pass
        raise


def _survey(path: Path, layout: Layout, max_rows: int) -> tuple[tuple[str, ...], int]:
    columns = dict.fromkeys(first_names(path, layout))
    count = 0
    bad: list[str] = []
    for row in read_rows(path, layout):
        count += 1
        if count > max_rows:
            raise TableError(f"more than {max_rows:,} rows, the limit. Split the file.")
        if isinstance(row, BadRow):
            bad.append(f"row {row.number} ({row.why})" if len(bad) < _NAMED else "")
        elif not row.values.keys() <= columns.keys():
            columns |= dict.fromkeys(row.values)
            check_width(len(columns))
    if bad:
        more = f" and {len(bad) - _NAMED:,} more" if len(bad) > _NAMED else ""
        raise TableError(
            f"{len(bad):,} of {count:,} rows cannot be read: {', '.join(bad[:_NAMED])}{more}. "
            + _hint(layout)
        )
    check_width(len(columns))
    return tuple(columns), count


def _hint(layout: Layout) -> str:
    if layout.kind == "jsonl":
        return 'Each line must be one JSON object, such as {"text": "…"}.'
    if layout.kind == "xlsx":
        return "Name every column in the header, or clear the cells outside them."
    sign = DELIMITERS.get(layout.delimiter or "", "line end")
    return f"Put double quotes round a cell that contains a {sign}."


def chosen_column(name: str | None, columns: tuple[str, ...]) -> str | None:
    """The name as the header has it; None stays None. TableError: there is no such column."""
    if name is not None and (name := trimmed(name)) not in columns:
        raise TableError(f"no column is called {name!r}. Its columns are: {', '.join(columns)}.")
    return name
