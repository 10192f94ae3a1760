"""The components of the Predict tab: the bundled examples as cards to click, what a visitor
fills in, what starts something, and the panels of the answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from app.models.requests import families, languages
from app.page import say
from app.page.html import Html, esc, later
from app.page.wiring import NEWEST, picture_input
from app.places import ASSETS, EXAMPLES
from app.predict import attention, camera, heads, whatif_views, words
from app.predict.result import MIX_ON_LOAD, empty
from app.predict.whatif_views import MOST_TEXT
from lfdrt.languages import resolve

ON_LOAD = """element.addEventListener('click', event => {
  const card = event.target.closest('[data-example]');
  if (card) trigger('click', {index: Number(card.dataset.example)});
});"""
"""gr.HTML's hook: the click event carries the example's number."""
ON_GUESS = """element.addEventListener('click', event => {
  const guess = event.target.closest('[data-guess]');
  if (guess) trigger('click', {code: guess.dataset.guess});
});"""
"""The click event carries the code of the language."""


class Inputs:
    """What a visitor fills in, top to bottom, and the two lines that answer at once. models: names
    and keys, the base first. go, clear, paused: what starts something; the last is pressed by the
    page when the visitor pauses in typing."""

    def __init__(self, models: list[tuple[str, str]]) -> None:
        self.text = gr.Textbox(
            label=words.TEXT_LABEL,
            placeholder=words.TEXT_PLACEHOLDER,
            lines=3,
            max_lines=8,
            max_length=MOST_TEXT,
            autofocus=True,
            elem_id="text",
        )
        self.spoken = gr.HTML(
            words.NO_LANGUAGE_YET, js_on_load=ON_GUESS, elem_id="spoken", elem_classes="hint"
        )
        with gr.Row(elem_classes="actions"):
            self.go = gr.Button(words.PREDICT, variant="primary", scale=3, elem_id="predict")
            self.clear = gr.Button(words.CLEAR, scale=1, min_width=90, elem_id="clear")
        self.paused = gr.Button(elem_id="typing-paused", elem_classes="unseen")
        with gr.Row():
            self.language = gr.Dropdown(
                languages(words.DETECT),
                value="",
                allow_custom_value=True,
                label=words.LANGUAGE_LABEL,
                info=say.LANGUAGE_INFO,
                min_width=150,
                elem_id="language",
            )
            self.family = gr.Dropdown(
                families(),
                value="own",
                label=words.FAMILY_LABEL,
                info=say.FAMILY_INFO,
                min_width=150,
                elem_id="family",
            )
        self.picture = picture_input(
            label=words.IMAGE_LABEL,
            sources=["upload", "clipboard"],
            format="png",
            height=170,
            buttons=["fullscreen"],
            elem_id="picture",
        )
        self.note = gr.HTML(words.IMAGE_HINT, elem_id="picture-note", elem_classes="hint")
        self.camera = gr.HTML(camera.panel(), js_on_load=camera.ON_LOAD, elem_id="camera")
        self.frame = gr.HTML("", elem_id="camera-answer", elem_classes="unseen")
        self.faces = gr.Checkbox(
            True, label=say.FACES_LABEL, info=say.FACES_INFO, elem_id="read-faces"
        )
        with gr.Accordion(words.TRANSLATION_LABEL, open=False, elem_id="translation-fold"):
            self.translation = gr.Textbox(
                label=words.TRANSLATION_LABEL,
                info=words.TRANSLATION_INFO,
                lines=2,
                max_length=MOST_TEXT,
                elem_id="translation",
            )
        self.model = gr.Dropdown(
            models, value=models[0][1], label=words.MODEL_LABEL, elem_id="model"
        )

    @property
    def asked(self) -> list[Any]:
        return [self.text, self.picture, self.language, self.family, self.translation, self.model,
                self.faces]  # fmt: skip

    @property
    def filled(self) -> list[Any]:
        """What an example fills in and Clear empties; model and faces stay as they were set."""
        return [*self.asked[:5], self.spoken, self.note]


class Outputs:
    """The answer, and the picture that it read a part of; below them the panels that are empty
    until the first prediction. changed: what the choice of `whatif` that was made last does.
    original: what it is compared with, kept by the server for this visitor alone."""

    def __init__(self) -> None:
        self.result = gr.HTML(empty(), js_on_load=MIX_ON_LOAD, elem_id="result")
        self.faces = gr.HTML("", js_on_load=attention.ON_LOAD, elem_id="faces")

    def build_details(self) -> None:
        self.details = gr.HTML("", elem_id="details")
        self.occlusion = gr.HTML("", elem_id="occlusion")
        self.sharpness = gr.HTML("", js_on_load=heads.ON_LOAD, elem_id="sharpness")
        with gr.Row(equal_height=False, elem_id="whatif-row"):
            self.whatif = gr.HTML("", js_on_load=NEWEST + whatif_views.ON_LOAD, elem_id="whatif")
            self.changed = gr.HTML("", elem_id="whatif-changed")
        self.export = gr.HTML("", elem_id="export")
        self.original = gr.State(None)

    @property
    def panels(self) -> list[gr.components.Component]:
        return [self.result, self.faces, self.whatif, self.changed, self.details,
                self.occlusion, self.sharpness, self.export]  # fmt: skip

    @property
    def all(self) -> list[gr.components.Component]:
        return [*self.panels, self.original]


@dataclass(frozen=True, kw_only=True)
class Example:
    """`lang` None for an example without text; `meant`: the emotion its writer had in mind."""

    text: str
    lang: str | None
    picture: Path | None
    translation: str
    meant: str
    note: str


def read_examples(assets: Path = ASSETS) -> tuple[Example, ...]:
    """All examples, in their order; none where the file is absent."""
    path = assets / "examples.json"
    if not path.is_file():
        return ()
    return tuple(
        Example(
            text=row["text"] or "",
            lang=row["lang"],
            picture=assets / row["image"] if row["image"] else None,
            translation=row["translation"] or "",
            meant=row["emotion_meant"],
            note=row["note"] or "",
        )
        for row in json.loads(path.read_text(encoding="utf-8"))
    )


def gallery(examples: Sequence[Example]) -> Html:
    cards = "".join(_card(i, e) for i, e in enumerate(examples))
    return Html(
        f'<section class="gallery"><h2>{esc(words.EXAMPLES_TITLE)} '
        f'<small title="{esc(say.CONSTRUCTED)}">{esc(words.EXAMPLES_HINT)}</small></h2>'
        f'<div class="strip-of-cards" data-arrows>{cards}</div></section>'
    )


def _card(i: int, e: Example) -> Html:
    if e.lang is None:
        said, foot = words.EXAMPLE_NO_TEXT, words.EXAMPLE_PICTURE_ONLY
    else:
        language = resolve(e.lang)
        said, foot = e.text, f"{say.language_name(language)} · {say.family_of(language.family)}"
    picture = '<span class="thumb none" aria-hidden="true"></span>'
    if e.picture is not None and e.picture.is_file():
        address = esc(f"{EXAMPLES.name}/{e.picture.name}")
        picture = f'<img class="thumb" alt="" loading="lazy" src="{address}">'
    lang = f' lang="{esc(e.lang)}"' if e.lang else ""
    return Html(
        f'<button type="button" class="example" data-example="{i}"{later(i)} '
        f'title="{esc(e.note)}">{picture}<span class="says">'
        f'<span class="words" dir="auto"{lang}>{esc(said)}</span>'
        f'<span class="foot">{esc(foot)}</span></span></button>'
    )
