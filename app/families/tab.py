"""The Families tab: what a recording says of the disentanglers, and which language belongs where.

Lays out its components and wires their events; what is shown is made in the views. Charts are
drawn when the page is loaded or another recording is chosen, not when the page is built.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.families import recorded as families
from app.families import recorded_views as views
from app.families import views as language_list
from app.families import words
from app.models.requests import Refused, digest
from app.page.html import failure, step
from app.page.wiring import LIGHT, on_load


def build(running: Path) -> None:
    """Fills the current tab. `running`: folder of the checkpoint that the app was started with."""
    names = families.recorded()
    if not names:
        gr.HTML(failure(words.NONE_RECORDED))
    else:
        _recorded(names, running)
    gr.HTML(language_list.languages(), elem_id="fam-languages")
    with gr.Column(elem_classes="inputs"):
        with gr.Row(elem_classes="plain"):
            asked = gr.Textbox(
                label=words.LOOK_UP,
                info=words.LOOK_UP_INFO,
                max_length=80,
                scale=4,
                elem_id="fam-ask",
            )
            look = gr.Button(words.LOOK_UP_BUTTON, min_width=120, scale=1, elem_id="fam-look")
        found = gr.HTML("", elem_id="fam-found")
    gr.on([asked.submit, look.click], language_list.looked_up, asked, found, **LIGHT)


def _recorded(names: tuple[str, ...], running: Path) -> None:
    first = names[0] if len(names) == 1 else starting(names, families.fitting(digest(running)))
    chosen = gr.Dropdown(
        list(names), value=first, label=words.CHOOSE, visible=len(names) > 1, elem_id="fam-chosen"
    )
    said = _html(_other_weights(running))
    other = gr.HTML("", elem_id="fam-other")
    verdict = gr.HTML("", elem_id="fam-verdict")
    for make, shown in ((said, other), (_html(views.verdict), verdict)):
        on_load(partial(make, first), None, shown)
        chosen.input(make, chosen, shown, **LIGHT)
    for name, head, lead, chart, table, modes in (
        ("gains", words.GAINS, words.GAINS_LEAD, views.gains_chart, views.gains, {}),
        ("transfer", words.TRANSFER, words.TRANSFER_LEAD, views.transfer_chart, views.transfer,
         words.TRANSFER_MODES),
        ("distances", words.DISTANCES, words.DISTANCES_LEAD, language_list.distances_chart,
         language_list.distances, words.DISTANCE_KINDS),
        ("retrieval", words.RETRIEVAL, words.RETRIEVAL_LEAD, language_list.retrieval_chart,
         language_list.retrieval, {}),
    ):  # fmt: skip
        gr.HTML(step(head, lead))
        _part(chosen, first, name, _figure(chart), _html(table), modes)


def _part(
    chosen: gr.Dropdown,
    first: str,
    name: str,
    chart: Callable[..., Any],
    table: Callable[..., str],
    modes: dict[str, str],
) -> None:
    """A chart with its table, of the recording `first` until another is chosen. `modes`: what can
    be shown, the first at first; {} where there is one thing to show."""
    radio = [_radio(modes, f"fam-{name}-mode")] if modes else []
    start = [*modes][:1]
    plot = _plot(name, lambda: chart(first, *start))
    shown = gr.HTML(table(first, *start))
    for make, where in ((chart, plot), (table, shown)):
        gr.on([box.input for box in (chosen, *radio)], make, [chosen, *radio], where, **LIGHT)


def starting(names: Sequence[str], fitting: Sequence[str]) -> str:
    """What is shown until another is chosen: a recording of the checkpoint that the app runs, where
    there is one. `names`: of all, at least one."""
    return next(iter((*fitting, *names)))


def _other_weights(running: Path) -> Callable[[Any], str]:
    def made(recording: Any) -> str:
        weights = digest(running)
        return views.other_weights(
            recording, running.resolve().name, weights, families.fitting(weights)
        )

    return made


def _radio(choices: dict[str, str], name: str) -> gr.Radio:
    with gr.Row(elem_classes="plain"):
        return gr.Radio(
            [(said, key) for key, said in choices.items()],
            value=next(iter(choices)),
            label=words.SHOW,
            elem_id=name,
        )


def _plot(name: str, first: Callable[[], Any]) -> gr.Plot:
    with gr.Column(elem_classes="paper-plot"):
        plot = gr.Plot(show_label=False, elem_id=f"fam-{name}")
    on_load(first, None, plot)
    return plot


def _html(make: Callable[..., str]) -> Callable[..., str]:
    """The panel of a recording by its name; a damaged one is a sentence."""

    def made(name: str, *more: str) -> str:
        try:
            return make(families.read(name), *more)
        except Refused as refused:
            return failure(str(refused))

    return made


def _figure(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(name: str, *more: str) -> Any:
        try:
            return make(families.read(name), *more)
        except Refused:  # said in words beside it
            return None

    return made
