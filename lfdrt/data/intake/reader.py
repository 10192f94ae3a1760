"""One row of a table read: its text, its picture's file, its language, and what is wrong with them.

The report before a run and the run itself read rows by this alone, so that what was previewed is
what is done. What becomes of a row with a fault is the caller's: a prediction refuses it,
rethinking uses what is left of it and counts it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lfdrt.data.columns import ColumnMapping
from lfdrt.data.images import ImageError
from lfdrt.data.intake.pictures import Pictures
from lfdrt.data.rows import Row
from lfdrt.errors import UserError
from lfdrt.languages import resolve

NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})
"""ISO 639's codes for undetermined, several, uncoded and none: as where no language is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """number: as `Row` counts. picture: as the row names it, "" for none; image: its file.

    language: the code of the row's own, else the one that was chosen for all; None: to be detected.
    no_image, no_language: why there is no file, or the row's own language is none; "" else.
    """

    number: int
    id: str
    text: str
    picture: str
    image: Path | None
    label: str
    tag: str
    language: str | None
    no_image: str
    no_language: str


class RowReader:
    """Reads rows by `mapping`; `language` is that of rows which name none."""

    def __init__(self, mapping: ColumnMapping, pictures: Pictures, language: str | None) -> None:
        self._mapping, self._find, self._language = mapping, pictures.find, language
        self._known: dict[str, tuple[str | None, str]] = {"": (language, "")}

    def read(self, row: Row) -> ReadRow:
        def cell(role: str | None) -> str:
            return row.values[role].strip() if role else ""

        m = self._mapping
        picture, tag = cell(m.image), cell(m.lang)
        image, no_image = found(picture, self._find) if picture else (None, "")
        if tag not in self._known:
            self._known[tag] = self._code(tag)
        language, no_language = self._known[tag]
        return ReadRow(
            number=row.number,
            id=cell(m.id) or str(row.number),
            text=row.values[m.text] if m.text else "",
            picture=picture,
            image=image,
            label=cell(m.label),
            tag=tag,
            language=language,
            no_image=no_image,
            no_language=no_language,
        )

    def _code(self, tag: str) -> tuple[str | None, str]:
        if tag.casefold().replace("_", "-").partition("-")[0] in NO_LANGUAGE:
            return self._language, ""
        try:
            return resolve(tag).code, ""
        except UserError as error:
            return self._language, str(error)


def found(name: str, find: Callable[[str], Path]) -> tuple[Path | None, str]:
    """The file of a picture's name, or why there is none."""
    try:
        path = find(name)
    except ImageError as error:
        return None, str(error)
    if not path.exists():
        return None, f"{name!r} was not found. Check the file name and its folder."
    return path, ""
