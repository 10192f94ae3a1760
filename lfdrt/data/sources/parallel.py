"""Translated sentence pairs: WikiMatrix, and plain tables of two languages.

WikiMatrix: github.com/facebookresearch/LASER, tasks/WikiMatrix: `WikiMatrix.{a}-{b}.tsv.gz`, codes
in alphabetical order, lines of margin score, TAB, text in a, TAB, text in b; no header, no quotes.
Plain tables: `en-{language}.csv` (or .tsv) with a column for each of the two codes. Streams;
a file of millions of lines takes no memory.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from lfdrt.data.records import DataError, ParallelText
from lfdrt.data.sources.files import (
    Skipped,
    find,
    find_or_raise,
    language_code,
    reading,
    tab_rows,
)

ANCHOR = "en"
MARGIN = 1.04
"""Least margin score: "a good choice for most language pairs" (README of WikiMatrix)."""


def read_wikimatrix(folder: Path) -> Iterator[ParallelText | Skipped]:
    """The pairs of English with every language that is there."""
    files = find_or_raise(folder, "WikiMatrix.*-*.tsv*", "WikiMatrix.xx-yy.tsv.gz")
    chosen = [(path, other) for path in files if (other := _other(path.name.split(".")[1]))]
    if not chosen:
        raise DataError(f"{folder}: no WikiMatrix file pairs {ANCHOR} with another language.")
    for path, other in chosen:
        place = (1, 2) if path.name.split(".")[1].startswith(f"{ANCHOR}-") else (2, 1)
        for row in tab_rows(path, 3):
            yield row if isinstance(row, Skipped) else _pair(row, place, other)


def read_parallel_csv(folder: Path) -> Iterator[ParallelText | Skipped]:
    """The pairs of every table `en-{language}.csv` or .tsv."""
    files = [path for kind in ("csv", "tsv") for path in find(folder, f"{ANCHOR}-*.{kind}")]
    if not files:
        raise DataError(f"{folder} holds no table {ANCHOR}-<language>.csv or .tsv.")
    for path in files:
        other = path.stem.removeprefix(f"{ANCHOR}-")
        with reading(path) as stream:
            rows = csv.DictReader(stream, delimiter="\t" if path.suffix == ".tsv" else ",")
            if not {ANCHOR, other} <= set(rows.fieldnames or ()):
                raise DataError(f"{path.name} needs the columns {ANCHOR} and {other}.")
            for number, row in enumerate(rows, start=2):
                texts = ((row[ANCHOR] or "").strip(), (row[other] or "").strip())
                yield _checked(f"{path.name}, row {number}", *texts, other)


def _other(pair: str) -> str | None:
    first, _, second = pair.partition("-")
    return second if first == ANCHOR else first if second == ANCHOR else None


def _pair(row: tuple[str, list[str]], place: tuple[int, int], other: str) -> ParallelText | Skipped:
    where, cells = row
    try:
        score = float(cells[0])
    except ValueError:
        score = math.nan
    if math.isnan(score):
        return Skipped(where=where, why="no margin score", detail=cells[0][:40])
    if score < MARGIN:
        return Skipped(where=where, why=f"margin below {MARGIN}", detail=cells[0])
    return _checked(where, cells[place[0]].strip(), cells[place[1]].strip(), other)


def _checked(where: str, anchor: str, translation: str, other: str) -> ParallelText | Skipped:
    if not anchor or not translation:
        return Skipped(where=where, why="empty text")
    return ParallelText(anchor=anchor, translation=translation, language=language_code(other))
