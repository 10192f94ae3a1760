"""A person's file as a table of text, whatever its format (`lfdrt.data.readers`), read lazily.

The whole file is checked before the first row is handed out, so work never stops half-way at a bad
row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lfdrt.data.readers.personal import ask_personal
from lfdrt.data.readers.questions import Answers, Question
from lfdrt.data.readers.reader import Reader, Reading
from lfdrt.data.readers.registry import file_of, fitting
from lfdrt.data.rows import BadRow, Left, Row, TableError, check_width, trimmed
from lfdrt.data.texts import EncodingError
from lfdrt.steps import drained

__all__ = ["MAX_BYTES", "MAX_ROWS", "Table", "TableError", "chosen_column", "open_table", "opening"]

MAX_ROWS = 1_000_000
MAX_BYTES = 200_000_000

_NAMED = 5  # bad rows that a message names
_LOOKED_AT = 100  # rows that are searched for addresses
_EVERY = 5_000  # rows between two reports of progress


@dataclass(frozen=True, kw_only=True)
class Table:
    """A checked table; iterating reads the file again, one row at a time.

    text_column, image_column, lang_column: as the caller chose, else None (`guess_columns`)
    roles: what columns hold by the format's own account
    questions: what can be answered otherwise (`read` of `open_table`), and how it was
    warnings: sentences for the person who gave the table
    """

    path: Path
    reader: Reader
    reading: Reading
    columns: tuple[str, ...]
    row_count: int
    questions: tuple[Question, ...]
    warnings: tuple[str, ...]
    text_column: str | None = None
    image_column: str | None = None
    lang_column: str | None = None

    @property
    def roles(self) -> Mapping[str, str]:
        return self.reading.roles

    @property
    def format(self) -> str:
        """For people: the format's name, encoding, delimiter."""
        return ", ".join((self.reader.name, *self.reading.how))

    def __iter__(self) -> Iterator[Row]:
        for row in self.reading.rows():
            if isinstance(row, BadRow):
                raise TableError(f"{self.path.name} changed while it was read. Start again.")
            if isinstance(row, Row):
                if tuple(row.values) != self.columns:
                    cells = {name: row.values.get(name, "") for name in self.columns}
                    row = Row(row.number, cells)
                yield row


def open_table(
    path: Path,
    *,
    text_column: str | None = None,
    image_column: str | None = None,
    lang_column: str | None = None,
    read: Mapping[str, str] | None = None,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_BYTES,
) -> Table:
    """Finds format, encoding and columns, and checks every row. Raises TableError.

    read: answers to a reader's questions, by their names. Nothing in the file is executed: of a
    formula only the result stored beside it is read.
    """
    table = drained(opening(path, read=read, max_rows=max_rows, max_bytes=max_bytes))
    try:
        chosen = [
            chosen_column(name, table.columns) for name in (text_column, image_column, lang_column)
        ]
    except TableError as error:
        raise TableError(f"{path.name}: {error}") from error
    return replace(table, text_column=chosen[0], image_column=chosen[1], lang_column=chosen[2])


def opening(
    path: Path,
    *,
    read: Mapping[str, str] | None = None,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_BYTES,
) -> Generator[int, None, Table]:
    """As `open_table`, yielding how many rows were checked so far. Raises TableError."""
    answers, name = Answers(read or {}), path.name
    try:
        _check_file(path, max_bytes)
        file = file_of(path, path.name, answers, max_bytes)
        reader = fitting(file, answers)
        name = f"{path.name} ({reader.name})"
        reading = reader.rows(file, answers)
        columns, count, left = yield from _survey(reading, max_rows)
        hidden = ask_personal(_first_cells(reading), answers)
        columns = tuple(name for name in columns if name not in hidden)
        answers.check_all_asked()
    except OSError as error:
        raise TableError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    except (TableError, EncodingError) as error:
        raise TableError(f"{name}: {' '.join(str(error).split())}") from error
    warnings = [*reading.notes]
    if left:
        told = ", ".join(f"{what} ({number:,})" for what, number in left.items())
        warnings.append(f"Left out: {told}.")
    if count == 0:
        warnings.append("There is no row in it.")
    return Table(
        path=path,
        reader=reader,
        reading=reading,
        columns=columns,
        row_count=count,
        questions=answers.questions(),
        warnings=tuple(warnings),
    )


def _first_cells(reading: Reading) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    for row in islice(reading.rows(), _LOOKED_AT):
        if isinstance(row, Row):
            for name, value in row.values.items():
                cells.setdefault(name, []).append(value)
    return cells


def _check_file(path: Path, max_bytes: int) -> None:
    if not path.is_file():
        raise TableError("there is no such file. Check its name and its folder.")
    if path.stat().st_size > max_bytes:
        raise TableError(f"larger than the limit of {max_bytes / 1e6:,.1f} MB. Split it.")


def _survey(
    reading: Reading, max_rows: int
) -> Generator[int, None, tuple[tuple[str, ...], int, Counter[str]]]:
    """Columns, number of rows and what is left out, after every row was read once."""
    columns = dict.fromkeys(reading.columns)
    count = 0
    bad: list[str] = []
    left: Counter[str] = Counter()
    for row in reading.rows():
        if isinstance(row, Left):
            left[row.what] += 1
            continue
        count += 1
        if count % _EVERY == 0:
            yield count
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
            f"{len(bad):,} of {count:,} rows cannot be read: "
            f"{', '.join(bad[:_NAMED])}{more}. {reading.advice}".rstrip()
        )
    check_width(len(columns))
    return tuple(columns), count, left


def chosen_column(name: str | None, columns: tuple[str, ...]) -> str | None:
    """The name as the header has it; None stays None. TableError: there is no such column."""
    if name is not None and (name := trimmed(name)) not in columns:
        raise TableError(f"no column is called {name!r}. Its columns are: {', '.join(columns)}.")
    return name
