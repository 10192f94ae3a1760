"""The paper's part of the Benchmark tab: a table, a view of it, a chart and its figures; beside
them what the checkpoint in use is, by its card.json and config.json, read without the model.

A card is free in its form, and may be a stranger's: what it does not tell is said to be untold.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.models.shelf import facts_in
from app.page import say
from app.page.saving import data_of
from app.page.sharing import Links
from app.page.wiring import LIGHT, on_first_sight
from app.paper import views as paper
from app.paper import words
from app.paper.tables import TABLES, VIEWS, compares_systems, read_table

if TYPE_CHECKING:
    import plotly.graph_objects as go


def build(running: Path, links: Links) -> None:
    """Fills the current place. `running`: folder of the checkpoint in use.

    The chart is drawn when it is first looked at.
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
            gr.HTML(paper.ours(running.resolve().name, facts(running)), elem_id="paper-ours")
    on_first_sight()(_chart, [number, view, systems], plot, **LIGHT)
    number.input(_other_table, [number, systems], [view, systems, plot, figures, setting], **LIGHT)
    view.input(_other_view, [number, view, systems], [systems, plot, figures], **LIGHT)
    links.share("paper", table=number)
    links.after(_other_table, [number, systems], [view, systems, plot, figures, setting])
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


def facts(folder: Path) -> dict[str, str]:
    """By the keys of `words.OURS`."""
    card, config = (facts_in(folder / name) for name in ("card.json", "config.json"))
    return {
        "text_encoder": _text_encoder(card, config),
        "image_encoder": _first(_in(card, "towers", "image"), _in(config, "image", "tower",
                                "vision_cfg", "timm_model_name"), _base(config)),
        "images": _first(*(_in(card, *path) for path in (("data", "pairing"), ("data", "pairs"),
                         ("pairing",)))),
        "texts": _counted(_rows(card), _first(_in(card, "data", "labelled English texts"),
                          _in(card, "data", "texts"), unknown="")),
        "parallel": _counted(_in(card, "training", "parallel_pairs") or _in(card, "parallel_pairs"),
                             _first(_in(card, "data", "parallel texts"), unknown="")),
        "tests": _tests(card),
        "scored": _scored(card),
        "compute": _compute(card),
    }  # fmt: skip


def _in(facts: Any, *path: str) -> Any:
    """What lies at a path of keys; None where there is nothing."""
    for key in path:
        facts = facts.get(key) if isinstance(facts, Mapping) else None
    return facts


def _first(*found: Any, unknown: str | None = None) -> str:
    other = words.UNTOLD if unknown is None else unknown
    return next((value for value in found if isinstance(value, str) and value), other)


def _text_encoder(card: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    backbone = _in(config, "text", "backbone")
    layers, width = (_in(backbone, key) for key in ("num_hidden_layers", "hidden_size"))
    name = _first(_in(card, "towers", "text"), _in(backbone, "model_type"), _base(config))
    if not isinstance(layers, int) or not isinstance(width, int):
        return name
    return words.OURS_SIZE.format(name=name, layers=layers, width=width)


def _base(config: Mapping[str, Any]) -> str:
    """A head stands on another checkpoint's encoders."""
    base = _in(config, "base")
    return words.OF_BASE.format(base=base) if isinstance(base, str) else ""


def _rows(card: Mapping[str, Any]) -> Any:
    """Labelled English ones."""
    each = _in(card, "training", "english_rows")
    if isinstance(each, Mapping):
        return sum(n for n in each.values() if isinstance(n, int))
    return _in(card, "training", "labelled_english_rows") or _in(card, "labelled_rows")


def _counted(count: Any, of: str) -> str:
    said = say.count(count) if isinstance(count, int) and count else ""
    return ": ".join(filter(None, (said, of))) or words.UNTOLD


def _tests(card: Mapping[str, Any]) -> str:
    rows = _in(card, "scores", "sets")
    names = [_in(row, "set") for row in rows] if isinstance(rows, list) else []
    parts = [name.split() for name in names if isinstance(name, str)]
    sets = [(one[0], one[1], one[2]) for one in parts if len(one) == 3]
    if not sets:
        return words.UNTOLD
    return data_of(dict.fromkeys(sets)).partition(": ")[2]


def _scored(card: Mapping[str, Any]) -> str:
    rethought = "rethought" in card
    about = _first(_in(card, "scores", "about"), unknown=words.NO_SCORES)
    return f"{about}; {words.RETHOUGHT if rethought else words.NOT_RETHOUGHT}"


def _compute(card: Mapping[str, Any]) -> str:
    told = [_first(_in(card, "training", "hardware"), _in(card, "hardware"), unknown="")]
    steps = _in(card, "training", "steps") or _in(card, "training", "settings", "steps")
    steps = steps or _in(card, "steps")
    minutes, seconds = _in(card, "training", "minutes"), _in(card, "seconds")
    if not minutes and isinstance(seconds, int | float):
        minutes = round(seconds / 60)
    told += [words.STEPS.format(steps=say.count(steps))] if isinstance(steps, int) else []
    told += [words.MINUTES.format(n=minutes)] if isinstance(minutes, int | float) else []
    return ", ".join(filter(None, told)) or words.UNTOLD
