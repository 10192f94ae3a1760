"""Tables as HTML: of plain cells, such as scroll, such as a visitor sorts, and heat maps.

A heat map is a table, so that the browser shapes every script, rows and columns keep their heads
while scrolling, and each cell's number is there to read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.page import say
from app.page.html import Html, esc, scroll


def table(kind: str, head: Sequence[object], rows: Iterable[Html], caption: str = "") -> Html:
    """`head` are cells' contents, "" for a corner without words; none at all for no head. What is
    not HTML is escaped."""
    cells = "".join(f'<th scope="col">{_html(c)}</th>' if c else "<td></td>" for c in head)
    top = f"<thead><tr>{cells}</tr></thead>" if head else ""
    named = f"<caption>{esc(caption)}</caption>" if caption else ""
    return Html(f'<table class="{esc(kind)}">{named}{top}<tbody>{"".join(rows)}</tbody></table>')


def wide_table(kind: str, head: Sequence[object], rows: Iterable[Html], label: str) -> Html:
    """One that scrolls."""
    return scroll(table(kind, head, rows), label)


def _html(one: object) -> Html:
    return one if isinstance(one, Html) else esc(one)


def rows_of(lines: Iterable[Sequence[object]]) -> Iterator[Html]:
    """Of a table. Of each line the first is the row's head; what is not HTML is escaped."""
    for line in lines:
        head, *cells = map(_html, line)
        yield Html(f'<tr><th scope="row">{head}</th>{"".join(f"<td>{c}</td>" for c in cells)}</tr>')


def class_row(label: str, cells: str) -> Html:
    """Of a table of classes: the class with its colour. cells: HTML."""
    return Html(
        f'<tr data-class="{esc(label)}"><th scope="row"><i class="dot" aria-hidden="true"></i>'
        f"{esc(say.class_name(label))}</th>{cells}</tr>"
    )


@dataclass(frozen=True, kw_only=True)
class Column:
    """`below`: under the name. `down`: the first press puts the highest on top, as one wants it of
    scores."""

    html: Html
    below: Html = Html("")
    down: bool = True


@dataclass(frozen=True, kw_only=True)
class Cell:
    """`key` is what is compared: a number, a text, or None for a cell without either, which goes
    to the end."""

    html: Html
    key: float | str | None


def sortable(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, kind: str, caption: str
) -> Html:
    """The first cell of each row is its head. Raises ValueError for a row of another length."""
    head = "".join(map(_sort_head, columns))
    body = "".join(_sort_row(row, len(columns)) for row in rows)
    return Html(
        f'<table class="sortable {esc(kind)}"><caption>{esc(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _sort_head(column: Column) -> Html:
    order = "descending" if column.down else "ascending"
    return Html(
        f'<th scope="col" aria-sort="none"><button type="button" data-sort="{order}">'
        f"<span>{column.html}</span>{column.below}</button></th>"
    )


def _sort_row(cells: Sequence[Cell], expected: int) -> Html:
    if len(cells) != expected:
        raise ValueError(f"a row of {len(cells)} cells under {expected} columns")
    first, *rest = cells
    head = f'<th scope="row"{_key(first)}>{first.html}</th>'
    return Html(f"<tr>{head}{''.join(f'<td{_key(c)}>{c.html}</td>' for c in rest)}</tr>")


def _key(cell: Cell) -> Html:
    if cell.key is None:
        return Html(' data-key=""')
    kind = ' class="number"' if isinstance(cell.key, int | float) else ""
    return Html(f'{kind} data-key="{esc(cell.key)}"')


LONGEST_LABEL = 28
"""Characters of a token shown as a column's head; the whole token is its tooltip."""

LEAST_DIFFERENCE = 0.01
"""A difference at full colour is at least this: noise must not look like a finding."""


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """What a heat map shows. Shape: values (R, C), not negative.

    `marked`: the row that the others are compared with, if any. `rtl`: columns run from right to
    left, as the text does. `lang`: of the columns, from which a browser chooses fonts.
    """

    values: np.ndarray
    columns: Sequence[str]
    rows: Sequence[str]
    marked: int | None = None
    rtl: bool = False
    lang: str = ""

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.rows), len(self.columns)):
            raise ValueError(
                f"values are {self.values.shape}, not {(len(self.rows), len(self.columns))}"
            )

    @property
    def top(self) -> float:
        """The value at full colour; never 0."""
        return float(self.values.max(initial=0.0)) or 1.0

    @property
    def differences(self) -> np.ndarray:
        """Each row minus the marked one. Shape: (R, C)."""
        if self.marked is None:
            return np.zeros_like(self.values)
        differences: np.ndarray = self.values - self.values[self.marked]
        return differences

    @property
    def largest_difference(self) -> float:
        return float(np.abs(self.differences).max(initial=0.0))


def heat_table(
    heat: HeatMap, *, corner: str, heads: Sequence[Html], beside: Sequence[Html], beside_head: str
) -> Html:
    """A heat map as an HTML table. `heads` (R) and `beside` (R) are HTML, the rest is text.

    Each cell holds its value and its difference from the marked row, in percent; page.css shows
    one of them, and colours by --v (0 to 1) or --d (0 to 1, class p or n).
    """
    head = "".join(_column_head(w, label) for w, label in enumerate(heat.columns))
    scale = max(heat.largest_difference, LEAST_DIFFERENCE)
    body = "".join(
        f"<tr{' class=marked' if r == heat.marked else ''}"
        f'><th scope="row">{heads[r]}</th><td class="beside">{beside[r]}</td>'
        + "".join(
            _cell(v / heat.top, v, d / scale, d)
            for v, d in zip(heat.values[r].tolist(), heat.differences[r].tolist(), strict=True)
        )
        + "</tr>"
        for r in range(len(heat.rows))
    )
    side = "rtl" if heat.rtl else "ltr"
    spoken = f' lang="{esc(heat.lang)}"' if heat.lang else ""
    return Html(
        f'<table class="heat" dir="{side}"{spoken}><thead><tr>{_corner(corner)}'
        f'<th scope="col" class="beside">{esc(beside_head)}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _corner(label: str) -> Html:
    return Html(f'<th scope="col">{esc(label)}</th>' if label else "<td></td>")


def _column_head(w: int, label: str) -> Html:
    """Written sideways; scripts that are written downwards anyway stay upright. w: its place."""
    kind = ' class="upright"' if unicodedata.east_asian_width(label[:1] or " ") in "WF" else ""
    return Html(
        f'<th scope="col"{kind} data-w="{w}" title="{esc(label)}">'
        f'<span dir="auto">{esc(_short(label))}</span></th>'
    )


def _cell(v: float, value: float, d: float, difference: float) -> Html:
    sign = "n" if difference < 0 else "p"
    signed = say.points(difference)
    return Html(
        f'<td class="{sign}" style="--v:{v:.2f};--d:{abs(d):.2f}">'
        f"<b>{say.number(100 * value)}</b><u>{signed}</u></td>"
    )


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
