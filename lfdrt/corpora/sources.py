"""The files of a corpus: which they are, how each is read, and where its shards begin.

Parquet, CSV, JSON lines and plain text of any size. Each is surveyed once, whole; after that any
shard is read from its own first row on, a few rows at a time. Knows no model.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from glob import has_magic
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lfdrt.data.readers.delimited import Delimited, Form, parsed, read_delimited
from lfdrt.data.readers.file import File
from lfdrt.data.readers.grid import grid_row
from lfdrt.data.readers.json_lines import ADVICE, JsonLines, line_row
from lfdrt.data.readers.lines import Lines, read_lines
from lfdrt.data.readers.parquet import Parquet, cell_text, left_out
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.registry import file_of, fitting
from lfdrt.data.rows import BadRow, Left, Row, TableError, check_width, column_names
from lfdrt.data.texts import EncodingError
from lfdrt.errors import UserError

CHUNK = 1_024
"""Rows that are read, predicted and held together, counted from a shard's first one: which rows
share a batch changes the last digits of a probability."""
FORMATS = {one.name: one for one in (Parquet(), Delimited(), JsonLines(), Lines())}
SUFFIXES = tuple(s for one in FORMATS.values() for s in one.suffixes if s != ".txt")
"""Of the files that a folder is searched for; a text in it may be a note on them."""

_NAMED = 5  # bad rows that a message names
_BUFFER = 1 << 20  # bytes of a Parquet column that are read at once, however large its row groups
_ANY_SIZE = 1 << 62


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where a shard begins. at: byte of a text, row of a Parquet file from 0. number: of the row,
    as `Row` counts."""

    at: int
    number: int


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file as it was surveyed. name: its path below the corpus's folder. modified: nanoseconds.
    format: as its reader calls it. form: of a CSV. cells: columns of texts, numbers and dates,
    which can be read; the others are carried. starts: of its shards."""

    name: str
    size: int
    modified: int
    format: str
    encoding: str
    form: Form | None
    columns: tuple[str, ...]
    cells: tuple[str, ...]
    rows: int
    starts: tuple[Start, ...]


def find_files(given: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder of a corpus and its files, by name: of a folder and those below it, or of a
    pattern such as `texts/*.parquet`. What begins with . or _ is left out of a folder, as Hadoop's
    tools and Spark do. UserError: there is none."""
    if given.is_dir():
        found = [
            path
            for path in given.rglob("*")
            if path.suffix.lower() in SUFFIXES and path.is_file()
            if not any(part[0] in "._" for part in path.relative_to(given).parts)
        ]
        base = given
    else:
        last = len(given.parts) - 1
        fixed = next((i for i, part in enumerate(given.parts) if has_magic(part)), last)
        base, pattern = Path(*given.parts[:fixed]), Path(*given.parts[fixed:])
        found = [path for path in base.glob(str(pattern)) if path.is_file()]
    if not found:
        raise UserError(
            f"--input {given}: there is no file of it. Name a folder with {', '.join(SUFFIXES)} "
            "files, or a pattern in quotes such as 'texts/*.parquet'."
        )
    return base, tuple(sorted(path.relative_to(base).as_posix() for path in found))


def state_of(path: Path) -> tuple[int, int]:
    """Size and time of the last change, by which a file is known to be the same."""
    try:
        stat = path.stat()
    except OSError as error:
        raise TableError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    return stat.st_size, stat.st_mtime_ns


def survey(base: Path, name: str, *, every: int, read: Answers) -> Source:
    """Read a file once: every row is checked, and where each shard of `every` rows begins is kept.

    read: answers to what a file may ask. TableError names the file, and the rows that cannot be
    read.
    """
    path = base / name
    size, modified = state_of(path)
    with _faults_of(name):
        file = file_of(path, path.name, read, _ANY_SIZE)
        reader = fitting(file, read)
        if reader.name not in FORMATS:
            known = ", ".join(FORMATS)
            raise TableError(f"is read as {reader.name}; the files of a corpus are {known}.")
        source = Source(
            name=name,
            size=size,
            modified=modified,
            format=reader.name,
            encoding="",
            form=None,
            columns=(),
            cells=(),
            rows=0,
            starts=(),
        )
        if reader.name == Parquet.name:
            return _survey_parquet(path, source, every)
        return _survey_text(file, source, every, read)


def batches(base: Path, source: Source, shard: int, rows: int) -> Iterator[pa.RecordBatch]:
    """`rows` rows from a shard's first one on, `CHUNK` at a time; all columns, as the file has
    them, or as texts. TableError: they are not there any more."""
    start = source.starts[shard]
    with _faults_of(source.name):
        if source.format == Parquet.name:
            found = _parquet_batches(base / source.name, start.at, rows)
        else:
            found = _text_batches(base / source.name, source, start, rows)
        read = 0
        for batch in found:
            read += len(batch)
            yield batch
        if read < rows:
            raise TableError("changed while it was read. Start again with another --output.")


def texts_of(batch: pa.RecordBatch, source: Source, columns: set[str]) -> list[Row]:
    """Its rows as texts, of some columns."""
    places = [(place, name) for place, name in enumerate(source.columns) if name in columns]
    cells = [[cell_text(value) for value in batch.column(place).to_pylist()] for place, _ in places]
    names = [name for _, name in places]
    return [
        Row(number, dict(zip(names, row, strict=True)))
        for number, row in enumerate(zip(*cells, strict=True), start=1)
    ]


@contextmanager
def _faults_of(name: str) -> Iterator[None]:
    """Whatever is wrong with a stranger's file is told with its name."""
    try:
        yield
    except (TableError, EncodingError) as error:
        raise TableError(f"{name}: {' '.join(str(error).split())}") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{name}: not every character is valid {error.encoding}.") from error
    except pa.ArrowException as error:
        raise TableError(f"{name}: the Parquet file is damaged ({error}).") from error
    except OSError as error:
        raise TableError(f"{name} cannot be read: {error.strerror or error}.") from error


def _survey_parquet(path: Path, source: Source, every: int) -> Source:
    with pq.ParquetFile(path) as file:
        rows = file.metadata.num_rows
        starts = tuple(Start(at=at, number=at + 1) for at in range(0, rows, every))
        columns = column_names(file.schema_arrow.names)
        kinds = zip(columns, file.schema_arrow.types, strict=True)
        cells = tuple(name for name, kind in kinds if not left_out(kind))
    return replace(source, columns=columns, cells=cells, rows=rows, starts=starts)


def _survey_text(file: File, source: Source, every: int, read: Answers) -> Source:
    encoding = "utf-8" if file.encoding == "utf-8-sig" else file.encoding
    if "\n".encode(encoding) != b"\n":
        raise TableError(f"is {encoding}, which cannot be read from the middle. Save it as UTF-8.")
    first = Start(at=3 if file.encoding == "utf-8-sig" else 0, number=1)
    source, before = replace(source, encoding=encoding), 1
    if source.format != JsonLines.name:
        form, grid = (read_lines if source.format == Lines.name else read_delimited)(file, read)
        source = replace(source, form=form, columns=grid.columns)
        before = grid.first
    columns, starts, bad = dict.fromkeys(source.columns), [], []
    count = 0
    for at, number, row in _records(file.path, source, first):
        if number < before or isinstance(row, Left):
            continue
        if isinstance(row, BadRow):
            bad.append(f"row {row.number} ({row.why})")
            if len(bad) == _NAMED:
                break
            continue
        if count % every == 0:
            starts.append(Start(at=at, number=number))
        count += 1
        if not row.values.keys() <= columns.keys():
            columns |= dict.fromkeys(row.values)
            check_width(len(columns))
    if bad:
        more = " and perhaps more" if len(bad) == _NAMED else ""
        advice = ADVICE if source.form is None else source.form.advice
        raise TableError(f"rows cannot be read: {', '.join(bad)}{more}. {advice}")
    names = tuple(columns)
    return replace(source, columns=names, cells=names, rows=count, starts=tuple(starts))


def _records(
    path: Path, source: Source, start: Start
) -> Iterator[tuple[int, int, Row | BadRow | Left]]:
    """Each record with the byte where it begins and its number; blank lines of JSON are none."""
    lines = _Lines(path, source.encoding, start.at)
    at = start.at
    if source.form is None:
        for number, line in enumerate(lines, start.number):
            if line.strip():
                yield at, number, line_row(number, line)
            at = lines.at
        return
    form = source.form
    for number, cells in parsed(lines, form.delimiter, quoted=form.quoted, first=start.number):
        yield at, number, grid_row(number, cells, source.columns)
        at = lines.at


class _Lines:
    """The lines of a text from byte `at` on, which then is where the next one begins."""

    def __init__(self, path: Path, encoding: str, at: int) -> None:
        self._path, self._encoding, self.at = path, encoding, at

    def __iter__(self) -> Iterator[str]:
        with self._path.open("rb") as stream:
            stream.seek(self.at)
            for line in stream:
                self.at += len(line)
                yield line.decode(self._encoding)


def _text_batches(path: Path, source: Source, start: Start, rows: int) -> Iterator[pa.RecordBatch]:
    schema = pa.schema([(name, pa.string()) for name in source.columns])
    held: list[Row] = []
    left = rows
    for _, _, row in _records(path, source, start):
        if isinstance(row, Row):
            held.append(row)
            left -= 1
        if len(held) == CHUNK or not left:
            yield _batch(held, schema)
            held = []
        if not left:
            return


def _batch(rows: list[Row], schema: pa.Schema) -> pa.RecordBatch:
    """A key that a row of JSON lacks is null. A lone surrogate has no UTF-8 form."""
    columns = [
        pa.array([_storable(row.values.get(name)) for row in rows], pa.string())
        for name in schema.names
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _storable(text: str | None) -> str | None:
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _parquet_batches(path: Path, at: int, rows: int) -> Iterator[pa.RecordBatch]:
    """Row groups before the shard's are never touched."""
    with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
        groups, skipped, first = [], 0, 0
        for group in range(file.metadata.num_row_groups):
            after = first + file.metadata.row_group(group).num_rows
            if after <= at:
                skipped = after
            elif first < at + rows:
                groups.append(group)
            first = after
        found = file.iter_batches(CHUNK, row_groups=groups, use_threads=False)
        yield from _cut(found, at - skipped, rows)


def _cut(
    found: Iterator[pa.RecordBatch], skip: int, rows: int
) -> Generator[pa.RecordBatch, None, None]:
    """`rows` of them behind the first `skip`, in batches of `CHUNK` wherever the file's end."""
    held: list[pa.RecordBatch] = []
    for batch in found:
        passed = min(skip, len(batch))
        skip -= passed
        if passed < len(batch):  # else it would keep what was skipped in memory
            held.append(batch.slice(passed))
        while (size := sum(map(len, held))) >= min(CHUNK, rows) > 0:
            joined = pa.concat_batches(held)
            cut = min(CHUNK, rows)
            yield joined.slice(0, cut)
            rows -= cut
            held = [joined.slice(cut, size - cut)]
        if not rows:
            return


def changed(base: Path, known: tuple[Source, ...], names: tuple[str, ...]) -> str:
    """What is another than when the files were surveyed, for a sentence; "" where nothing is."""
    then = {source.name: (source.size, source.modified) for source in known}
    if gone := then.keys() - names:
        return f"{min(gone)} is gone"
    if new := set(names) - then.keys():
        return f"{min(new)} is new"
    return next(
        (f"{name} was changed" for name in names if state_of(base / name) != then[name]), ""
    )
