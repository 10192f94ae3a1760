"""The components of the player. Knows no events and no recordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from app.page.html import step
from app.recordings import score_views as player_scores
from app.recordings import words


@dataclass(frozen=True, kw_only=True)
class Filters:
    first: gr.Dropdown
    second: gr.Dropdown
    sources: gr.Dropdown
    languages: gr.Dropdown
    families: gr.Dropdown
    classes: gr.Dropdown
    only: gr.Radio
    mixed: gr.Checkbox

    @property
    def narrowing(self) -> list[gr.components.Component]:
        return [self.sources, self.languages, self.families, self.classes, self.only, self.mixed]


@dataclass(frozen=True, kw_only=True)
class Controls:
    first: gr.Button
    back: gr.Button
    play: gr.Button
    forward: gr.Button
    last: gr.Button
    speed: gr.Dropdown
    seek: gr.Slider


@dataclass(frozen=True, kw_only=True)
class Panels:
    about: gr.HTML
    now: gr.HTML
    curves: gr.Plot
    standing: gr.HTML
    compared: gr.HTML
    differing: gr.HTML
    downloads: gr.HTML


def build_filters(names: Sequence[str], checkpoint: str) -> Filters:
    """names: of the bundled recordings; a visitor's own come with the visitor. checkpoint: the name
    of the one that runs, whose recording is shown first where there is one."""
    shown = checkpoint if checkpoint in names else next(iter(names), None)
    gr.HTML(step(words.TITLE, words.LEAD))
    with gr.Column(elem_classes="inputs"):
        with gr.Row():
            first = gr.Dropdown(
                list(names),
                value=shown,
                label=words.FIRST_LABEL,
                elem_id="play-recording",
            )
            second = gr.Dropdown(
                [(words.ALONE, ""), *((n, n) for n in names)],
                value="",
                label=words.SECOND_LABEL,
                elem_id="play-second",
            )
        with gr.Accordion(words.FILTERS, open=False, elem_id="play-filters"):
            with gr.Row():
                sources = _many(words.SOURCES, "sources")
                languages = _many(words.LANGUAGES, "languages")
                families = _many(words.FAMILIES, "families")
                classes = _many(words.CLASSES, "classes")
            with gr.Row():
                only = gr.Radio(
                    [(said, key) for key, said in words.ONLY.items()],
                    value="all",
                    label=words.ONLY_LABEL,
                    info=words.ONLY_INFO,
                    scale=3,
                    elem_id="play-only",
                )
                mixed = gr.Checkbox(False, label=words.MIXED, elem_id="play-mixed")
    return Filters(first=first, second=second, sources=sources, languages=languages,
                   families=families, classes=classes, only=only, mixed=mixed)  # fmt: skip


def _many(label: str, name: str) -> gr.Dropdown:
    return gr.Dropdown(
        [], value=[], multiselect=True, label=label, info=words.EVERY, min_width=180,
        elem_id=f"play-{name}",
    )  # fmt: skip


def build_player() -> tuple[Controls, Panels]:
    about = gr.HTML("", elem_id="play-about")
    with gr.Row(elem_classes="run-actions plain"):
        buttons = [
            gr.Button(
                words.BUTTONS[name],
                min_width=84,
                variant=kind,  # type: ignore[arg-type]
                elem_id=f"play-{name}-button",
            )
            for name, kind in (
                ("first", "secondary"),
                ("back", "secondary"),
                ("play", "primary"),
                ("next", "secondary"),
                ("last", "secondary"),
            )
        ]
        speed = gr.Dropdown(
            [(str(n), n) for n in words.SPEEDS],
            value=5,
            filterable=False,
            label=words.SPEED,
            min_width=150,
            scale=0,
            elem_id="play-speed",
        )
    with gr.Row(elem_classes="plain"):
        seek = gr.Slider(0, 1, value=0, step=1, label=words.SEEK, buttons=[], elem_id="play-seek")
    with gr.Row(equal_height=False):
        with gr.Column(scale=6, min_width=320):
            now = gr.HTML("", elem_id="play-now")
            compared = gr.HTML("", elem_id="play-compared")
            differing = gr.HTML(
                "", js_on_load=player_scores.JUMPS_ON_LOAD, elem_id="play-differing"
            )
        with gr.Column(scale=6, min_width=320, elem_classes="paper-plot"):
            curves = gr.Plot(show_label=False, elem_id="play-curves")
            downloads = gr.HTML("", elem_id="play-downloads")
    standing = gr.HTML("", elem_id="play-standing")
    first, back, play, forward, last = buttons
    return (
        Controls(first=first, back=back, play=play, forward=forward, last=last, speed=speed,
                 seek=seek),
        Panels(about=about, now=now, curves=curves, standing=standing, compared=compared,
               differing=differing, downloads=downloads),
    )  # fmt: skip
