"""The components of the Fine-tune tab, step by step. Knows no events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.finetune import data_views, settings_words, words
from app.finetune.kind import Progress
from app.finetune.spec import TrainingSpec
from app.intake import words as intake_words
from app.intake.reading import TABLES
from app.jobs.panel import Panel
from app.models.choices import families, languages
from app.page import say
from app.page.html import step

if TYPE_CHECKING:
    from app.finetune.data_views import SampleSet


@dataclass(frozen=True, kw_only=True)
class Data:
    samples: gr.HTML
    table: gr.File
    images: gr.File
    labelled: gr.File
    language: gr.Dropdown
    columns: dict[str, gr.Dropdown]
    fold: gr.Accordion
    report: gr.HTML

    @property
    def files(self) -> list[gr.File]:
        return [self.table, self.images, self.labelled]

    @property
    def roles(self) -> list[gr.Dropdown]:
        return list(self.columns.values())


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a training has in its box beside what all jobs have."""

    outcome: gr.HTML
    use: gr.Button
    curves: gr.Row
    agreement: gr.Plot
    losses: gr.Plot
    below: gr.HTML


@dataclass(frozen=True, kw_only=True)
class Comparing:
    compare: gr.Dropdown
    compared: gr.Plot
    files: gr.HTML
    bring: gr.UploadButton


def build_data(sets: Sequence[SampleSet], limits: str) -> Data:
    gr.HTML(data_views.introduction())
    with gr.Column(elem_classes="inputs"):
        gr.HTML(step(words.DATA_TITLE, words.DATA_LEAD))
        samples = gr.HTML(
            data_views.sample_cards(sets), js_on_load=data_views.SAMPLES_ON_LOAD, elem_id="samples"
        )
        with gr.Row():
            table = _file(words.TABLE_LABEL, TABLES, "ft-table")
            images = _file(words.IMAGES_LABEL, [".zip"], "ft-images")
            labelled = _file(words.LABELLED_LABEL, TABLES, "ft-labelled")
        gr.HTML(limits, elem_classes="hint")
        language = gr.Dropdown(
            languages(words.DETECT),
            value="",
            allow_custom_value=True,
            label=words.LANGUAGE_LABEL,
            info=words.LANGUAGE_INFO,
            elem_id="ft-language",
        )
        with gr.Accordion(
            words.COLUMNS_TITLE, open=False, visible=False, elem_id="ft-columns"
        ) as fold:
            gr.HTML(words.COLUMNS_INFO, elem_classes="hint")
            with gr.Row():
                columns = {role: _column(role) for role in intake_words.ROLES}
    report = gr.HTML(data_views.empty(), elem_id="ft-report")
    return Data(samples=samples, table=table, images=images, labelled=labelled, language=language,
                columns=columns, fold=fold, report=report)  # fmt: skip


def _file(label: str, types: list[str], name: str) -> gr.File:
    return gr.File(label=label, file_types=types, height=150, min_width=220, elem_id=name)


def _column(role: str) -> gr.Dropdown:
    return gr.Dropdown(
        [(intake_words.NO_COLUMN, "")],
        value="",
        label=intake_words.ROLES[role],
        min_width=130,
        elem_id=f"ft-column-{role}",
    )


def build_run(panel: Panel[TrainingSpec, Progress]) -> Run:
    """The outcome stands between the head and the curves, since it is what was waited for."""
    gr.HTML(step(words.RUN_TITLE), elem_id="ft-run")
    with panel.build_box():
        outcome = gr.HTML("", elem_id="ft-outcome")
        with panel.build_actions(named=True):
            use = gr.Button(words.USE, variant="primary", min_width=140, elem_id="ft-use")
        with gr.Row(visible=False, elem_classes="curves") as curves:
            agreement = gr.Plot(show_label=False, elem_id="ft-agreement", min_width=320)
            losses = gr.Plot(show_label=False, elem_id="ft-losses", min_width=320)
        below = gr.HTML("", elem_id="ft-below")
    return Run(outcome=outcome, use=use, curves=curves, agreement=agreement, losses=losses,
               below=below)  # fmt: skip


def build_comparing() -> Comparing:
    with gr.Row(elem_classes="plain"):
        compare = gr.Dropdown(
            [],
            value=[],
            multiselect=True,
            max_choices=words.MOST_COMPARED,
            label=words.COMPARE_LABEL,
            info=words.COMPARE_INFO,
            visible=False,
            scale=3,
            elem_id="ft-compare",
        )
        bring = gr.UploadButton(
            words.IMPORT, file_types=[".zip"], size="md", min_width=180, elem_id="ft-import"
        )
    compared = gr.Plot(show_label=False, visible=False, elem_id="ft-compared")
    files = gr.HTML("", elem_id="ft-compared-files")
    return Comparing(compare=compare, compared=compared, files=files, bring=bring)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`fields`: a component for every setting, by its name."""

    preset: gr.Radio
    family: gr.Dropdown
    faces: gr.Checkbox
    fields: dict[str, gr.components.Component]
    estimate: gr.HTML
    start: gr.Button

    @property
    def all(self) -> list[gr.components.Component]:
        return [self.preset, self.family, self.faces, *self.fields.values()]


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
                faces = gr.Checkbox(
                    value=True, label=say.FACES_LABEL, info=say.FACES_INFO, elem_id="ft-faces"
                )
                fields = {name: _field(name, value) for name, value in values.items()}
        estimate = gr.HTML(settings_words.ESTIMATE_NONE, elem_id="ft-estimate")
        start = gr.Button(words.START, variant="primary", interactive=False, elem_id="ft-start")
    return Settings(preset=preset, family=family, faces=faces, fields=fields, estimate=estimate,
                    start=start)  # fmt: skip


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
