"""CSV, TSV and their like: cells between commas, semicolons, tabs or pipes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from lfdrt.data.export import restore
from lfdrt.data.names import is_known
from lfdrt.data.readers.annotations import TOOL, plain_cell
from lfdrt.data.readers.file import BINARY, HEAD, File
from lfdrt.data.readers.grid import Grid, as_grid
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading
from lfdrt.data.rows import BadRow, Left, Row, TableError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
UNPAIRED = "Its double quotes do not pair up, so they are read as ordinary characters."

_NO_DELIMITER = "\x1f"  # a list of lines has none, and csv.reader insists on one
_SEP = re.compile(r'\s*"?sep=([,;\t|])"?\s*(\r\n|\r|\n)')  # Excel's own way to tell the delimiter
_FEW = 0.3  # share of records as wide as the header, below which commas are no columns


class Delimited(Reader):
    suffixes = (".csv", ".tsv", ".tab")
    name = "CSV"
    says = "columns between commas, semicolons, tabs or pipes; one row a line"

    def recognises(self, head: bytes, name: str) -> Fit:
        if head.startswith(BINARY):
            return Fit.NO
        return _sniffed(head.decode("utf-8", "replace"))[1]

    def rows(self, file: File, answers: Answers) -> Reading:
        form, grid = read_delimited(file, answers)
        rows = grid.rows
        if len(TOOL.intersection(grid.columns)) > 1:
            rows = partial(_of_tool, grid.rows)
        return Reading(
            rows=rows,
            columns=grid.columns,
            notes=grid.notes + (() if form.quoted else (UNPAIRED,)),
            how=(file.encoding, f"separated by {DELIMITERS[form.delimiter or ',']}"),
            advice=form.advice,
        )


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a file's cells are kept apart. delimiter, quoted: as `parsed` takes them. told: whether
    the first record names the delimiter, and is no row."""

    delimiter: str | None
    quoted: bool
    told: bool

    @property
    def advice(self) -> str:
        if self.delimiter is None:
            return ""
        return f"Put double quotes round a cell that contains a {DELIMITERS[self.delimiter]}."

    def below(self, file: File) -> Iterator[tuple[int, list[str]]]:
        """The records, without the one that names the delimiter."""
        yield from islice(records(file, self.delimiter, quoted=self.quoted), int(self.told), None)


def read_delimited(file: File, answers: Answers) -> tuple[Form, Grid]:
    head = file.head.decode("utf-8", "replace")
    delimiter = _sniffed(head)[0] or ","
    quoted = delimiter != "\t" or pairs_up(file, delimiter)
    form = Form(delimiter=delimiter, quoted=quoted, told=_SEP.match(head) is not None)
    return form, as_grid(partial(form.below, file), answers)


def _of_tool(
    rows: Callable[[], Iterator[Row | BadRow | Left]],
) -> Iterator[Row | BadRow | Left]:
    """Cells of Label Studio, which may hold JSON."""
    for row in rows():
        if isinstance(row, Row):
            row = Row(row.number, {name: plain_cell(cell) for name, cell in row.values.items()})
        yield row


def records(file: File, delimiter: str | None, *, quoted: bool) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each record of a file."""
    with file.text() as stream:
        yield from parsed(stream, delimiter, quoted=quoted)


def parsed(
    lines: Iterable[str], delimiter: str | None, *, quoted: bool, first: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each record; a prediction's apostrophes before formulas are undone. No
    more lines are taken than the record needs.

    delimiter: None: every line is one cell. quoted: whether a double quote at the start of a cell
    opens a quoted one. first: number of the first record.
    """
    number = first - 1
    found = csv.reader(
        lines,
        delimiter=delimiter or _NO_DELIMITER,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        strict=True,
    )
    try:
        for number, cells in enumerate(found, start=first):
            yield number, [restore(cell) if "'" in cell else cell for cell in cells]
    except csv.Error as error:
        raise TableError(f"row {number + 1} {_fault(str(error))}") from error


def _fault(error: str) -> str:
    if "field limit" in error:
        return f"has a cell of more than {csv.field_size_limit():,} characters. Shorten it."
    return (
        f"has a double quote out of place, or one that is never closed ({error}). Write a quote "
        "inside a quoted cell twice."
    )


def pairs_up(file: File, delimiter: str | None) -> bool:
    """Whether double quotes are quotes. Tab-separated files and lists are often written without
    any quoting, so a file that breaks the rules is tried as such."""
    with file.text() as stream:
        if not any('"' in line for line in stream):
            return True
    fits = [_is_even(file, delimiter, quoted=quoted) for quoted in (True, False)]
    return fits[0] or not fits[1]


def _is_even(file: File, delimiter: str | None, *, quoted: bool) -> bool:
    width = 0
    try:
        for _, cells in records(file, delimiter, quoted=quoted):
            width = width or len(cells)
            if cells and len(cells) != width:
                return False
    except TableError:
        return False
    return True


def _sniffed(head: str) -> tuple[str | None, Fit]:
    """The delimiter by which most records have the header's number of cells, and how sure it is.

    Commas of sentences are followed by a space, and differ in number from line to line.
    """
    if told := _SEP.match(head):
        return told[1], Fit.LIKELY
    best: tuple[float, int, str | None] = (0.0, 1, None)
    widest: list[list[str]] = []
    for sign in DELIMITERS:
        found = _sample(head, sign)
        width = _width(found)
        if width > 1:
            share = sum(len(cells) == width for cells in found) / len(found)
            if (share, width) > best[:2]:
                best, widest = (share, width, sign), found
    share, width, delimiter = best
    if delimiter is None:
        return None, Fit.NO
    header = next(cells for cells in widest if len(cells) == width)
    if any(map(is_known, header)):
        return delimiter, Fit.LIKELY
    rows = [cells for cells in widest if len(cells) > 1]
    prose = sum(all(cell.startswith(" ") for cell in cells[1:]) for cells in rows)
    if delimiter in ",;" and (share < _FEW or prose > 0.8 * len(rows)):
        return delimiter, Fit.DOUBTFUL
    return delimiter, Fit.LIKELY


def _sample(head: str, delimiter: str) -> list[list[str]]:
    found = [c for c in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if c]
    if len(head) >= HEAD and len(found) > 1:
        found.pop()  # cut off by the sample
    return found


def _width(found: list[list[str]]) -> int:
    """Cells of the header: of the first record, unless it is a title above a table."""
    if not found or len(found[0]) > 1:
        return len(found[0]) if found else 1
    width, count = Counter(len(cells) for cells in found).most_common(1)[0]
    return width if count > len(found) / 2 else 1
