"""Heat maps from arrays and strings, as HTML tables.

A heat map is a table, so that the browser shapes every script, rows and columns keep
their heads while scrolling, and each cell's number is there to read. Knows no model and no gradio.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.page.html import Html, esc

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
    head = "".join(map(_column_head, heat.columns))
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
        f'<table class="heat" dir="{side}"{spoken}><thead><tr><th scope="col">{esc(corner)}</th>'
        f'<th scope="col" class="beside">{esc(beside_head)}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _column_head(label: str) -> Html:
    """Written sideways; scripts that are written downwards anyway stay upright."""
    kind = ' class="upright"' if unicodedata.east_asian_width(label[:1] or " ") in "WF" else ""
    return Html(
        f'<th scope="col"{kind} title="{esc(label)}">'
        f'<span dir="auto">{esc(_short(label))}</span></th>'
    )


def _cell(v: float, value: float, d: float, difference: float) -> Html:
    sign = "n" if difference < 0 else "p"
    signed = f"{100 * difference:+.1f}".replace("-", "−")
    return Html(
        f'<td class="{sign}" style="--v:{v:.2f};--d:{abs(d):.2f}">'
        f"<b>{100 * value:.1f}</b><u>{signed}</u></td>"
    )


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
