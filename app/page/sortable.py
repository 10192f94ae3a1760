"""A table that a visitor sorts in the browser: buttons in the head, numbers compared as numbers.

`page.js` does the sorting; here stand the marks that it reads. Knows nothing of what is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.page.html import Html, esc


@dataclass(frozen=True, kw_only=True)
class Column:
    """`below`: under the name. `down`: the first press puts the highest on top, as one wants it of
    scores."""

    html: Html
    below: Html = ""
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
    head = "".join(map(_head, columns))
    body = "".join(_row(row, len(columns)) for row in rows)
    return (
        f'<table class="sortable {esc(kind)}"><caption>{esc(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _head(column: Column) -> Html:
    order = "descending" if column.down else "ascending"
    return (
        f'<th scope="col" aria-sort="none"><button type="button" data-sort="{order}">'
        f"<span>{column.html}</span>{column.below}</button></th>"
    )


def _row(cells: Sequence[Cell], expected: int) -> Html:
    if len(cells) != expected:
        raise ValueError(f"a row of {len(cells)} cells under {expected} columns")
    first, *rest = cells
    head = f'<th scope="row"{_key(first)}>{first.html}</th>'
    return f"<tr>{head}{''.join(f'<td{_key(c)}>{c.html}</td>' for c in rest)}</tr>"


def _key(cell: Cell) -> Html:
    if cell.key is None:
        return ' data-key=""'
    kind = ' class="number"' if isinstance(cell.key, int | float) else ""
    return f'{kind} data-key="{esc(cell.key)}"'
