"""The components of recording a new run in the Benchmark tab. Knows no events and no jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from app.recordings import words


@dataclass(frozen=True, kw_only=True)
class Fields:
    model: gr.Dropdown
    name: gr.Textbox
    what: gr.Radio
    inputs: gr.Radio
    sets: gr.Dropdown
    missing: gr.HTML
    languages: gr.Dropdown
    family: gr.Radio
    note: gr.Textbox
    estimate: gr.HTML
    start: gr.Button

    @property
    def asked(self) -> list[gr.components.Component]:
        """In the order of `app.recordings.recording.Asked`."""
        return [self.name, self.what, self.inputs, self.sets, self.languages, self.family,
                self.note]  # fmt: skip


def build_fields(models: Sequence[tuple[str, str]], *, data: bool) -> Fields:
    """models: what is shown and the key, the base first; a visitor's tuned ones come with the
    visitor. data: whether there is a data folder."""
    with gr.Row():
        model = gr.Dropdown(
            list(models),
            value=models[0][1],
            filterable=False,
            label=words.MODEL,
            elem_id="rec-model",
        )
        name = gr.Textbox(
            label=words.NAME, info=words.NAME_INFO, max_length=120, elem_id="rec-name"
        )
    with gr.Row():
        what = gr.Radio(
            _pairs(words.WHATS),
            value=words.SAMPLE,
            label=words.WHAT,
            info=words.WHAT_INFO,
            visible=data,
            elem_id="rec-what",
        )
        inputs = gr.Radio(
            _pairs(words.INPUTS_SAID),
            value=next(iter(words.INPUTS_SAID)),
            label=words.INPUTS,
            info=None if data else words.WHAT_INFO,
            elem_id="rec-inputs",
        )
        family = gr.Radio(
            _pairs(words.READINGS), value="own", label=words.FAMILY, elem_id="rec-family"
        )
    with gr.Row():
        sets = _many(words.SETS, "rec-sets", visible=False)
        languages = _many(words.RECORD_LANGUAGES, "rec-languages", visible=True)
        note = gr.Textbox(
            label=words.NOTE,
            info=words.NOTE_INFO,
            max_length=words.NOTE_LENGTH,
            elem_id="rec-note",
        )
    missing = gr.HTML("", elem_id="rec-missing", elem_classes="hint")
    estimate = gr.HTML("", elem_id="rec-estimate")
    start = gr.Button(words.START, variant="primary", elem_id="rec-start")
    return Fields(model=model, name=name, what=what, inputs=inputs, sets=sets, missing=missing,
                  languages=languages, family=family, note=note, estimate=estimate,
                  start=start)  # fmt: skip


def _pairs(said: dict[str, str]) -> list[tuple[str, str]]:
    return [(shown, key) for key, shown in said.items()]


def _many(label: str, name: str, *, visible: bool) -> gr.Dropdown:
    return gr.Dropdown([], value=[], multiselect=True, label=label, info=words.EVERY_ONE,
                       visible=visible, min_width=220, elem_id=name)  # fmt: skip
