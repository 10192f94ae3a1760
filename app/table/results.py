"""What came of a table: its first rows, and how often each label and language was given.

Reads the file that `lfdrt predict` writes; knows no jobs.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FIRST = 8  # rows that are shown
PREFIX = "predicted_"


@dataclass(frozen=True, kw_only=True)
class TableResult:
    """first: rows as {column: cell}, with the columns of the file. labels: rows by label.
    languages: rows by language ("" where none could be told) and label. unread: rows without a
    prediction, whose note says why. disagree: rows on which the classifiers disagree."""

    columns: tuple[str, ...]
    first: tuple[dict[str, str], ...]
    rows: int
    labels: Counter[str]
    languages: dict[str, Counter[str]]
    unread: int
    disagree: int


def prefix_for(columns: Sequence[str], labels: Sequence[str]) -> str:
    """What predictions' columns begin with, so that none is called as one of the table."""
    prefix = ""
    while clash(columns, labels, prefix):
        prefix += PREFIX
    return prefix


def clash(columns: Sequence[str], labels: Sequence[str], prefix: str = "") -> str:
    """The first column that predictions would be written to as well; "" where there is none."""
    from lfdrt.data.columns import added_columns

    return next((name for name in added_columns(labels, prefix) if name in columns), "")


def read_result(path: Path, prefix: str) -> TableResult:
    """Of the rows that are finished. 0.5 s for 50,000. Raises OSError."""
    from lfdrt.data.export import restore

    first: list[dict[str, str]] = []
    labels: Counter[str] = Counter()
    languages: dict[str, Counter[str]] = {}
    rows = unread = disagree = 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        columns = tuple(map(restore, next(reader, ())))
        label, agree, language = (columns.index(f"{prefix}{n}") for n in ("label", "agree",
                                                                         "language"))  # fmt: skip
        whole = (cells for cells in reader if len(cells) == len(columns))  # one is being written
        for rows, cells in enumerate(whole, start=1):
            if rows <= FIRST:
                first.append(dict(zip(columns, map(restore, cells), strict=True)))
            if not cells[label]:
                unread += 1
                continue
            labels[cells[label]] += 1
            languages.setdefault(cells[language], Counter())[cells[label]] += 1
            disagree += cells[agree] == "false"
    return TableResult(columns=columns, first=tuple(first), rows=rows, labels=labels,
                       languages=languages, unread=unread, disagree=disagree)  # fmt: skip
