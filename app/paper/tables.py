"""The paper's Tables 4 to 7, read from `assets/paper/`, and the grids that they are shown
as: systems by classes, languages, families, measures.

Means over families and differences from the whole model are computed here; everything else is as
printed.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean

from app.places import PAPER
from lfdrt.languages import FAMILIES, LANGUAGES, Family

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


VIEWS: dict[int, tuple[str, ...]] = {
    4: ("f1", "accuracy"),
    5: ("languages", "families"),
    6: ("languages", "families", "overall"),
    7: ("scores", "differences"),
}
"""What can be shown of each table; the first at first."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What is shown at once. Shape: values (R, C) and notes (R, C); rows are systems.

    `difference`: values are differences from the whole model, not scores.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    notes: tuple[tuple[str, ...], ...]
    difference: bool = False

    def best(self, column: int) -> float | None:
        """The highest value of a column."""
        return max((v for r in self.values if (v := r[column]) is not None), default=None)


def grid(t: PaperTable, view: str) -> Grid:
    if view in (F1, ACCURACY):
        return _grid(t, [(group, group, view) for group in t.groups])
    if view == "languages":
        return _grid(t, [(group, group, F1) for group in (*t.languages, AVERAGE)])
    if view == "families":
        return by_family(t)
    overall = _grid(t, [(measure, ALL, measure) for measure in t.measures])
    return minus_whole(overall) if view == "differences" else overall


def is_computed(view: str) -> bool:
    """Whether the view's numbers are made here, not printed in the paper."""
    return view in ("families", "differences")


def compares_systems(view: str) -> bool:
    """Whether the chart has a bar for each chosen system, not one for each measure."""
    return view not in ("overall", "scores", "differences")


def _grid(table: PaperTable, columns: list[tuple[str, str, str]]) -> Grid:
    """`columns` are (name, group, measure)."""
    cells = [[table.figure(s, group, m) for _, group, m in columns] for s in table.systems]
    return Grid(
        rows=table.systems,
        columns=tuple(name for name, _, _ in columns),
        values=tuple(tuple(f.value for f in row) for row in cells),
        notes=tuple(tuple(f.note for f in row) for row in cells),
    )


def families(table: PaperTable) -> dict[str, tuple[str, ...]]:
    """Names of families to the languages of theirs that the table prints, the anchor apart."""
    others = [g for g in table.languages if g != ANCHORS[table.setting]]
    return {
        family.name: found
        for family in FAMILIES
        if (found := tuple(g for g in others if family_of(g) == family.name))
    }


def by_family(table: PaperTable) -> Grid:
    """F1 of the anchor, then of families: unweighted means over the languages printed, computed
    here. A mean over a cell that cannot be read is None."""
    anchor = ANCHORS[table.setting]
    members = {anchor: (anchor,), **families(table)}
    blank = tuple("" for _ in members)
    return Grid(
        rows=table.systems,
        columns=tuple(members),
        values=tuple(
            tuple(_mean([table.value(s, g, F1) for g in group]) for group in members.values())
            for s in table.systems
        ),
        notes=tuple(blank for _ in table.systems),
    )


def minus_whole(grid: Grid) -> Grid:
    """Each row minus the whole model's, without that row: what leaving a part out costs."""
    whole = grid.values[grid.rows.index(WHOLE)]
    kept = [i for i, name in enumerate(grid.rows) if name != WHOLE]
    return Grid(
        rows=tuple(grid.rows[i] for i in kept),
        columns=grid.columns,
        values=tuple(tuple(map(_minus, grid.values[i], whole)) for i in kept),
        notes=tuple(grid.notes[i] for i in kept),
        difference=True,
    )


def _minus(a: float | None, b: float | None) -> float | None:
    """To the tenth that the paper prints: 48.1 − 54.7 is −6.6."""
    return None if a is None or b is None else round(a - b, 1)


def _mean(values: list[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return fmean(known) if len(known) == len(values) else None
