"""Curves of trainings as Plotly figures. Knows plain numbers; knows no gradio and no model.

Transparent, with greys that can be read on light and on dark. Long runs are averaged down, so that
a figure stays small however many steps there were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_POINTS = 300
HEIGHT = 260  # px
GREY, LINE = "#86827a", "rgba(134,130,122,0.25)"
COLOURS = ("#1c888c", "#d17a22", "#7c5cc4", "#c2487f")
"""Told apart by the common kinds of colour blindness, and by dashes besides."""
DASHES = ("solid", "dash", "dot", "dashdot")


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
        "title": {"text": title, "font": {"size": 14}, "x": 0, "xref": "paper", "y": 0.97},
        "height": HEIGHT,
        "margin": {"l": 46, "r": 12, "t": 40, "b": 64},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": GREY, "family": "system-ui, sans-serif", "size": 12},
        "xaxis": axis | {"title": {"text": x_title, "standoff": 6}},
        "yaxis": y,
        "showlegend": lines > 1,
        "legend": {"orientation": "h", "y": -0.28, "x": 0},
        "hovermode": "x unified",
        "uirevision": key or "keep",
    }
