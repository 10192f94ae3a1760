"""What commands over a table share: opening it, reading back what is finished, and being stopped.

Torch-free.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from lfdrt.commands.options import READ, chosen_reading
from lfdrt.data.archives import Picture
from lfdrt.data.columns import ColumnMapping, guess_columns
from lfdrt.data.export import Appender
from lfdrt.data.intake.pictures import (
    BesideTable,
    PictureIndex,
    Pictures,
    pictures_in,
    told_skipped,
)
from lfdrt.data.readers.questions import Question
from lfdrt.data.rows import Row
from lfdrt.data.tables import Table, open_table
from lfdrt.errors import UserError
from lfdrt.runs.files import scratch


def open_input(path: Path, read: Sequence[str], **columns: Any) -> Table:
    """The --input table, read as --read says; what is odd about it goes to stderr.

    Raises TableError.
    """
    table = open_table(path, read=chosen_reading(read), **columns)
    for warning in (*table.warnings, *told_questions(table.questions)):
        print(f"{table.path.name}: {warning}", file=sys.stderr)
    return table


def told_questions(questions: Sequence[Question], option: str = READ) -> list[str]:
    """A sentence for each whose answer is not sure. option: that answers them."""
    return [
        f"{one.asks} Taken: {one.chosen}. Otherwise: "
        + " or ".join(f"{option} {one.name}={c.value}" for c in one.choices if c != one.taken)
        for one in questions
        if not one.sure
    ]


def chosen_columns(table: Table, none: Collection[str] = ()) -> ColumnMapping:
    """The columns that were named, else as they are guessed. UserError: no text, no picture.

    none: roles for which no column is to be used, whatever it is called.
    """
    guessed = guess_columns(table)
    used = {role: name for role, name in guessed.roles().items() if role not in none}
    columns = ColumnMapping(used.get("text"), used.get("image"), used.get("lang"), None)
    if columns.text is None and columns.image is None:
        raise UserError(
            f"{table.path.name}: which column holds the text? It has "
            f"{', '.join(map(repr, table.columns))}: name one with --text-column."
        )
    return columns


@contextmanager
def table_pictures(table: Table, images: Path | None) -> Iterator[Pictures]:
    """Where the pictures of a table are: in --images (a ZIP or folder), else beside it.

    A ZIP is unpacked for as long as the context lasts. Raises ArchiveError.
    """
    if images is None:
        yield BesideTable(table.path.parent.resolve())
        return
    with scratch() as folder:
        total, source = pictures_in(images, Path(folder))
        files = list(tqdm(source, total=total or None, unit=" files", disable=None))
        found = [one for one in files if isinstance(one, Picture)]
        index = PictureIndex(images, found)
        skipped = [one for one in files if not isinstance(one, Picture)]
        for warning in told_skipped(images, skipped) + index.clashes():
            print(warning, file=sys.stderr)
        yield index


def finished_rows(out: Appender) -> Iterator[Row]:
    """The rows that an earlier run wrote, as a table; its size was never limited."""
    if out.rows_done:
        own = {} if out.path.suffix.lower() == ".jsonl" else {"format": "csv", "header": "yes"}
        yield from islice(open_table(out.path, read=own, max_bytes=1 << 40), out.rows_done)


@contextmanager
def telling_what_stays(out: Appender) -> Iterator[None]:
    """Ctrl+C inside says that nothing finished is lost."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped. {out.path.name} keeps its {out.rows_done:,} finished rows; the same "
            "command continues."
        ) from None
