"""A person's own data: a folder of pictures by class, or tables of texts, pictures and labels.

Pictures: `{class}/{picture}` or `{split}/{class}/{picture}`. Tables: files of every format that can
be read (`lfdrt.data.readers`), whose columns are guessed (`lfdrt.data.columns`); a name such as
`sw.dev.csv` gives language and split where no column does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lfdrt.data.archives import PICTURES
from lfdrt.data.columns import ColumnMapping, guess_columns
from lfdrt.data.readers.registry import kinds, suffixes
from lfdrt.data.records import DataError, LabelledPair
from lfdrt.data.rows import Row, TableError
from lfdrt.data.sources.files import NO_SPLIT, Skipped, find, language_code, split_in
from lfdrt.data.tables import Table, open_table
from lfdrt.languages import LANGUAGES


def read_image_folder(folder: Path) -> Iterator[LabelledPair | Skipped]:
    """Every picture, labelled by the folder that it lies in."""
    files = [path for path in find(folder, "*") if path.is_file()]
    if not any(path.suffix.lower() in PICTURES for path in files):
        raise DataError(f"{folder} holds no pictures in folders of classes (joy/1.jpg).")
    for path in files:
        place = path.relative_to(folder)
        if path.suffix.lower() not in PICTURES or len(place.parts) < 2:
            why = "not a picture" if path.suffix.lower() not in PICTURES else "in no class folder"
            yield Skipped(where=place.as_posix(), why=why)
            continue
        yield LabelledPair(
            id=place.as_posix(),
            text=None,
            image=path,
            label=path.parent.name.strip().lower(),
            language=None,
            source="image_folder",
            split=split_in(place.parents[1]),
        )


def read_tables(folder: Path) -> Iterator[LabelledPair | Skipped]:
    """Every row of every table with a label; DataError for a table without a label column."""
    known = suffixes()
    paths = [one for one in find(folder, "*") if one.suffix.lower() in known and one.is_file()]
    if not paths:
        raise DataError(f"{folder} holds no table. {kinds()}")
    for path in paths:
        try:
            table = open_table(path)
            columns = guess_columns(table)
        except TableError as error:
            if path.suffix.lower() == ".zip":  # pictures, perhaps
                yield Skipped(where=path.name, why="no archive of tables", detail=str(error))
                continue
            raise DataError(str(error)) from error
        if len(table.columns) == 1:  # a note that lies beside the tables
            yield Skipped(where=path.name, why="texts without labels")
            continue
        if columns.label is None or not (columns.text or columns.image):
            raise DataError(
                f"{path.name}: which of {', '.join(table.columns)} holds the label, and which the "
                "text or picture? Name the columns label, text and image."
            )
        for row in table:
            yield _record(table, columns, row)


def _record(table: Table, columns: ColumnMapping, row: Row) -> LabelledPair | Skipped:
    cells = {name: value.strip() for name, value in row.values.items()}
    where = f"{table.path.name}, row {row.number}"
    text = cells[columns.text] if columns.text else ""
    image = _picture(table.path.parent, cells[columns.image] if columns.image else "")
    label, split = cells[columns.label or ""], split_in(Path(cells.get("split", "")))
    if isinstance(image, str):
        return Skipped(where=where, why="no such picture", detail=image)
    if not label or not (text or image):
        return Skipped(where=where, why="no text and no picture" if label else "no label")
    return LabelledPair(
        id=cells.get("id") or where,
        text=text or None,
        image=image,
        label=label,
        language=_language(table.path, cells[columns.lang] if columns.lang else ""),
        source=table.path.stem,
        split=split if split != NO_SPLIT else split_in(Path(table.path.stem)),
    )


def _picture(folder: Path, name: str) -> Path | str | None:
    """The file, None where none is named; the name where it leads nowhere or out of the folder."""
    if not name:
        return None
    try:
        path = (folder / name).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else name
    except (OSError, ValueError):  # NUL bytes, endless links
        return name


def _language(path: Path, cell: str) -> str | None:
    if cell:
        return language_code(cell)
    return next((part for part in path.stem.lower().split(".") if part in LANGUAGES), None)
