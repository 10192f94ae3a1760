"""The paper's part of the Benchmark tab: a table, a view of it, a chart and its figures.

Lays out its components and wires their events; what is shown is made in `app.paper.views`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.page.wiring import LIGHT, on_load
from app.paper import ours, words
from app.paper import views as paper
from app.paper.tables import TABLES, VIEWS, compares_systems, read_table

if TYPE_CHECKING:
    import plotly.graph_objects as go


def build(running: Path) -> None:
    """Fills the current place. `running`: folder of the checkpoint in use.

    The chart is drawn when the page is loaded, not when it is built.
    """
    first = TABLES[0]
    gr.HTML(paper.heading())
    with gr.Column(elem_classes="inputs"):
        with gr.Row():
            number = _tables(first)
            view = gr.Radio(**_views(first), label=words.VIEW_LABEL, elem_id="paper-view")
            systems = _systems(first)
    with gr.Column(elem_classes="paper-plot"):
        plot = gr.Plot(show_label=False, elem_id=paper.CHART_ID, min_width=300)
    figures = gr.HTML(paper.figures(read_table(first), VIEWS[first][0]), elem_id="paper")
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=320):
            setting = gr.HTML(paper.setting(read_table(first)), elem_id="paper-setting")
        with gr.Column(scale=6, min_width=320):
            gr.HTML(paper.ours(running.resolve().name, ours.facts(running)), elem_id="paper-ours")
    on_load(_first_chart, None, plot)
    number.input(_other_table, [number, systems], [view, systems, plot, figures, setting], **LIGHT)
    view.input(_other_view, [number, view, systems], [systems, plot, figures], **LIGHT)
    systems.input(_chart, [number, view, systems], plot, **LIGHT)


def _tables(first: int) -> gr.Dropdown:
    return gr.Dropdown(
        [(name, number) for number, name in words.TABLES.items()],
        value=first,
        filterable=False,
        label=words.TABLE_LABEL,
        min_width=260,
        elem_id="paper-table",
    )


def _systems(first: int) -> gr.Dropdown:
    return gr.Dropdown(
        [*read_table(first).systems],
        value=[*paper.COMPARED],
        multiselect=True,
        label=words.SYSTEMS_LABEL,
        info=words.SYSTEMS_INFO,
        min_width=300,
        elem_id="paper-systems",
    )


def _views(number: int) -> dict[str, Any]:
    views = VIEWS[number]
    return {"choices": [(words.VIEWS[v], v) for v in views], "value": views[0]}


def _first_chart() -> go.Figure:
    return _chart(TABLES[0], VIEWS[TABLES[0]][0], [*paper.COMPARED])


def _chart(number: int, view: str, systems: list[str]) -> go.Figure:
    return paper.chart(read_table(number), view, systems)


def _other_table(number: int, systems: list[str]) -> tuple[Any, ...]:
    """The table's first view; the chosen systems stay."""
    view = VIEWS[number][0]
    choice = gr.Radio(**_views(number))
    return (choice, *_other_view(number, view, systems), paper.setting(read_table(number)))


def _other_view(number: int, view: str, systems: list[str]) -> tuple[Any, ...]:
    return (
        gr.Dropdown(visible=compares_systems(view)),
        _chart(number, view, systems),
        paper.figures(read_table(number), view),
    )
