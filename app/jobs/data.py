"""The page's way to a person's data: the intake, and the bundled sample sets."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.jobs.spec import REPOSITORY, ROLES
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from lfdrt.data.intake.read import Intake, IntakeProgress
    from lfdrt.data.intake.report import CountTokens

SAMPLES = REPOSITORY / "assets" / "samples"


@dataclass(frozen=True, kw_only=True)
class SampleSet:
    """code: of its language; language, family: their names. rows: of the unlabelled table."""

    code: str
    language: str
    family: str
    rows: int
    table: Path
    labelled: Path | None
    images: Path | None


def read(
    table: Path | None,
    images: Path | None,
    columns: Mapping[str, str | None] | None,
    language: str | None,
    *,
    labels: Sequence[str] | None = None,
    labelled: bool = True,
    count_tokens: CountTokens | None = None,
    scratch: Path | None = None,
) -> Iterator[IntakeProgress | Intake]:
    """Progress, and last of all the Intake; as `lfdrt.data.intake.read.read_intake`.

    columns: role to column, None where there is none; None as a whole guesses. scratch: an empty
    folder for the pictures of a ZIP, which the caller removes.
    """
    from lfdrt.data.columns import ColumnMapping
    from lfdrt.data.intake.read import read_intake

    mapping = None
    if columns is not None:
        mapping = ColumnMapping(**{role: columns.get(role) for role in ROLES})
    yield from read_intake(
        table,
        images,
        mapping,
        language,
        labels=labels,
        labelled=labelled,
        count_tokens=count_tokens,
        scratch=scratch,
    )


@cache
def samples(folder: Path = SAMPLES) -> tuple[SampleSet, ...]:
    """In the order of their languages' names."""
    found = [_sample(folder, path) for path in folder.glob("*.csv") if "." not in path.stem]
    return tuple(sorted(found, key=lambda one: one.language))


def _sample(folder: Path, table: Path) -> SampleSet:
    code = table.stem
    language = resolve(code)
    labelled, images = folder / f"{code}.labelled.csv", folder / f"{code}.images.zip"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = sum(1 for _ in csv.DictReader(file))
    return SampleSet(
        code=code,
        language=language.name,
        family=language.family.name,
        rows=rows,
        table=table,
        labelled=labelled if labelled.is_file() else None,
        images=images if images.is_file() else None,
    )


def limits() -> tuple[int, int]:
    """Most rows and most bytes of a table."""
    from lfdrt.data.tables import MAX_BYTES, MAX_ROWS

    return MAX_ROWS, MAX_BYTES
