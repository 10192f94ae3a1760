"""Buttons that save a table as CSV and a chart as SVG or PNG, each with its title and its source.

saving.js makes the files: a table's rows travel in the page, a chart is drawn from what is shown.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from app.page import say
from app.page.html import Html, esc

Cell = str | float | bool | None
Rows = Sequence[Sequence[Cell]]
FIGURES = ("svg", "png")


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What a file says of itself. name: of the file, without its ending. title: above a figure.
    source: `app.page.citation`'s line."""

    name: str
    title: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What all files of one thing have in common. file: how their names begin."""

    file: str
    source: str

    def saved(self, name: str, title: str) -> Saved:
        return Saved(name=f"{self.file}-{name}", title=title, source=self.source)


def csv_text(rows: Rows, source: str) -> str:
    """With a BOM, for spreadsheets, which run none of it; the last line is the source."""
    stream = io.StringIO()
    safe = cache(spreadsheet_safe)  # of this table alone, where labels come again and again
    csv.writer(stream, lineterminator="\r\n").writerows(
        [safe(value) if isinstance(value, str) else value for value in row]
        for row in (*rows, [source])
    )
    return "\ufeff" + stream.getvalue()


def table_file(saved: Saved, rows: Rows) -> Html:
    """A table alone. `rows` begin with their head."""
    return _row(saved, _csv(saved, rows))


def plot_files(saved: Saved, plot: str, rows: Rows | None = None) -> Html:
    """A Plotly chart and its table; without `rows` the table is of the points that are drawn.
    `plot`: the id of its component."""
    where = f'data-plot="{esc(plot)}"'
    table = _button(saved, "csv", where) if rows is None else _csv(saved, rows)
    return _row(saved, table + "".join(_button(saved, kind, where) for kind in FIGURES))


def drawn(saved: Saved, body: Html, rows: Rows) -> Html:
    """A chart that is a part of the page, its files below it."""
    buttons = _csv(saved, rows) + "".join(_button(saved, kind) for kind in FIGURES)
    return _row(saved, buttons, f"<div data-drawn>{body}</div>")


def files(saved: Saved, contents: Mapping[str, str]) -> Html:
    """By kind, what each file holds; "html" is made of the page itself."""
    buttons = (_button(saved, k, f'data-content="{esc(held)}"') for k, held in contents.items())
    return _row(saved, "".join(buttons))


def _row(saved: Saved, buttons: Html, above: Html = "") -> Html:
    named = esc(say.GROUP.format(title=saved.title))
    return (
        f'<div class="saved" data-title="{esc(saved.title)}" data-source="{esc(saved.source)}">'
        f'{above}<div class="downloads" role="group" aria-label="{named}">{buttons}</div></div>'
    )


def _csv(saved: Saved, rows: Rows) -> Html:
    return _button(saved, "csv", f'data-content="{esc(csv_text(rows, saved.source))}"')


def _button(saved: Saved, kind: str, rest: Html = "") -> Html:
    return (
        f'<button type="button" data-download="{kind}" data-name="{esc(saved.name)}.{kind}" '
        f"{rest}>{esc(say.BUTTONS[kind])}</button>"
    )


def spreadsheet_safe(cell: str) -> str:
    """A text as a table cell that no spreadsheet runs as a formula."""
    from lfdrt.data.export import neutralise

    return neutralise(cell)
