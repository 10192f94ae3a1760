"""The paper's Tables 4 to 7, read from `assets/paper/`. Knows no model, no HTML, no components."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.places import PAPER
from lfdrt.languages import LANGUAGES, Family

TABLES = (4, 5, 6, 7)
ALL, AVERAGE = "all", "average"
ACCURACY, F1 = "accuracy", "f1"
ANCHORS = {"MELD": "English", "CH-SIMS": "Chinese"}
"""The language that the labels were in; the others were translated from it (§4.1)."""
WHOLE = "LFD-RT"
"""The paper's own model; in Table 7 the one with nothing left out."""

_COLUMNS = ["table", "setting", "system", "group", "measure", "value", "note"]
_FAMILY_OF: dict[str, Family] = {language.name: language.family for language in LANGUAGES.values()}


class PaperTableError(ValueError):
    """A file that cannot be read; says which row and what to do."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One cell. `value` in percent; None where the paper cannot be read."""

    system: str
    group: str
    measure: str
    value: float | None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperTable:
    number: int
    setting: str
    figures: tuple[Figure, ...]

    @property
    def systems(self) -> tuple[str, ...]:
        """In the order of the paper, as groups and measures are."""
        return _distinct(f.system for f in self.figures)

    @property
    def groups(self) -> tuple[str, ...]:
        return _distinct(f.group for f in self.figures)

    @property
    def measures(self) -> tuple[str, ...]:
        return _distinct(f.measure for f in self.figures)

    @property
    def languages(self) -> tuple[str, ...]:
        """Groups that are languages."""
        return tuple(g for g in self.groups if g in _FAMILY_OF)

    def figure(self, system: str, group: str, measure: str) -> Figure:
        """Raises KeyError for a cell that the paper does not have."""
        for f in self.figures:
            if (f.system, f.group, f.measure) == (system, group, measure):
                return f
        raise KeyError(f"Table {self.number} has no {measure} of {system!r} for {group!r}")

    def value(self, system: str, group: str, measure: str) -> float | None:
        return self.figure(system, group, measure).value


@cache
def read_table(number: int, folder: Path = PAPER) -> PaperTable:
    """Raises PaperTableError for a missing or damaged file."""
    path = folder / f"table{number}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except FileNotFoundError:
        raise PaperTableError(
            f"{path.name} is not in assets/paper: take it from the repository again."
        ) from None
    if not rows or rows[0] != _COLUMNS:
        raise PaperTableError(f"{path.name}: the first row must be {','.join(_COLUMNS)}.")
    figures = tuple(_figure(path, i, number, row) for i, row in enumerate(rows[1:], start=2))
    settings = {row[1] for row in rows[1:]}
    if len(settings) != 1:
        raise PaperTableError(f"{path.name}: one setting expected, found {sorted(settings)}.")
    return PaperTable(number=number, setting=settings.pop(), figures=figures)


def _figure(path: Path, line: int, number: int, row: list[str]) -> Figure:
    if len(row) != len(_COLUMNS) or row[0] != str(number):
        raise PaperTableError(
            f"{path.name}, row {line}: {len(_COLUMNS)} fields of table {number} expected."
        )
    _, _, system, group, measure, value, note = row
    try:
        number_read = float(value) if value else None
    except ValueError:
        number_read = math.nan
    if number_read is not None and not 0 <= number_read <= 100:
        raise PaperTableError(
            f"{path.name}, row {line}: {value!r} is not a percentage; leave it empty where the "
            "paper cannot be read."
        )
    return Figure(system=system, group=group, measure=measure, value=number_read, note=note)


def family_of(language: str) -> str:
    """The family's name; "" for what is no language of the tables."""
    return _FAMILY_OF[language].name if language in _FAMILY_OF else ""


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
