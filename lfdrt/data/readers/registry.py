"""All formats, in the order of a list for people; which one reads a file, and what is no format.

Hints of the page, filters of file choosers, docs and messages are made from `READERS`.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from lfdrt.data.readers.chat import Chat
from lfdrt.data.readers.delimited import Delimited
from lfdrt.data.readers.document import Document
from lfdrt.data.readers.elan import Elan
from lfdrt.data.readers.encodings import ask_encoding
from lfdrt.data.readers.file import File
from lfdrt.data.readers.json_files import JsonFile
from lfdrt.data.readers.json_lines import JsonLines
from lfdrt.data.readers.lines import Lines
from lfdrt.data.readers.messages import Messages
from lfdrt.data.readers.packed import Packed
from lfdrt.data.readers.parquet import Parquet
from lfdrt.data.readers.questions import Answers, Choice, Question, first_texts
from lfdrt.data.readers.reader import Fit, Reader, Reading
from lfdrt.data.readers.subtitles import Subtitles
from lfdrt.data.readers.textgrid import TextGrid
from lfdrt.data.readers.treebank import Treebank
from lfdrt.data.readers.workbook import Workbook
from lfdrt.data.rows import TableError
from lfdrt.data.texts import EncodingError


def _inner(file: File, answers: Answers) -> tuple[Reader, Reading]:
    """How a file that was packed is to be read; packed once more, it is not."""
    if file.is_text:
        ask_encoding(file, answers)
    reader = fitting(file, answers)
    if isinstance(reader, Packed):
        raise TableError("an archive in an archive. Unpack it first.")
    return reader, reader.rows(file, answers)


READERS: tuple[Reader, ...] = (
    Lines(),
    Delimited(),
    Workbook(),
    Document(),
    Subtitles(),
    Messages(),
    JsonLines(),
    JsonFile(),
    Treebank(),
    Chat(),
    TextGrid(),
    Elan(),
    Parquet(),
    Packed(_inner),
)

_REFUSED = {
    b"%PDF": "a PDF, from which texts cannot be read reliably. Save it as .docx or .txt.",
    b"{\\rtf": "an RTF document. Save it as .docx or .txt.",
    b"\x89PNG": "a picture. Give it as a picture, or a table that names it.",
    b"\xff\xd8\xff": "a picture. Give it as a picture, or a table that names it.",
    b"GIF8": "a picture. Give it as a picture, or a table that names it.",
    b"7z\xbc\xaf": "a 7-Zip archive. Pack it as .zip.",
    b"Rar!": "a RAR archive. Pack it as .zip.",
}
_REFUSED_SUFFIXES = (".pdf", ".rtf", ".doc", ".htm", ".html", ".7z", ".rar")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_SIGNALS = 20  # of so many characters of a text, less than one is a control character
_WEB_PAGE = (b"<!doctype html", b"<html")


def suffixes() -> tuple[str, ...]:
    """Endings of all files that can be read, each once."""
    return tuple(dict.fromkeys(suffix for one in READERS for suffix in one.suffixes))


def choosable() -> tuple[str, ...]:
    """Endings for a file chooser: also of files that are refused with a sentence, which helps more
    than a chooser that hides them."""
    return (*suffixes(), *_REFUSED_SUFFIXES)


def formats() -> tuple[Reader, ...]:
    """All that can be read, in the order of a list for people."""
    return READERS


def file_of(path: Path, name: str, answers: Answers, max_bytes: int) -> File:
    """With the encoding that was asked for."""
    file = File(path=path, name=name, max_bytes=max_bytes, chosen=answers.given("encoding"))
    if file.is_text:
        ask_encoding(file, answers)
    return file


def fitting(file: File, answers: Answers) -> Reader:
    """The format that fits best, or was chosen; the others that fit are offered.

    Raises TableError: there is none.
    """
    head = file.head
    for magic, what in _REFUSED.items():
        if head.startswith(magic):
            raise TableError(f"the file is {what}")
    if head[:200].lstrip().lower().startswith(_WEB_PAGE):
        raise TableError("the file is a web page, whatever its ending. Save it as .xlsx or CSV.")
    if file.is_text and not head.strip():
        raise TableError("the file is empty.")
    marked = file.magic.startswith(codecs.BOM_UTF8)  # by which a text says that it is one
    if file.is_text and not marked and _SIGNALS * len(_CONTROL.findall(head)) > len(head):
        raise TableError(f"the file is no text, and of no kind that can be read. {kinds()}")
    fits = {reader: reader.recognises(head, file.name) for reader in READERS}
    best = max(READERS, key=lambda one: fits[one])
    if not fits[best]:
        raise TableError(f"the file is of no kind that can be read. {kinds()}")
    others = Fit.DOUBTFUL if fits[best] == Fit.FALLBACK else Fit.FALLBACK
    found = [best, *(one for one in READERS if fits[one] >= others and one is not best)]
    previews = {one: _preview(one, file, answers) for one in found} if len(found) > 1 else {}
    name = answers.ask(
        Question(
            name="format",
            asks="How is the file to be read?",
            choices=tuple(
                Choice(value=key_of(one), says=one.name, preview=previews.get(one, ()))
                for one in found
            ),
            chosen=key_of(best),
            sure=fits[best] > Fit.FALLBACK or len(found) == 1,
        )
    )
    return next(one for one in found if key_of(one) == name)


def key_of(reader: Reader) -> str:
    """A format's name as `--read format=` gives it."""
    return reader.name.lower().replace(" ", "-")


def kinds() -> str:
    """One sentence: what can be read."""
    return f"What can be read: {', '.join(one.name for one in READERS)}."


def _preview(reader: Reader, file: File, answers: Answers) -> tuple[str, ...]:
    try:
        reading = reader.rows(file, answers.without("format"))
    except (TableError, EncodingError) as error:
        return (str(error),)
    return first_texts(reading.rows, reading.columns)
