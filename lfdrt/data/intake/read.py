"""A person's data as rows and a report: a table, a folder or ZIP of pictures, or both.

Shared by fine-tuning, predictions of tables and the command line. Loads no model. Bad input never
raises here: it becomes a sentence in the report, beside what could be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lfdrt.data.archives import ArchiveError, Picture, Skipped
from lfdrt.data.columns import ColumnMapping, checked_mapping, guess_columns
from lfdrt.data.intake.checks import broken_pictures
from lfdrt.data.intake.pictures import (
    BesideTable,
    PictureIndex,
    Pictures,
    pictures_in,
    told_skipped,
)
from lfdrt.data.intake.reader import RowReader
from lfdrt.data.intake.report import CountTokens, IntakeReport
from lfdrt.data.intake.rows import IntakeRow, RowTaker
from lfdrt.data.readers.questions import Question
from lfdrt.data.rows import Row, TableError
from lfdrt.data.tables import MAX_BYTES, MAX_ROWS, Table, opening
from lfdrt.errors import UserError
from lfdrt.languages import resolve
from lfdrt.steps import Steps

PREVIEW = 10
_EVERY = 500  # rows between two reports of progress


@dataclass(frozen=True, kw_only=True)
class IntakeProgress:
    """`done` of `total` in this stage: "unpack", "check", "read" or "pictures"; 0 where
    `total` is not known, as in "check", which counts the rows."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Intake:
    """rows: those with a text or a readable picture. mapping: as used (guessed where none was
    given); None where there is no table. preview: the first ten rows, with every column. questions:
    how the table was read, where it could be read otherwise."""

    rows: tuple[IntakeRow, ...]
    mapping: ColumnMapping | None
    columns: tuple[str, ...]
    preview: tuple[Row, ...]
    report: IntakeReport
    questions: tuple[Question, ...] = ()


def read_intake(
    table: Path | None,
    images: Path | None = None,
    mapping: ColumnMapping | Callable[[Table], ColumnMapping] | None = None,
    language: str | None = None,
    *,
    labels: Sequence[str] | None = None,
    labelled: bool = True,
    count_tokens: CountTokens | None = None,
    scratch: Path | None = None,
    read: Mapping[str, str] | None = None,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_BYTES,
) -> Iterator[IntakeProgress | Intake]:
    """Progress, and last of all the Intake.

    mapping: of the table that is opened; None guesses. labels: the classes of a checkpoint, to
    recognise labels by; None keeps every label. labelled: False takes no column for labels.
    count_tokens: None leaves the tokenizer's part of the report out. scratch: an empty folder for
    the pictures of a ZIP; the caller removes it when the rows are done with. read: answers to
    questions of the table's reader.
    """
    if table is None and images is None:
        raise UserError("Give a table, pictures, or both.")
    reading = _Reading(labels=labels, language=language)
    try:
        reading.choose_language()
        if images is not None:
            yield from reading.index_pictures(images, scratch)
        if table is not None:
            yield from reading.open(table, read, max_rows, max_bytes)
            yield from reading.read_table(mapping, labelled=labelled)
        else:
            reading.take_pictures()
        yield from reading.look_at_pictures()
    except (TableError, ArchiveError) as error:
        reading.errors.append(str(error))
    yield reading.finished(count_tokens)


class _Reading:
    """What is known so far. Each step may end in an error; what came before it stays."""

    def __init__(self, *, labels: Sequence[str] | None, language: str | None) -> None:
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self._language = language
        self._labels = labels
        self._index: PictureIndex | None = None
        self._table: Table | None = None
        self._mapping: ColumnMapping | None = None
        self._preview: tuple[Row, ...] = ()
        self._taker = RowTaker(language=None)

    def choose_language(self) -> None:
        """Raises TableError for a language that there is not."""
        if self._language is not None:
            try:
                self._language = resolve(self._language).code
            except UserError as error:
                self._language = None
                raise TableError(str(error)) from error
            self._taker = RowTaker(language=self._language)

    def index_pictures(self, images: Path, scratch: Path | None) -> Iterator[IntakeProgress]:
        """Raises ArchiveError."""
        found: list[Picture] = []
        skipped: list[Skipped] = []
        total, source = pictures_in(images, scratch)
        for done, one in enumerate(source, start=1):
            if isinstance(one, Picture):
                found.append(one)
            else:
                skipped.append(one)
            if done % _EVERY == 0:
                yield IntakeProgress(stage="unpack", done=done, total=max(done, total))
        self._index = PictureIndex(images, found)
        yield IntakeProgress(stage="unpack", done=len(found), total=len(found))
        self.warnings += told_skipped(images, skipped) + self._index.clashes()

    def open(
        self, path: Path, read: Mapping[str, str] | None, max_rows: int, max_bytes: int
    ) -> Iterator[IntakeProgress]:
        """Raises TableError."""
        steps = Steps(opening(path, read=read, max_rows=max_rows, max_bytes=max_bytes))
        for done in steps:
            yield IntakeProgress(stage="check", done=done, total=0)
        self._table = steps.made

    def read_table(
        self, mapping: ColumnMapping | Callable[[Table], ColumnMapping] | None, *, labelled: bool
    ) -> Iterator[IntakeProgress]:
        """Raises TableError."""
        assert self._table is not None  # `open` comes before
        table = self._table
        self.warnings += table.warnings
        self._preview = tuple(islice(table, PREVIEW))
        try:
            wanted = mapping(table) if callable(mapping) else mapping or guess_columns(table)
            chosen = checked_mapping(wanted, table.columns)
            self._mapping = chosen if labelled else replace(chosen, label=None)
        except TableError as error:
            raise TableError(f"{table.path.name}: {error}") from error
        beside = BesideTable(table.path.parent.resolve())
        pictures: Pictures = self._index or beside
        reader = RowReader(self._mapping, pictures, self._language)
        for done, row in enumerate(table, start=1):
            self._taker.take(reader.read(row), texts=self._mapping.text is not None)
            if done % _EVERY == 0 or done == table.row_count:
                yield IntakeProgress(stage="read", done=done, total=table.row_count)

    def take_pictures(self) -> None:
        for number, picture in enumerate(self._index.pictures if self._index else (), start=1):
            self._taker.take_picture(number, picture)

    def look_at_pictures(self) -> Iterator[IntakeProgress]:
        """Decodes every picture that a row names, once."""
        names = self._taker.pictures()
        for done, why in enumerate(broken_pictures(list(names.items())), start=1):
            if why is not None:
                self._taker.broken[list(names)[done - 1]] = why
            if done % 50 == 0 or done == len(names):
                yield IntakeProgress(stage="pictures", done=done, total=len(names))
        given = self._index.pictures if self._index else ()
        if unnamed := len({picture.path for picture in given} - names.keys()):
            self.warnings.append(f"{unnamed:,} of {len(given):,} pictures are named by no row.")

    def finished(self, count_tokens: CountTokens | None) -> Intake:
        rows, report = self._taker.finished(self._mapping, self._labels, count_tokens)
        return Intake(
            rows=rows,
            mapping=self._mapping,
            columns=self._table.columns if self._table else (),
            preview=self._preview,
            questions=self._table.questions if self._table else (),
            report=replace(
                report,
                format=self._table.format if self._table else "",
                errors=(*self.errors, *(report.errors if not self.errors else ())),
                warnings=(*self.warnings, *report.warnings),
            ),
        )
