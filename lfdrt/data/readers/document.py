"""Word documents: their paragraphs, or one of their tables, by python-docx."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from lfdrt.data.readers.file import WHOLE, File
from lfdrt.data.readers.grid import as_grid
from lfdrt.data.readers.questions import PREVIEWED, Answers, Choice, Question
from lfdrt.data.readers.reader import Fit, Reader, Reading, whole_row
from lfdrt.data.rows import MAX_COLUMNS, BadRow, Left, Row, TableError

PARAGRAPHS = "paragraphs"


class Document(Reader):
    suffixes = (".docx",)
    name = "Word document"
    says = "one text a paragraph, or the rows of a table in it"

    def recognises(self, head: bytes, name: str) -> Fit:
        return Fit.YES if b"word/document.xml" in head.split(b"\n") else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        import docx

        if file.unpacked > WHOLE:
            raise TableError(f"unpacks to more than {WHOLE / 1e6:,.0f} MB. Split it.")
        try:
            opened = docx.Document(str(file.path))
            _check_spans(opened)
            paragraphs = [paragraph.text for paragraph in opened.paragraphs]
            tables = [[[c.text for c in row.cells] for row in one.rows] for one in opened.tables]
        except TableError:
            raise
        except Exception as error:  # a stranger's XML
            raise TableError(f"the document is damaged ({error}). Save it again.") from error
        parts = {f"table {place}": rows for place, rows in enumerate(tables, start=1) if rows}
        filled = tuple(text for text in paragraphs if text.strip())
        most = max(parts, key=lambda name: len(parts[name]), default=PARAGRAPHS)
        larger = bool(parts) and len(parts[most]) > max(2, len(filled))
        chosen = answers.ask(
            Question(
                name="part",
                asks="Which part of the document holds the texts?",
                choices=(
                    Choice(value=PARAGRAPHS, says=PARAGRAPHS, preview=filled[:PREVIEWED]),
                    *(Choice(value=name, says=name, preview=_first(parts[name])) for name in parts),
                ),
                chosen=most if larger else PARAGRAPHS,
                sure=not parts or not filled,
            )
        )
        if chosen == PARAGRAPHS:
            rows = partial(_texts, paragraphs)
            return Reading(rows=rows, columns=("text",), roles={"text": "text"}, how=(chosen,))
        grid = as_grid(lambda: iter(enumerate(parts[chosen], start=1)), answers)
        return Reading(rows=grid.rows, columns=grid.columns, notes=grid.notes, how=(chosen,))


def _check_spans(opened: Any) -> None:
    """TableError: a cell covers more columns than a table may have; python-docx counts them out."""
    from docx.oxml.ns import qn

    for span in opened.element.iter(qn("w:gridSpan")):
        if int(span.get(qn("w:val"))) > MAX_COLUMNS:
            raise TableError(f"a cell covers more than {MAX_COLUMNS:,} columns. Split it.")


def _first(rows: list[list[str]]) -> tuple[str, ...]:
    return tuple(" · ".join(filter(None, row)) for row in rows[:PREVIEWED])


def _texts(paragraphs: list[str]) -> Iterator[Row | BadRow | Left]:
    for number, text in enumerate(paragraphs, start=1):
        text = " ".join(text.split())
        yield whole_row(number, {"text": text}) if text else Left("empty paragraphs")
