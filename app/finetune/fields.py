"""The components of step 2 of the Fine-tune tab: presets and a field for every setting.

Knows no events and no jobs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.finetune import data_views, settings_words, words
from app.models.choices import families
from app.page.html import step


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`fields`: a component for every setting, by its name."""

    preset: gr.Radio
    family: gr.Dropdown
    fields: dict[str, gr.components.Component]
    estimate: gr.HTML
    start: gr.Button

    @property
    def all(self) -> list[gr.components.Component]:
        return [self.preset, self.family, *self.fields.values()]


def build_settings(values: Mapping[str, object]) -> Settings:
    """`values`: of the first preset, by setting."""
    with gr.Column(elem_classes="inputs"):
        gr.HTML(step(settings_words.TITLE))
        first = next(iter(settings_words.PRESETS))
        preset = gr.Radio(
            [(name, key) for key, name in settings_words.PRESETS.items()],
            value=first,
            label=settings_words.PRESET_LABEL,
            elem_id="ft-preset",
        )
        gr.HTML(data_views.presets(), elem_classes="hint")
        with gr.Accordion(settings_words.ADVANCED, open=False, elem_id="ft-advanced"):
            with gr.Row(elem_classes="fields"):
                family = gr.Dropdown(
                    families(),
                    value="own",
                    label=settings_words.FAMILY_LABEL,
                    info=settings_words.FAMILY_INFO,
                    elem_id="ft-family",
                )
                fields = {name: _field(name, value) for name, value in values.items()}
        estimate = gr.HTML(settings_words.ESTIMATE_NONE, elem_id="ft-estimate")
        start = gr.Button(words.START, variant="primary", interactive=False, elem_id="ft-start")
    return Settings(preset=preset, family=family, fields=fields, estimate=estimate, start=start)


def _field(name: str, value: object) -> gr.components.Component:
    label, info = settings_words.FIELDS[name]
    shown: dict[str, Any] = {
        "label": label,
        "info": info or None,
        "value": value,
        "elem_id": f"ft-{name.replace('_', '-')}",
        "min_width": 200,
    }
    if isinstance(value, bool):
        return gr.Checkbox(**shown)
    if isinstance(value, int):
        return gr.Number(precision=0, **shown)
    if isinstance(value, float):
        return gr.Number(step=value / 10 or 0.1, **shown)
    return gr.Dropdown([(said, key) for key, said in settings_words.CHOICES[name].items()], **shown)
