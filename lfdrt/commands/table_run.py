"""What commands over a table share: opening it, reading back what is finished, and being stopped.

Knows nothing of what is done to a row. Torch-free.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from lfdrt.data.export import Appender
from lfdrt.data.rows import Row
from lfdrt.data.tables import Table, open_table


def open_input(path: Path, **columns: str | None) -> Table:
    """The --input table; what is odd about it goes to stderr. Raises TableError."""
    table = open_table(path, **columns)
    for warning in table.warnings:
        print(f"{table.path.name}: {warning}", file=sys.stderr)
    return table


def finished_rows(out: Appender) -> Iterator[Row]:
    """The rows that an earlier run wrote, as a table; its size was never limited."""
    if out.rows_done:
        yield from islice(open_table(out.path, max_bytes=1 << 40), out.rows_done)


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
