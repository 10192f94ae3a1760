"""How the bytes of a table are to be read: its format, encoding, delimiter and quoting.

Found from the content; of the name, only an ending of JSON lines counts.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from lfdrt.data.texts import detect_encoding
from lfdrt.errors import UserError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SNIFFED = 65_536  # characters


class TableError(UserError):
    """A table that cannot be used; the message names the file, the row and what to do."""


@dataclass(frozen=True)
class Layout:
    """How the bytes are to be read; encoding and delimiter are None where there is none.

    quoted: whether a double quote at the start of a cell opens a quoted cell
    """

    kind: Literal["delimited", "jsonl", "xlsx", "parquet"]
    encoding: str | None = None
    delimiter: str | None = None
    quoted: bool = True


def found_layout(path: Path, max_bytes: int) -> tuple[Layout, list[str]]:
    """The layout and warnings for the person. TableError: no table, empty, or too large."""
    if not path.is_file():
        raise TableError("there is no such file. Check its name and its folder.")
    if path.stat().st_size > max_bytes:
        raise TableError(f"larger than the limit of {max_bytes / 1e6:,.1f} MB. Split it.")
    with path.open("rb") as stream:
        magic = stream.read(8)
    if magic.startswith(b"PK\x03\x04"):
        return Layout("xlsx"), _checked_workbook(path, max_bytes)
    if magic.startswith(b"PAR1"):
        return Layout("parquet"), []
    if magic.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")):
        raise TableError("not a table of text (or an old or locked .xls). Save it as CSV or .xlsx.")
    encoding = detect_encoding(path)
    with path.open(encoding=encoding.name, newline="") as stream:
        head = stream.read(_SNIFFED)
    if not head.strip():
        raise TableError("the file is empty. It needs a header row with the column names.")
    warnings = []
    if encoding.guessed:
        warnings.append(
            f"The file is not UTF-8; its encoding is taken to be {encoding.name}. Check in the "
            "preview that letters with accents look right, or save it again as UTF-8."
        )
    if head.lstrip().startswith("{") or path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        if head.lstrip().startswith("["):
            raise TableError("one JSON list. Save it as JSON lines, one object on each line.")
        return Layout("jsonl", encoding.name), warnings
    return Layout("delimited", encoding.name, _sniffed_delimiter(head)), warnings


def _sniffed_delimiter(head: str) -> str | None:
    """The delimiter by which most records have the header's number of cells; None: one column."""
    best: tuple[float, int, str | None] = (0.0, 1, None)
    for delimiter in DELIMITERS:
        records = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        counts = [len(fields) for fields in records if fields]
        if len(head) == _SNIFFED and len(counts) > 1:
            counts.pop()  # cut off by the sample
        if counts[0] > 1:
            share = counts.count(counts[0]) / len(counts)
            best = max(best, (share, counts[0], delimiter), key=lambda found: found[:2])
    return best[2]


def _checked_workbook(path: Path, max_bytes: int) -> list[str]:
    """Warnings; raises TableError for what is no workbook or unpacks to more than max_bytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise TableError("the file is damaged or cut off. Save or download it again.") from error
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise TableError("a ZIP archive, but no .xlsx workbook. Unpack it, or save as CSV.")
    if sum(member.file_size for member in members) > max_bytes:
        raise TableError(f"unpacks to more than the limit of {max_bytes / 1e6:,.1f} MB. Split it.")
    with path.open("rb") as stream, open_workbook(stream) as book:
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not names:
        raise TableError("the workbook has no visible sheet.")
    if len(names) == 1:
        return []
    return [f"The workbook has {len(names)} sheets; only the first, {names[0]!r}, is read."]


@contextmanager
def open_workbook(stream: BinaryIO) -> Iterator[Workbook]:
    """openpyxl meets a stranger's XML: whatever it raises means that the file is unreadable."""
    import openpyxl  # 0.1 s, which the app's start would wait for

    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        with closing(book):
            yield book
    except TableError:
        raise
    except Exception as error:
        raise TableError(f"the workbook is damaged ({error}). Save it again.") from error
