"""A visitor's table and pictures read in: how far it is, and last of all what was found.

Ends with nothing on the disk: the pictures of a ZIP lie in a scratch folder meanwhile.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.intake.views import reading
from app.models.service import Service
from app.page.html import Html

if TYPE_CHECKING:
    from lfdrt.data.intake.read import Intake

ROLES = ("text", "image", "lang", "label", "id")
TABLES = [".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".xlsx", ".parquet"]
"""Endings of files that are taken for tables."""


def intake(
    service: Service,
    table: str,
    images: str,
    language: str,
    columns: Mapping[str, str | None],
    *,
    labelled: bool = True,
) -> Iterator[Html | Intake]:
    """How far the reading is, as HTML, and last of all what was read. table, images: paths, ""
    for none; language: "" for each row's own. columns: role to column; none at all: guessed.
    labelled: False takes no column for labels."""
    from lfdrt.data.columns import ColumnMapping
    from lfdrt.data.intake.read import Intake, read_intake

    mapping = ColumnMapping(**{role: columns.get(role) for role in ROLES}) if columns else None
    with tempfile.TemporaryDirectory(prefix="lfdrt-") as scratch:
        for one in read_intake(
            Path(table) if table else None,
            Path(images) if images else None,
            mapping,
            language or None,
            labels=service.loaded.labels if service.loaded else None,
            labelled=labelled,
            count_tokens=service.count_tokens if service.loaded else None,
            scratch=Path(scratch),
        ):
            yield one if isinstance(one, Intake) else reading(one)


def limits() -> tuple[int, int]:
    """Most rows and most bytes of a table."""
    from lfdrt.data.tables import MAX_BYTES, MAX_ROWS

    return MAX_ROWS, MAX_BYTES
