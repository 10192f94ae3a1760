"""Tables as HTML: of plain cells, of classes, such that scroll."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
        f"{esc(label)}</th>{cells}</tr>"
    )
