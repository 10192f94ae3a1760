"""The sample benchmark of `assets/benchmarks/sample/`: sentences in 28 languages, drawn faces.

Written for this project, so a recording may carry its texts and pictures; a demonstration and not
evidence (its README.md). `<lang>.csv` has the columns id, text, english, label, face and pairing,
and `faces.zip` a picture `<id>.png` for each row.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from lfdrt.data.records import DataError
from lfdrt.data.sources.files import NO_SPLIT, Skipped, csv_rows
from lfdrt.places import BENCHMARKS

FOLDER = BENCHMARKS / "sample"
FACES = "faces.zip"
SOURCE = "sample"
MATCHED, MISMATCHED = "matched", "mismatched"
COLUMNS = ("id", "text", "english", "label", "face", "pairing")

_AGAIN = "Take assets/benchmarks/sample from the repository again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A picture as its file: `name` in the archive, `data` the bytes of a PNG."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """A sentence with the face beside it. `english`: its back-translation, for people to read.

    label: what the sentence says. face: the emotion that the picture was drawn with, which is the
    label where the pairing is `MATCHED` and on purpose another where it is `MISMATCHED`.
    """

    id: str
    text: str
    english: str
    label: str
    language: str
    face: str
    pairing: str
    image: Face
    source: str = SOURCE
    split: str = NO_SPLIT


def sample_languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """Codes of the languages that there are sentences of; DataError where there are none."""
    found = tuple(sorted(path.stem for path in folder.glob("*.csv")))
    if not found:
        raise DataError(f"{folder} holds no <language>.csv of the sample benchmark. {_AGAIN}")
    return found


def read_sample(language: str, folder: Path = FOLDER) -> list[SampleRow]:
    """All rows of one language; DataError names what is missing or damaged."""
    if language not in (known := sample_languages(folder)):
        raise DataError(
            f"the sample benchmark has no language {language!r}: choose one of {', '.join(known)}."
        )
    path = folder / f"{language}.csv"
    try:
        with zipfile.ZipFile(folder / FACES) as faces:
            return [_row(row, language, faces) for row in csv_rows(path, COLUMNS)]
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{folder / FACES} cannot be read ({error}). {_AGAIN}") from error


def _row(
    row: tuple[str, dict[str, str]] | Skipped, language: str, faces: zipfile.ZipFile
) -> SampleRow:
    """This set is ours and whole, so a row that does not fit is an error and is not left out."""
    if isinstance(row, Skipped):
        raise DataError(f"{row.where}: {row.why} ({row.detail}). {_AGAIN}")
    where, cells = row
    pairing = MATCHED if cells["face"] == cells["label"] else MISMATCHED
    if cells["pairing"] != pairing:
        raise DataError(
            f"{where}: the pairing is {cells['pairing']!r}, but the label {cells['label']!r} and "
            f"the face {cells['face']!r} are {pairing}. {_AGAIN}"
        )
    name = f"{cells['id']}.png"
    try:
        face = Face(name=name, data=faces.read(name))
    except KeyError:
        raise DataError(f"{where}: {FACES} has no picture {name}. {_AGAIN}") from None
    return SampleRow(language=language, image=face, **{column: cells[column] for column in COLUMNS})
