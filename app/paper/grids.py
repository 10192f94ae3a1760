"""Grids that the paper's tables are shown as: systems × classes, languages, families, measures.

Means over families and differences from the whole model are computed here; everything else is as
printed. Knows no HTML and no components.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from app.paper.tables import ACCURACY, ALL, ANCHORS, AVERAGE, F1, WHOLE, PaperTable, family_of
from lfdrt.languages import FAMILIES

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
        return by_group(t, view, t.groups)
    if view == "languages":
        return by_group(t, F1, [*t.languages, AVERAGE])
    if view == "families":
        return by_family(t)
    overall = by_measure(t, ALL)
    return minus_whole(overall) if view == "differences" else overall


def is_computed(view: str) -> bool:
    """Whether the view's numbers are made here, not printed in the paper."""
    return view in ("families", "differences")


def compares_systems(view: str) -> bool:
    """Whether the chart has a bar for each chosen system, not one for each measure."""
    return view not in ("overall", "scores", "differences")


def by_group(table: PaperTable, measure: str, groups: Iterable[str]) -> Grid:
    """Columns are classes or languages."""
    return _grid(table, [(group, group, measure) for group in groups])


def by_measure(table: PaperTable, group: str = ALL) -> Grid:
    """Columns are measures of one group."""
    return _grid(table, [(measure, group, measure) for measure in table.measures])


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


def by_family(table: PaperTable, measure: str = F1) -> Grid:
    """The anchor, then families: unweighted means over the languages printed, computed here.

    A mean over a cell that cannot be read is None.
    """
    anchor = ANCHORS[table.setting]
    members = {anchor: (anchor,), **families(table)}
    blank = tuple("" for _ in members)
    return Grid(
        rows=table.systems,
        columns=tuple(members),
        values=tuple(
            tuple(_mean([table.value(s, g, measure) for g in group]) for group in members.values())
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
