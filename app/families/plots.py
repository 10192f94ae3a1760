"""Matrices and dots with intervals as Plotly figures.

Cells are not transparent: Plotly writes their numbers in black or white by their colour, and would
take what is behind for white.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from app.page import say
from app.page.plots import GREY, LINE, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

TEAL, OTHER, INK = "rgb(28,136,140)", "#d17a22", "#1c1b22"
ONE_WAY = [[0, "#eef6f5"], [1, "#1c7c80"]]
BOTH_WAYS = [[0, "#c2592a"], [0.5, "#f4f2ec"], [1, "#1c7c80"]]
ROW, DOT_ROW = 27, 36  # px


def matrix(
    values: np.ndarray,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    marked: Sequence[tuple[int, int]] = (),
    digits: int,
    signed: bool = False,
) -> go.Figure:
    """Numbers in cells. `marked` cells get a frame. Shape: values (R, C), NaN for no figure."""
    import plotly.graph_objects as go

    most = float(np.nanmax(np.abs(values))) or 1.0
    figure = go.Figure(
        go.Heatmap(
            z=values.astype(np.float32),
            x=list(columns),
            y=list(rows),
            colorscale=BOTH_WAYS if signed else ONE_WAY,
            zmin=-most if signed else float(np.nanmin(values)),
            zmax=most,
            text=[
                ["" if np.isnan(v) else say.number(v, digits, signed) for v in row]
                for row in values
            ],
            texttemplate="%{text}",
            hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    for r, c in marked:
        figure.add_shape(type="rect", x0=c - 0.47, x1=c + 0.47, y0=r - 0.45, y1=r + 0.45,
                         line={"color": INK, "width": 2})  # fmt: skip
    figure.update_layout(_layout(120 + ROW * len(rows)))
    figure.update_yaxes(autorange="reversed", automargin=True, showgrid=False)
    figure.update_xaxes(tickangle=-40, side="bottom", automargin=True, showgrid=False)
    return figure


def dots(
    names: Sequence[str],
    below: Sequence[str],
    values: Sequence[float],
    intervals: Sequence[tuple[float, float]],
    *,
    x_title: str,
) -> go.Figure:
    """One dot a row with its interval, and a line at 0. `below`: in small letters under the names.
    Shape: all (N,)."""
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Scatter(
            x=list(values),
            y=[_two_lines(name, small) for name, small in zip(names, below, strict=True)],
            mode="markers",
            marker={"color": TEAL, "size": 9},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - v for v, (_, high) in zip(values, intervals, strict=True)],
                "arrayminus": [v - low for v, (low, _) in zip(values, intervals, strict=True)],
                "color": TEAL,
            },
            hovertemplate="%{y}: %{x:+.1f}<extra></extra>",
        )
    )
    figure.add_vline(x=0, line={"color": GREY, "width": 1})
    figure.update_layout(_layout(90 + DOT_ROW * len(names)))
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(title={"text": x_title, "standoff": 6}, zeroline=False)
    return figure


def two_dots(
    names: Sequence[str],
    below: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    *,
    x_title: str,
    line: tuple[float, str] | None = None,
) -> go.Figure:
    """Two dots a row with a line between them, told apart by form as well. `series`: what each dot
    is and its values; `line`: a place that all rows share, and its name. Shape: values (N,)."""
    import plotly.graph_objects as go

    rows = [_two_lines(name, small) for name, small in zip(names, below, strict=True)]
    figure = go.Figure()
    for name, a, b in zip(rows, *(values for _, values in series), strict=True):
        if a is not None and b is not None:
            figure.add_scatter(x=[a, b], y=[name, name], mode="lines", showlegend=False,
                               line={"color": LINE, "width": 3}, hoverinfo="skip")  # fmt: skip
    looks = ((TEAL, "circle"), (OTHER, "diamond-open"))
    for (said, values), (colour, symbol) in zip(series, looks, strict=True):
        figure.add_scatter(
            x=list(values),
            y=rows,
            name=said,
            mode="markers",
            marker={"color": colour, "size": 10, "symbol": symbol, "line": {"width": 2}},
            hovertemplate="%{x:.1f}<extra>%{fullData.name}</extra>",
        )
    if line is not None:
        figure.add_vline(x=line[0], line={"color": GREY, "width": 1, "dash": "dash"},
                         annotation={"text": line[1], "font": {"color": GREY}})  # fmt: skip
    figure.update_layout(
        _layout(120 + DOT_ROW * len(rows)), legend={"orientation": "h", "y": 1, "yanchor": "bottom"}
    )
    figure.update_layout(margin_t=34)
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(title={"text": x_title, "standoff": 6}, rangemode="tozero", zeroline=False)
    return figure


def _two_lines(name: str, small: str) -> str:
    told = f"<br><span style='font-size:11px'>{escape(small)}</span>" if small else ""
    return f"{escape(name)}{told}"


def _layout(height: int) -> dict[str, Any]:
    return {
        **plain(),
        "height": height,
        "margin": {"l": 10, "r": 12, "t": 10, "b": 40},
        "xaxis": {"gridcolor": LINE},
        "yaxis": {"gridcolor": LINE},
        "uirevision": "keep",
    }
