"""What the readers share: finding files, rows with their place, rows that are left out and why.

A file that cannot be read at all is a DataError; a row that cannot be used is handed on as
`Skipped`, so that nothing disappears uncounted.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TextIO

from lfdrt.data.records import DataError, LabelledPair, LabelledText, ParallelText
from lfdrt.languages import resolve

NO_SPLIT = "all"
_SPLITS = {"train": "train", "training": "train", "dev": "dev", "val": "dev", "valid": "dev"}
_SPLITS |= {"validation": "dev", "test": "test"}
# Some CSV files were written as Windows-1252 and read as Latin-1: `’` is U+0092 there.
_WINDOWS = {c: bytes([c]).decode("cp1252", "ignore") or None for c in range(0x80, 0xA0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A row that is not used. `why`: a phrase for all of its kind; `detail`: of this row alone."""

    where: str
    why: str
    detail: str = ""


Item = LabelledText | LabelledPair | ParallelText | Skipped


def find(folder: Path, pattern: str) -> list[Path]:
    """Files and folders of this name in the folder or below it, in order of their paths."""
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder: name the one that the data set lies in.")
    return [
        path
        for path in sorted(folder.rglob(pattern))
        if not any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)
    ]


def find_or_raise(folder: Path, pattern: str, what: str) -> list[Path]:
    """As `find`; DataError says what the folder should hold."""
    if not (found := find(folder, pattern)):
        raise DataError(f"{folder} holds no {what}: name the folder that it was unpacked into.")
    return found


@contextmanager
def reading(path: Path) -> Iterator[TextIO]:
    """The text of a file, unpacked where it is .gz; DataError for what is broken or not UTF-8."""
    try:
        stream = (
            gzip.open(path, "rt", encoding="utf-8", newline="")
            if path.suffix == ".gz"
            else (path.open(encoding="utf-8-sig", newline=""))
        )
        with stream:
            yield stream
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8 ({error.reason}): save it as UTF-8.") from error
    except csv.Error as error:
        raise DataError(
            f"{path.name} is not a table ({error}): unpack or download it again."
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path.name} is damaged or cut off: download it again.") from error


def csv_rows(
    path: Path, columns: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, str]] | Skipped]:
    """Place and cells of each row, column names in lower case; DataError for a missing column."""
    with reading(path) as stream:
        records = csv.reader(stream)
        header = [name.strip().lower() for name in next(records, [])]
        if missing := [name for name in columns if name not in header]:
            raise DataError(f"{path.name} has no column {', '.join(missing)}.")
        for number, cells in enumerate(records, start=2):
            where = f"{path.name}, row {number}"
            if len(cells) == len(header):
                yield where, dict(zip(header, cells, strict=True))
            elif cells:
                detail = f"{len(cells)} cells, the header has {len(header)}"
                yield Skipped(where=where, why="wrong number of cells", detail=detail)


def tab_rows(path: Path, cells: int) -> Iterator[tuple[str, list[str]] | Skipped]:
    """Place and cells of each line of a file without header or quotes; more cells are kept."""
    with reading(path) as stream:
        for number, line in enumerate(stream, start=1):
            where, found = f"{path.name}, line {number}", line.rstrip("\r\n").split("\t")
            if len(found) >= cells:
                yield where, found
            elif line.strip():
                yield Skipped(where=where, why="wrong number of cells", detail=f"{len(found)}")


def windows_repaired(text: str) -> str:
    """Text with the C1 control characters that were meant as quotes and dashes."""
    return text.translate(_WINDOWS).strip()


def split_in(path: PurePath) -> str:
    """train, dev or test as a path names it, its end first; else `NO_SPLIT`."""
    words = re.split(r"[^a-z]+", path.as_posix().lower())
    return next((_SPLITS[word] for word in reversed(words) if word in _SPLITS), NO_SPLIT)


def language_code(tag: str) -> str:
    """The code that this project uses; a tag that names no language stays as it is."""
    try:
        return resolve(tag).code
    except ValueError:
        return tag
