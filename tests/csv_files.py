"""Small CSV files as tests write and read them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

LABELLED, PAIRS = ("id", "text", "label"), ("source", "split")
"""Heads of the data folder's files: of texts with labels, and of pairs, after the two languages."""


def write(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    """With the folders that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
