"""The components of the Predict tab: what a visitor fills in, and what starts something.

Knows no events and no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from app.models.requests import families, languages
from app.page import say
from app.page.gradio_inside import picture_input
from app.predict import faces as face_views
from app.predict import heads as head_views
from app.predict import result as result_views
from app.predict import whatif_views, words
from app.predict.examples import ON_LOAD, Example, gallery
from app.predict.whatif_views import MOST_TEXT


@dataclass(frozen=True, kw_only=True)
class Inputs:
    text: gr.Textbox
    picture: gr.Image
    language: gr.Dropdown
    family: gr.Dropdown
    translation: gr.Textbox
    model: gr.Dropdown
    faces: gr.Checkbox

    @property
    def all(self) -> list[gr.components.Component]:
        """What an example fills in and Clear empties; model and faces stay as they were set."""
        return [self.text, self.picture, self.language, self.family, self.translation]

    @property
    def asked(self) -> list[gr.components.Component]:
        return [*self.all, self.model, self.faces]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """changed: what the choice of `whatif` that was made last does. original: what it is compared
    with, kept by the server for this visitor alone."""

    result: gr.HTML
    faces: gr.HTML
    whatif: gr.HTML
    changed: gr.HTML
    details: gr.HTML
    sharpness: gr.HTML
    export: gr.HTML
    original: gr.State

    @property
    def panels(self) -> list[gr.components.Component]:
        return [self.result, self.faces, self.whatif, self.changed, self.details, self.sharpness,
                self.export]  # fmt: skip

    @property
    def all(self) -> list[gr.components.Component]:
        return [*self.panels, self.original]


@dataclass(frozen=True, kw_only=True)
class Controls:
    """What starts something, and the two lines that answer at once."""

    go: gr.Button
    clear: gr.Button
    spoken: gr.HTML
    picture_note: gr.HTML


def build_cards(examples: Sequence[Example]) -> gr.HTML:
    return gr.HTML(
        gallery(examples), js_on_load=ON_LOAD, elem_id="examples", visible=bool(examples)
    )


def build_inputs(models: list[tuple[str, str]]) -> tuple[Inputs, Controls]:
    """The panel on the left, top to bottom. `models`: names and keys, the base first."""
    box = _text_box()
    spoken = gr.HTML(words.NO_LANGUAGE_YET, elem_id="spoken", elem_classes="hint")
    language, family = _choices()
    picture = picture_input(
        label=words.IMAGE_LABEL,
        sources=["upload", "clipboard", "webcam"],
        format="png",
        height=240,
        buttons=["fullscreen"],
        elem_id="picture",
    )
    note = gr.HTML(words.IMAGE_HINT, elem_id="picture-note", elem_classes="hint")
    faces = gr.Checkbox(
        value=True, label=say.FACES_LABEL, info=say.FACES_INFO, elem_id="read-faces"
    )
    english = _translation_box()
    model = _model(models)
    with gr.Row(elem_classes="actions"):
        go = gr.Button(words.PREDICT, variant="primary", scale=3, elem_id="predict")
        clear = gr.Button(words.CLEAR, scale=1, min_width=90, elem_id="clear")
    inputs = Inputs(
        text=box,
        picture=picture,
        language=language,
        family=family,
        translation=english,
        model=model,
        faces=faces,
    )
    return inputs, Controls(go=go, clear=clear, spoken=spoken, picture_note=note)


def build_result() -> tuple[gr.HTML, gr.HTML]:
    """The answer, and the picture that it read a part of."""
    result = gr.HTML(result_views.empty(), elem_id="result")
    return result, gr.HTML("", js_on_load=face_views.ON_LOAD, elem_id="faces")


def build_details(result: gr.HTML, faces: gr.HTML) -> Outputs:
    """The panels below, empty until the first prediction."""
    return Outputs(
        result=result,
        faces=faces,
        whatif=gr.HTML("", js_on_load=whatif_views.ON_LOAD, elem_id="whatif"),
        changed=gr.HTML("", elem_id="whatif-changed"),
        details=gr.HTML("", elem_id="details"),
        sharpness=gr.HTML("", js_on_load=head_views.ON_LOAD, elem_id="sharpness"),
        export=gr.HTML("", elem_id="export"),
        original=gr.State(None),
    )


def _text_box() -> gr.Textbox:
    return gr.Textbox(
        label=words.TEXT_LABEL,
        placeholder=words.TEXT_PLACEHOLDER,
        lines=3,
        max_lines=8,
        max_length=MOST_TEXT,
        autofocus=True,
        elem_id="text",
    )


def _choices() -> tuple[gr.Dropdown, gr.Dropdown]:
    """Language and family, side by side."""
    with gr.Row():
        language = gr.Dropdown(
            languages(words.DETECT),
            value="",
            allow_custom_value=True,
            label=words.LANGUAGE_LABEL,
            info=words.LANGUAGE_INFO,
            min_width=150,
            elem_id="language",
        )
        family = gr.Dropdown(
            families(),
            value="own",
            label=words.FAMILY_LABEL,
            info=words.FAMILY_INFO,
            min_width=150,
            elem_id="family",
        )
    return language, family


def _model(models: list[tuple[str, str]]) -> gr.Dropdown:
    return gr.Dropdown(
        models,
        value=models[0][1],
        label=words.MODEL_LABEL,
        elem_id="model",
    )


def _translation_box() -> gr.Textbox:
    with gr.Accordion(words.TRANSLATION_LABEL, open=False, elem_id="translation-fold"):
        return gr.Textbox(
            label=words.TRANSLATION_LABEL,
            info=words.TRANSLATION_INFO,
            lines=2,
            max_length=MOST_TEXT,
            elem_id="translation",
        )
