"""What every part of the Families tab is made of: names, the table below a chart, their files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.families import words
from app.page import citation
from app.page.html import Html, card, esc, scroll
from app.page.saving import Saved, plot_files
from app.page.sortable import Cell, Column, sortable
from lfdrt.languages import FAMILIES, resolve

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.families import FamiliesRecording, SetName

NAMES = {family.code: family.name for family in FAMILIES} | {"none": "none"}
Row = Sequence[str | int | float | None]


def family(code: str) -> str:
    return NAMES.get(code, code)


def language(code: str) -> str:
    """Its name; a recording of other data may have codes that nobody knows."""
    try:
        return resolve(code).name
    except ValueError:
        return code


def sets(named: Iterable[SetName]) -> str:
    """ "BRIGHTER dev, XED dev": what stands second beside a language."""
    return ", ".join(f"{citation.set_name(one.source)} {one.split}" for one in named)


def saved(r: FamiliesRecording, name: str, title: str, data: str) -> Saved:
    """data: what the numbers were measured on, as the citation says it."""
    file = f"lfdrt-{r.checkpoint}-{name}"
    return Saved(name=file, title=title, source=citation.cite_recording(r, data))


def part(one: Saved, head: Row, rows: Sequence[Row], *, plot: str, lead: str = "") -> Html:
    """The table below a chart, folded, and what saves both."""
    table = scroll(_table(one.title, head, rows), one.title)
    files = plot_files(one, plot, [head, *(_rounded(row) for row in rows)])
    return card(
        f"<details><summary>{esc(words.NUMBERS)}</summary>{table}</details>{files}",
        kind="family-part",
        lead=lead,
    )


def _table(title: str, head: Row, rows: Sequence[Row]) -> Html:
    columns = [Column(html=esc(name), down=i > 0) for i, name in enumerate(head)]
    return sortable(
        columns, [[_cell(v) for v in row] for row in rows], kind="figures", caption=title
    )


def _cell(value: str | int | float | None) -> Cell:
    if value is None:
        return Cell(html="–", key=None)
    if isinstance(value, float):
        return Cell(html=f"{value:.1f}".replace("-", "−"), key=round(value, 4))
    return Cell(html=f"{value:,}" if isinstance(value, int) else esc(value), key=value)


def _rounded(row: Row) -> list[str | int | float | None]:
    return [round(v, 4) if isinstance(v, float) else v for v in row]
