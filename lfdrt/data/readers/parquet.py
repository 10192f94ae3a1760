"""Parquet: cells as text, a batch of rows at a time. Columns of lists, structures or bytes are left
out, and told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.data.readers.file import File
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Fit, Reader, Reading
from lfdrt.data.rows import MAX_CELL, Row, TableError, column_names

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_BATCH = 1_000  # rows


class Parquet(Reader):
    suffixes = (".parquet",)
    name = "Parquet"
    says = "columns of texts, numbers and dates"

    def recognises(self, head: bytes, name: str) -> Fit:
        return Fit.YES if head.startswith(b"PAR1") else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        with _opened(file.path) as opened:
            groups = [opened.metadata.row_group(i) for i in range(opened.metadata.num_row_groups)]
            fields = [(field.name, left_out(field.type)) for field in opened.schema_arrow]
        file.check_size(sum(group.total_byte_size for group in groups))
        stored = [name for name, others in fields if not others]
        columns = column_names(stored)
        others = ", ".join(repr(name) for name, out in fields if out)
        notes = (
            (f"Columns of lists, structures or bytes are left out: {others}.",) if others else ()
        )
        rows = partial(_rows, file.path, stored, columns)
        return Reading(rows=rows, columns=columns, notes=notes)


def _rows(path: Path, stored: list[str], columns: tuple[str, ...]) -> Iterator[Row]:
    for number, cells in enumerate(_cells(path, stored), start=1):
        yield Row(number, dict(zip(columns, cells, strict=True)))


def _cells(path: Path, columns: list[str]) -> Iterator[list[str]]:
    """The cells of each row. TableError: a text is longer than MAX_CELL characters.

    Texts are read as dictionaries, so that one long text that every row repeats is met once.
    """
    with _opened(path, columns) as file:
        for batch in file.iter_batches(_BATCH, columns=columns, use_threads=False):
            if any(_longest(column) > 4 * MAX_CELL for column in batch.columns):  # UTF-8 bytes
                raise TableError(f"a text is longer than {MAX_CELL:,} characters. Shorten it.")
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield [cell_text(value) for value in row]


@contextmanager
def _opened(path: Path, texts: list[str] | None = None) -> Iterator[pq.ParquetFile]:
    """Whatever pyarrow raises at a stranger's bytes means that the file is unreadable."""
    import pyarrow.parquet as pq  # 0.3 s

    try:
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            yield file
    except TableError:
        raise
    except Exception as error:
        raise TableError(f"the Parquet file is damaged ({error}). Save it again.") from error


def left_out(kind: pa.DataType) -> bool:
    """Whether a column is of lists, structures or bytes, which are no cells of a table."""
    import pyarrow as pa

    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    is_bytes = pa.types.is_binary(value) or pa.types.is_large_binary(value)
    return pa.types.is_nested(value) or is_bytes or pa.types.is_fixed_size_binary(value)


def _longest(column: pa.Array) -> int:
    """Bytes of the longest text; 0 for numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = column.dictionary if isinstance(column, pa.DictionaryArray) else column
    kind = values.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return 0
    return pc.max(pc.binary_length(values)).as_py() or 0


def cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return str(value)
