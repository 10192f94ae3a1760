"""A confusion matrix as an HTML table. Knows counts and labels only."""

from __future__ import annotations

from collections.abc import Sequence

from app.page import say
from app.page.html import Html, esc, scroll, table
from app.page.saving import Rows


def confusion(title: str, labels: Sequence[str], counts: Sequence[Sequence[int]]) -> Html:
    """Rows: the true label; columns: what the model said. Shape: counts (C, C)."""
    top = max(1, max((max(row) for row in counts), default=1))
    rows = (
        f'<tr><th scope="row">{esc(name)}</th>'
        + "".join(
            f'<td class="{"right" if i == j else ""}" style="--v:{n / top:.2f}">{n or "·"}</td>'
            for j, n in enumerate(row)
        )
        + "</tr>"
        for i, (name, row) in enumerate(zip(labels, counts, strict=True))
    )
    head = ["", *(f"<span>{esc(name)}</span>" for name in labels)]
    return scroll(table("confusion", head, rows, caption=title), title)


def confusion_rows(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> Rows:
    """The same as a table to be saved."""
    head = [say.TRUE_BY_SAID, *labels]
    return [head, *([name, *row] for name, row in zip(labels, counts, strict=True))]
