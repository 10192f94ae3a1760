"""Cells of a Parquet file as text, a batch of rows at a time.

Columns of lists, structures or bytes are left out, and told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lfdrt.data.layouts import TableError

_BATCH = 1_000  # rows


def parquet_columns(path: Path) -> list[str]:
    """The columns whose cells can be read as text."""
    with _opened(path) as file:
        return [field.name for field in file.schema_arrow if not _left_out(field.type)]


def checked_parquet(path: Path, max_bytes: int) -> list[str]:
    """Warnings. TableError: damaged, or by its own account it unpacks to more than max_bytes."""
    with _opened(path) as file:
        groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
        others = [field.name for field in file.schema_arrow if _left_out(field.type)]
    if sum(group.total_byte_size for group in groups) > max_bytes:
        raise TableError(f"unpacks to more than the limit of {max_bytes / 1e6:,.1f} MB. Split it.")
    if not others:
        return []
    shown = ", ".join(map(repr, others[:5]))
    return [f"Columns of lists, structures or bytes are left out: {shown}."]


def parquet_cells(path: Path, columns: list[str], max_cell: int) -> Iterator[list[str]]:
    """The cells of each row. TableError: a text is longer than max_cell characters.

    Texts are read as dictionaries, so that one long text that every row repeats is met once.
    """
    with _opened(path, columns) as file:
        for batch in file.iter_batches(_BATCH, columns=columns, use_threads=False):
            if any(_longest(column) > 4 * max_cell for column in batch.columns):  # UTF-8 bytes
                raise TableError(f"a text is longer than {max_cell:,} characters. Shorten it.")
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield [_text(value) for value in row]


@contextmanager
def _opened(path: Path, texts: list[str] | None = None) -> Iterator[pq.ParquetFile]:
    """Whatever pyarrow raises at a stranger's bytes means that the file is unreadable."""
    try:
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            yield file
    except TableError:
        raise
    except Exception as error:
        raise TableError(f"the Parquet file is damaged ({error}). Save it again.") from error


def _left_out(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    is_bytes = pa.types.is_binary(value) or pa.types.is_large_binary(value)
    return pa.types.is_nested(value) or is_bytes or pa.types.is_fixed_size_binary(value)


def _longest(column: pa.Array) -> int:
    """Bytes of the longest text; 0 for numbers."""
    values = column.dictionary if isinstance(column, pa.DictionaryArray) else column
    kind = values.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return 0
    return pc.max(pc.binary_length(values)).as_py() or 0


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return str(value)
