"""Curves and grouped bars as Plotly figures.

Transparent, with greys that can be read on light and on dark. Long runs are averaged down, so that
a figure stays small however many steps there were. Bars lie, so that names of languages and
families stay readable on a telephone; the numbers stand at their ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.page import say
from app.page.served import FAMILY

if TYPE_CHECKING:
    import plotly.graph_objects as go


MOST_POINTS = 300
HEIGHT = 260  # px
GREY, LINE = "#86827a", "rgba(134,130,122,0.25)"
COLOURS = ("#1c888c", "#d17a22", "#7c5cc4", "#c2487f")
"""Told apart by the common kinds of colour blindness, and by dashes besides."""
DASHES = ("solid", "dash", "dot", "dashdot")
_PLAIN: Mapping[str, Any] = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"color": GREY, "family": f"system-ui, sans-serif, {FAMILY}", "size": 12},
}


def plain() -> Mapping[str, Any]:
    """What every figure's layout begins with; its axes write numbers in the visitor's language."""
    return {**_PLAIN, "separators": say.separators()}


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Shape: x (N,), y (N,); N may be 0."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


def averaged(x: np.ndarray, y: np.ndarray, most: int = MOST_POINTS) -> tuple[Any, Any]:
    """Means of neighbouring points, so that at most `most` are left. Shape: (N,), (N,)."""
    if len(x) <= most:
        return x.astype(np.float32), y.astype(np.float32)
    parts = np.array_split(np.arange(len(x)), most)
    return (
        np.array([x[p].mean() for p in parts], np.float32),
        np.array([y[p].mean() for p in parts], np.float32),
    )


def curves(
    lines: Sequence[Curve], *, title: str, x_title: str, share: bool = False, key: str = ""
) -> go.Figure:
    """`share`: y runs from 0 to 100 %. `key`: zoom and hidden lines stay while it is the same."""
    import plotly.graph_objects as go  # 0.4 s; the page must not wait for it

    drawn = []
    for i, line in enumerate(lines):
        x, y = averaged(np.asarray(line.x, float), np.asarray(line.y, float))
        style = {"color": COLOURS[i % len(COLOURS)], "dash": DASHES[i % len(DASHES)], "width": 2}
        mode = "lines+markers" if len(x) < 30 else "lines"
        drawn.append(go.Scatter(x=x, y=y, name=line.name, mode=mode, line=style))
    # All at once: adding and updating take four times as long, at every step of the player.
    return go.Figure(drawn, _layout(title, x_title, share, key, len(lines)))


def _layout(title: str, x_title: str, share: bool, key: str, lines: int) -> Mapping[str, Any]:
    axis = {"gridcolor": LINE, "zerolinecolor": LINE, "linecolor": LINE, "fixedrange": False}
    y = axis | ({"range": [0, 1.02], "tickformat": ".0%"} if share else {"rangemode": "tozero"})
    return {
        **plain(),
        "title": {"text": title, "font": {"size": 14}, "x": 0, "xref": "paper", "y": 0.97},
        "height": HEIGHT,
        "margin": {"l": 46, "r": 12, "t": 40, "b": 64},
        "xaxis": axis | {"title": {"text": x_title, "standoff": 6}},
        "yaxis": y,
        "showlegend": lines > 1,
        "legend": {"orientation": "h", "y": -0.28, "x": 0},
        "hovermode": "x unified",
        "uirevision": key or "keep",
    }


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
    figure.update_layout(_bars_layout(title, subtitle, x_title, len(groups), series))
    return figure


def height(groups: int, series: int) -> int:
    """In px; every bar keeps its thickness however many there are."""
    return AROUND + groups * (max(1, series) * THICK + GAP)


def number(value: float | None, digits: int = 1, signed: bool = False) -> str:
    """ "" for no figure."""
    return "" if value is None else say.number(value, digits, signed)


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


def _bars_layout(
    title: str, subtitle: str, x_title: str, groups: int, series: Sequence[Series]
) -> Mapping[str, Any]:
    beside = max(1, len(series))
    tall = height(groups, beside)
    small = {"text": subtitle, "font": {"size": 12}}
    return {
        **plain(),
        "title": {"text": title, "subtitle": small, "font": {"size": 14}, "x": 0, "pad": {"l": 4}}
        | {"y": 1 - 4 / tall, "yanchor": "top"},
        "height": tall,
        "margin": {"l": 8, "r": 34, "t": 56, "b": 60},
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
