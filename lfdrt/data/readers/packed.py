"""Packed files: .gz, .bz2, .zst, and the files of a ZIP; what is inside is read as what it is."""

from __future__ import annotations

import bz2
import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from lfdrt.data.archives import PICTURES, is_junk
from lfdrt.data.readers.file import ZIP, File
from lfdrt.data.readers.questions import Answers, Choice, Question
from lfdrt.data.readers.reader import Fit, Reader, Reading
from lfdrt.data.rows import BadRow, Left, Row, TableError, column_names
from lfdrt.runs.files import scratch

MAX_FILES = 1_000
ALL = "all"
_GZIP, _BZIP, _ZSTD = b"\x1f\x8b", b"BZh", b"\x28\xb5\x2f\xfd"
_BLOCK = 1 << 20
_OFFICE = (b"xl/workbook.xml", b"xl/workbook.bin", b"word/document.xml", b"content.xml")

Inner = Callable[[File, Answers], tuple[Reader, Reading]]


class Packed(Reader):
    suffixes = (".zip", ".gz", ".bz2", ".zst")
    name = "archive"
    says = "any of these, packed; several files in one ZIP are one table, or one of them is chosen"

    def __init__(self, inner: Inner) -> None:
        """inner: how an unpacked file is to be read."""
        self._inner = inner

    def recognises(self, head: bytes, name: str) -> Fit:
        if head.startswith((_GZIP, _BZIP, _ZSTD)):
            return Fit.YES
        office = any(line in _OFFICE for line in head.removeprefix(ZIP).split(b"\n"))
        return Fit.LIKELY if head.startswith(ZIP) and not office else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        owner = scratch()
        folder = Path(owner.name)
        if file.magic.startswith(ZIP):
            files = list(_members(file, folder, owner))
        else:
            files = [_single(file, folder, owner)]
        if len(files) > 1:
            files = self._chosen(files, answers)
        read = []
        for one in files:
            try:
                read.append((one, *self._inner(one, answers)))
            except TableError as error:
                raise TableError(f"{one.name}: {error}") from error
        if len(read) == 1:
            ((one, reader, reading),) = read
            how = (one.name, reader.name, *reading.how)
            return Reading(rows=reading.rows, columns=reading.columns, roles=reading.roles,
                           notes=reading.notes, how=how, advice=reading.advice)  # fmt: skip
        return _joined([(one.name, reading) for one, _, reading in read])

    def _chosen(self, files: list[File], answers: Answers) -> list[File]:
        names = [one.name for one in files]
        examples = [n for n in names if PurePosixPath(n).name.lower() == "examples.csv"]  # CLDF
        kinds = {PurePosixPath(name).suffix.lower() for name in names}
        largest = max(files, key=lambda one: one.path.stat().st_size).name
        best = examples[0] if examples else ALL if len(kinds) == 1 else largest
        chosen = answers.ask(
            Question(
                name="file",
                asks="Which file of the archive?",
                choices=(
                    Choice(value=ALL, says="All of them, in one table"),
                    *(Choice(value=name, says=name) for name in names),
                ),
                chosen=best,
                sure=len(kinds) == 1 or bool(examples),
            )
        )
        return files if chosen == ALL else [one for one in files if one.name == chosen]


def _single(file: File, folder: Path, owner: object) -> File:
    target = folder / "file"
    try:
        with _unpacking(file) as source:
            _copy(source, target, file.max_bytes)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise TableError(f"it is damaged or cut off ({error}). Pack it again.") from error
    return File(path=target, name=Path(file.name).stem, max_bytes=file.max_bytes,
                chosen=file.chosen, owner=owner)  # fmt: skip


def _unpacking(file: File) -> Any:
    if file.magic.startswith(_GZIP):
        return gzip.open(file.path)
    if file.magic.startswith(_BZIP):
        return bz2.open(file.path)
    import zstandard

    try:
        # A frame may ask for a window of 2 GB; 128 MB is what zstd itself allows.
        return zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
            file.path.open("rb"), closefd=True
        )
    except zstandard.ZstdError as error:
        raise TableError(f"it is damaged ({error}). Pack it again.") from error


def _copy(source: IO[bytes], target: Path, most: int) -> int:
    """Bytes written; what an archive says of sizes may be a lie, so they are counted."""
    size = 0
    try:
        with target.open("xb") as stream:
            while block := source.read(_BLOCK):
                size += len(block)
                if size > most:
                    raise TableError(
                        f"unpacks to more than the limit of {most / 1e6:,.1f} MB. Split it."
                    )
                stream.write(block)
    except Exception as error:
        if type(error).__name__ == "ZstdError":  # its library is not imported for the others
            raise ValueError(str(error)) from error
        raise
    return size


def _members(file: File, folder: Path, owner: object) -> Iterator[File]:
    """The files in it that are no pictures and no litter of an operating system."""
    left = file.max_bytes
    found = 0
    try:
        with zipfile.ZipFile(file.path) as archive:
            for info in archive.infolist():
                suffix = PurePosixPath(info.filename).suffix.lower()
                if info.is_dir() or is_junk(info.filename) or suffix in PICTURES:
                    continue
                found += 1
                if found > MAX_FILES:
                    raise TableError(f"more than {MAX_FILES:,} files. Split it.")
                target = folder / f"{found:04}"
                with archive.open(info) as source:
                    left -= _copy(source, target, left)
                yield File(path=target, name=info.filename, max_bytes=file.max_bytes,
                           chosen=file.chosen, owner=owner)  # fmt: skip
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise TableError(f"it is damaged, or locked ({error}). Pack it again.") from error
    if not found:
        raise TableError("it holds no file of texts. Pictures are given apart from the table.")


def _joined(read: list[tuple[str, Reading]]) -> Reading:
    """All rows, counted on, with a column that names their file."""
    columns = dict.fromkeys(column for _, reading in read for column in reading.columns)
    name = column_names([*columns, "file"])[-1]
    roles = {k: v for k, v in read[0][1].roles.items()
             if all(reading.roles.get(k) == v for _, reading in read)}  # fmt: skip
    notes = tuple(f"{file}: {note}" for file, reading in read for note in reading.notes)
    how = (f"{len(read)} files",)
    rows = partial(_all_rows, read, name)
    return Reading(rows=rows, columns=(*columns, name), roles=roles, notes=notes, how=how)


def _all_rows(read: list[tuple[str, Reading]], name: str) -> Iterator[Row | BadRow | Left]:
    number = 0
    for file, reading in read:
        for row in reading.rows():
            number += not isinstance(row, Left)
            if isinstance(row, Row):
                yield Row(number, {**row.values, name: file})
            elif isinstance(row, BadRow):
                yield BadRow(number, f"in {file}, row {row.number}: {row.why}")
            else:
                yield row
