"""Records of cells to rows: whether there is a heading, how columns are called, what is no row.

Shared by all formats whose files are grids: CSV, spreadsheets, lists of lines, tables in documents.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lfdrt.data.names import is_known
from lfdrt.data.readers.questions import PREVIEWED, Answers, Choice, Question
from lfdrt.data.rows import BadRow, Left, Row, TableError, column_names

Records = Callable[[], Iterator[tuple[int, list[str]]]]
"""Number and cells of each record, [] for a blank one."""

_LOOKED_AT = 200  # records
_TITLES = 20  # lines above the header, at most
_NUMBER = re.compile(r"[\s+-]*\d[\d.,:/\s%+-]*")
_END = re.compile(r"[.!?…。！？．؟۔।॥։።]\W*$")
_STATED = re.compile(r"[.!…。！．۔।॥։።]\W*$")  # a heading may be a question, in exports of forms


@dataclass(frozen=True, kw_only=True)
class Grid:
    """rows: as `Reading.rows`. notes: what lies above the header. heading: whether there is one.
    first: number of the first record that is a row."""

    rows: Callable[[], Iterator[Row | BadRow | Left]]
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    heading: bool
    first: int


def as_grid(records: Records, answers: Answers) -> Grid:
    """Raises TableError: there is nothing in it."""
    looked_at = islice(records(), _LOOKED_AT)
    first = [(number, cells) for number, cells in looked_at if any(map(str.strip, cells))]
    if not first:
        raise TableError("the file is empty.")
    above = _titles([cells for _, cells in first])
    start, cells = first[above]
    body = [cells for _, cells in first[above + 1 :]]
    heading = _asked(cells, body, answers)
    columns = column_names(cells if heading else [""] * len(cells))
    if not heading and len(columns) == 1:
        columns = ("text",)

    def rows() -> Iterator[Row | BadRow | Left]:
        for number, cells in records():
            if number >= start + heading:
                yield grid_row(number, cells, columns)

    titles = " / ".join(" ".join(filter(None, cells)) for _, cells in first[:above])
    notes = (f"Above the header stands {titles[:200]!r}; it is not read.",) if above else ()
    return Grid(rows=rows, columns=columns, notes=notes, heading=heading, first=start + heading)


def grid_row(number: int, cells: list[str], columns: Sequence[str]) -> Row | BadRow | Left:
    """A record below the heading."""
    width = len(columns)
    if not cells or (width == 1 and not "".join(cells).strip()):
        return Left("blank lines")
    if len(cells) == width:
        return Row(number, dict(zip(columns, cells, strict=True)))
    return BadRow(number, f"{len(cells)} cells where the header has {width}")


def _titles(records: Sequence[Sequence[str]]) -> int:
    """Lines with one filled cell above a table of more columns: titles, comments, `sep=;`."""
    widths = [sum(1 for cell in cells if cell.strip()) for cells in records]
    width = Counter(widths[1:]).most_common(1)[0][0] if len(widths) > 1 else 1
    above = next((i for i, filled in enumerate(widths) if filled > 1), 0)
    return above if width > 1 and above <= _TITLES else 0


def _asked(cells: list[str], body: list[list[str]], answers: Answers) -> bool:
    heading, sure = _has_heading(cells, body)
    wide = len(cells) > 1
    first = " · ".join(filter(None, cells))
    rest = [" · ".join(filter(None, row)) for row in body[:PREVIEWED] if any(row)]
    value = answers.ask(
        Question(
            name="header",
            asks="Is the first line a heading?"
            if wide
            else "Is the first line a sentence or a heading?",
            choices=(
                Choice(value="yes", says="A heading", preview=tuple(rest)),
                Choice(
                    value="no",
                    says="A row like the others" if wide else "A sentence",
                    preview=(first, *rest[: PREVIEWED - 1]),
                ),
            ),
            chosen="yes" if heading else "no",
            sure=sure,
        )
    )
    return value == "yes"


def _has_heading(cells: list[str], body: list[list[str]]) -> tuple[bool, bool]:
    """Whether the first record names the columns, and whether that is sure."""
    if any(map(is_known, cells)):
        return True, True
    if len(cells) == 1:
        return _single_heading(cells[0], [row[0] for row in body if row])
    columns = list(zip(cells, *(row for row in body if len(row) == len(cells)), strict=True))
    numbers = [bool(_NUMBER.fullmatch(head)) for head, *rest in columns if rest and _numeric(rest)]
    if any(numbers):
        return False, False
    if any(head.strip() and head.strip() in map(str.strip, rest) for head, *rest in columns):
        return False, False  # a label of the rows below, say: as a row nothing is lost
    return True, bool(numbers) or not any(map(_may_be_sentence, cells))


def _may_be_sentence(cell: str) -> bool:
    """Of a heading it is asked then; one may be a question, in exports of forms."""
    said = cell.strip()
    stated = len(said) > 40 and _STATED.search(said)
    return bool(stated) or (len(said.split()) > 2 and not _END.search(said))


def _single_heading(head: str, rest: list[str]) -> tuple[bool, bool]:
    """One column. In doubt it is a sentence: nothing is lost then."""
    plain = len(head.split()) <= 3 and not _END.search(head.strip()) and "," not in head
    usual = sorted(map(len, rest))[len(rest) // 2] if rest else 0
    return False, not (plain and 2 * len(head.strip()) < usual)


def _numeric(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all(map(_NUMBER.fullmatch, filled))
