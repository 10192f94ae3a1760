"""Records that training and evaluation read: labelled texts, parallel texts, unlabelled texts.

Reads the simple CSV files of the data folder (`text/<source>/<lang>.<split>.csv`,
`parallel/en-<lang>.csv`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lfdrt.errors import UserError
from lfdrt.languages import LANGUAGES


class DataError(UserError):
    """A data file that is missing or not in its format: which file, which row, what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text with its label's name; `source` names the data set."""

    id: str
    text: str
    label: str
    language: str
    source: str
    split: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """A text, a picture or both, with their label's name.

    text, image: None where the sample has none; never both. `image` is a file that was not decoded
    language: None where it is not known, or there is no text
    """

    id: str
    text: str | None
    image: Path | None
    label: str
    language: str | None
    source: str
    split: str

    def __post_init__(self) -> None:
        if self.text is None and self.image is None:
            raise ValueError(f"{self.source} {self.id}: neither a text nor a picture")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelText:
    """A sentence of the anchor language and its translation; `subtitles`: of film dialogue."""

    anchor: str
    translation: str
    language: str
    subtitles: bool = False


def read_labelled(folder: Path, source: str, language: str, split: str) -> list[LabelledText]:
    """One labelled file; DataError for a missing file or column."""
    path = folder / "text" / source / f"{language}.{split}.csv"
    return [
        LabelledText(
            id=row["id"],
            text=row["text"],
            label=row["label"],
            language=language,
            source=source,
            split=split,
        )
        for row in _rows(path, ("id", "text", "label"))
    ]


def parallel_languages(data: Path, folder: str = "parallel") -> list[str]:
    """Languages that have a parallel file on this machine, in the table's order."""
    return [code for code in LANGUAGES if (data / folder / f"en-{code}.csv").is_file()]


def read_parallel(
    data: Path, language: str, split: str, *, folder: str = "parallel"
) -> list[ParallelText]:
    """The pairs of one language in `parallel`, or in `parallel_subtitles`; DataError for a missing
    file or column."""
    path = data / folder / f"en-{language}.csv"
    return [
        ParallelText(
            anchor=row["en"],
            translation=row[language],
            language=language,
            subtitles=folder != "parallel",
        )
        for row in _rows(path, ("en", language, "split"))
        if row["split"] == split
    ]


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise DataError(f"{path.name} is not in {path.parent}: name the data folder with --data.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [c for c in columns if c not in (reader.fieldnames or ())]
        if missing:
            raise DataError(f"{path.name} has no column {', '.join(missing)}")
        for row in reader:
            if any(row[c] is None for c in columns):
                raise DataError(f"{path.name}, line {reader.line_num}: too few fields")
            yield row
