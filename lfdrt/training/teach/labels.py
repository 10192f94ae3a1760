"""What a person has said of their texts: each word on the disk before the next text is shown.

A CSV file to which one line a word is appended and synchronised; the newest word on a row counts,
and undoing appends a line too, so that nothing that was said is ever overwritten. Torch-free.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from lfdrt.data.columns import guess_columns
from lfdrt.data.export import CsvAppender, restore
from lfdrt.data.label_names import guess_classes
from lfdrt.data.tables import open_table
from lfdrt.errors import UserError

COLUMNS = ("id", "label", "word", "random", "text")
GIVEN, LABEL, SKIP, NONE, UNDO = "given", "label", "skip", "none", "undo"
"""A word: a label from elsewhere, a label in answer to a question, and no label: not sure, or
nothing of the model's classes; the last takes back the newest answer."""
SAID = (LABEL, SKIP, NONE)
WORDS = (GIVEN, *SAID, UNDO)
TRUTH = {"true": True, "false": False}
LINE = re.compile(rf"""\r\n[^\r\n]*,({"|".join(WORDS)}),({"|".join(TRUTH)}),""".encode())
"""Begins another word. In the text of half a line it does not stand, unless a quote was damaged."""


@dataclass(frozen=True, kw_only=True)
class Label:
    """A row that a person has spoken on. label: a class of the model; None: it teaches nothing.
    random: the row was drawn by chance, so that it may speak for all others."""

    id: str
    label: str | None
    random: bool


@dataclass(frozen=True, kw_only=True)
class Word:
    """A line of the file. label: "" for none."""

    id: str
    label: str = ""
    word: str = LABEL
    random: bool = False
    text: str = ""


class LabelStore:
    """The file at `path`, made where there is none; half a line that a crash left is cut off.
    texts: of the rows that it is of, by id; classes: the model's. None of either: not checked."""

    def __init__(
        self, path: Path, *, texts: Mapping[str, str] | None = None, classes: Sequence[str] = ()
    ) -> None:
        """Raises ExportError: it cannot be written, or was changed by another program; UserError:
        it is damaged, and stays as it is."""
        words = (_read(path) if path.is_file() else None) or []
        texts = texts or {}
        _check_texts(words, texts, path.name)
        for one in words:
            if texts and one.id not in texts:
                raise UserError(
                    f"{path.name}: {one.id!r} is no row of the table. Take the line out, or put "
                    "in a copy of the file."
                )
        for label in _labels(words) if classes else ():
            _known(label, classes, path.name)
        self._out = CsvAppender(path, COLUMNS)
        self._words = _standing(words)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._out.__exit__()

    def say(self, *words: Word) -> None:
        """All of them are on the disk, or none. Raises ExportError."""
        self._out.append([vars(word) for word in words])
        self._words.extend(words)

    def undo(self) -> str | None:
        """The row whose newest answer is taken back; None: there is none."""
        place = _newest(self._words)
        if place is None:
            return None
        taken = self._words[place]
        self._out.append([vars(Word(id=taken.id, word=UNDO))])
        del self._words[place]
        return taken.id

    @property
    def labels(self) -> list[Label]:
        return _labels(self._words)


def read_labels(
    path: Path, *, classes: Sequence[str] = (), texts: Mapping[str, str] | None = None
) -> list[Label]:
    """Rows in the order in which they were first spoken on: of a file of `LabelStore`, or of any
    table with a label column and one of ids or texts.

    classes: the model's; other names for them are guessed (none: labels stay as written). texts: of
    the rows, by id; a word of a LabelStore that has another text was said of something else. All
    rows of a table that does not say count as drawn by chance. Raises UserError: no such columns,
    the line that is damaged, or the row whose label is no class or that has another text.
    """
    words = _read(path)
    _check_texts(words or (), texts or {}, path.name)
    labels = _labels(_foreign(path, texts or {}) if words is None else _standing(words))
    return (
        [_known(one, classes, path.name) for one in _meant(labels, classes)] if classes else labels
    )


def _meant(labels: Sequence[Label], classes: Sequence[str]) -> list[Label]:
    """Other names for classes as the classes themselves, where they can be guessed."""
    meant = guess_classes((one.label for one in labels if one.label), classes)
    return [
        replace(one, label=meant[one.label] or one.label) if one.label else one for one in labels
    ]


def _known(one: Label, classes: Sequence[str], file: str) -> Label:
    if one.label is None or one.label in classes:
        return one
    raise UserError(
        f"{file}: {one.label!r}, the label of {one.id!r}, is no class of the model "
        f"({', '.join(classes)}). Write one of these instead, or leave the row out."
    )


def _check_texts(words: Iterable[Word], texts: Mapping[str, str], file: str) -> None:
    for one in words:
        text = texts.get(one.id, "")
        if one.text and text and _kept(one.text) != _kept(text):
            raise UserError(
                f"{file}: the text of {one.id!r} is another one than in the table: these labels "
                "are of other rows, or the file is damaged. Take the line out, or put in a copy."
            )


def _kept(text: str) -> str:
    """As it comes back from a file."""
    return text.strip().encode("utf-8", "replace").decode("utf-8")


def _read(path: Path) -> list[Word] | None:
    """The whole lines; None where it is not a file of `LabelStore`."""
    content = path.read_bytes()
    head = ",".join(COLUMNS).encode()
    if not content.removeprefix(b"\xef\xbb\xbf").startswith(head):
        return None
    end = _end(content)
    if LINE.search(content, end):  # what follows is more than half a line
        raise _damaged(path, content[:end].count(b"\n") + 1)
    try:
        whole = content[:end].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _damaged(path, content[: error.start].count(b"\n") + 1) from None
    lines = csv.reader(io.StringIO(whole, newline="\n"), strict=True)
    words = []
    try:
        next(lines, None)
        for line in lines:
            name, label, word, random, text = line
            if word not in WORDS:
                raise ValueError(word)
            words.append(
                Word(id=restore(name), label=restore(label), word=word, random=TRUTH[random],
                     text=restore(text))
            )  # fmt: skip
    except (csv.Error, ValueError, KeyError):
        raise _damaged(path, lines.line_num) from None
    return words


def _end(content: bytes) -> int:
    """Of the last whole line; a text may hold line ends."""
    end = position = quotes = 0
    for line in io.BytesIO(content):
        position += len(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0 and line.endswith(b"\r\n"):
            end = position
    return end


def _damaged(path: Path, line: int) -> UserError:
    return UserError(
        f"{path.name} is damaged in line {line}: put in a copy of it, or take that line out."
    )


def _foreign(path: Path, texts: Mapping[str, str]) -> Iterable[Word]:
    ids = {_kept(text): name for name, text in texts.items()}
    table = open_table(path)
    columns = guess_columns(table)
    if columns.label is None or (columns.id is None and columns.text is None):
        raise UserError(
            f"{path.name} needs a column called label, and one called id or text; it has "
            f"{', '.join(table.columns)}."
        )
    for row in table:
        text = row.values[columns.text].strip() if columns.text else ""
        name = row.values[columns.id].strip() if columns.id else ids.get(_kept(text), "")
        label = row.values[columns.label].strip()
        if label and name:
            yield Word(id=name, label=label, word=GIVEN, random=True, text=text)


def _standing(words: Iterable[Word]) -> list[Word]:
    """Those that were not taken back."""
    kept: list[Word] = []
    for word in words:
        if word.word != UNDO:
            kept.append(word)
        elif (place := _newest(kept)) is not None:
            del kept[place]
    return kept


def _newest(words: Sequence[Word]) -> int | None:
    """The place of the newest answer; what came from elsewhere is none."""
    places = (place for place in reversed(range(len(words))) if words[place].word in SAID)
    return next(places, None)


def _labels(words: Iterable[Word]) -> list[Label]:
    newest: dict[str, Label] = {}
    for one in words:  # a row keeps the place of its first word
        newest[one.id] = Label(id=one.id, label=one.label or None, random=one.random)
    return list(newest.values())
