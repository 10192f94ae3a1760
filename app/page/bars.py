"""Grouped horizontal bars as Plotly figures, in the style of `plots`. Knows plain numbers only.

Horizontal, so that names of languages and families stay readable on a telephone; the numbers stand
at the ends of the bars.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.page.plots import COLOURS, GREY, LINE

if TYPE_CHECKING:
    import plotly.graph_objects as go

THICK, GAP, AROUND = 15, 14, 116  # px: a bar, between groups, axis and legend
ROOM, LEFT_ROOM = 0.14, 0.25
"""Of the longest bar, kept free for its number; more on the left, where the names stand."""
PATTERNS = ("", "/", ".")
"""With the colours they tell 12 series apart; the first four are plain."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One bar in each group. Shape: values (N,), None where there is no figure.

    `look` chooses colour and pattern, so that a series keeps them whatever stands beside it.
    """

    name: str
    values: Sequence[float | None]
    look: int


def bars(
    groups: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    subtitle: str = "",
    x_title: str,
    digits: int = 1,
    signed: bool = False,
) -> go.Figure:
    """Shape: groups (N,), from top to bottom; `series` from top to bottom within a group.

    `signed`: values are differences and are written with their sign.
    """
    import plotly.graph_objects as go  # 0.4 s; the page must not wait for it

    figure = go.Figure()
    for one in series:
        figure.add_bar(
            y=list(groups),
            x=list(one.values),
            name=one.name,
            orientation="h",
            marker=_marker(one.look),
            text=[number(v, digits, signed) for v in one.values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(_layout(title, subtitle, x_title, len(groups), series))
    return figure


def height(groups: int, series: int) -> int:
    """In px; every bar keeps its thickness however many there are."""
    return AROUND + groups * (max(1, series) * THICK + GAP)


def number(value: float | None, digits: int = 1, signed: bool = False) -> str:
    """With a true minus; "" for no figure."""
    if value is None:
        return ""
    return f"{value:{'+' if signed else ''}.{digits}f}".replace("-", "−")


def _marker(look: int) -> Mapping[str, Any]:
    shape = PATTERNS[look // len(COLOURS) % len(PATTERNS)]
    colour = COLOURS[look % len(COLOURS)]
    return {
        "color": colour,
        "line": {"color": colour, "width": 1},
        "pattern": {"shape": shape, "size": 5, "fillmode": "replace"},
    }


def _range(series: Sequence[Series]) -> list[float]:
    """From 0, with room for the numbers at the ends of the bars."""
    known = [v for one in series for v in one.values if v is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return [
        min(low, 0.0) * (1 + LEFT_ROOM),
        max(high, 0.0) * (1 + ROOM) or (0.0 if low < 0 else 1.0),
    ]


def _layout(
    title: str, subtitle: str, x_title: str, groups: int, series: Sequence[Series]
) -> Mapping[str, Any]:
    beside = max(1, len(series))
    tall = height(groups, beside)
    small = {"text": subtitle, "font": {"size": 12}}
    return {
        "title": {"text": title, "subtitle": small, "font": {"size": 14}, "x": 0, "pad": {"l": 4}}
        | {"y": 1 - 4 / tall, "yanchor": "top"},
        "height": tall,
        "margin": {"l": 8, "r": 34, "t": 56, "b": 60},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": GREY, "family": "system-ui, sans-serif", "size": 12},
        "barmode": "group",
        "bargap": GAP / (beside * THICK + GAP),
        "xaxis": {
            "title": {"text": x_title, "standoff": 6},
            "gridcolor": LINE,
            "zerolinecolor": GREY,
            "range": _range(series),
            "fixedrange": True,
        },
        # Plotly counts upwards from the axis; a page is read downwards.
        "yaxis": {
            "autorange": "reversed",
            "automargin": True,
            "fixedrange": True,
            "ticklabelstandoff": 5,
        },
        "showlegend": beside > 1,
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        "dragmode": False,
        "uniformtext": {"minsize": 11, "mode": "show"},
    }
