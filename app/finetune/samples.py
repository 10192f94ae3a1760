"""The bundled sample sets of the Fine-tune tab: sentences of a language, some labelled, some with
pictures."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.places import SAMPLES
from lfdrt.languages import resolve


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
