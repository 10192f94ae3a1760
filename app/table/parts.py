"""The components of predicting a whole table. Knows no events and no jobs."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from app.intake.reading import TABLES
from app.intake.words import NO_COLUMN
from app.intake.words import ROLES as ROLES_SAID
from app.models.choices import families, languages
from app.page import say
from app.table import views, words
from app.table.kind import ROLES


@dataclass(frozen=True, kw_only=True)
class Fields:
    table: gr.File
    images: gr.File
    language: gr.Dropdown
    family: gr.Dropdown
    model: gr.Dropdown
    faces: gr.Checkbox
    fold: gr.Accordion
    columns: dict[str, gr.Dropdown]
    report: gr.HTML
    hints: gr.HTML
    start: gr.Button

    @property
    def roles(self) -> list[gr.Dropdown]:
        return list(self.columns.values())


def build_fields(models: list[tuple[str, str]], limits: str) -> Fields:
    with gr.Column(elem_classes="inputs"):
        gr.HTML(views.lead())
        with gr.Row():
            table = gr.File(
                label=words.TABLE, file_types=TABLES, height=150, min_width=220, elem_id="tab-table"
            )
            images = gr.File(
                label=words.IMAGES,
                file_types=[".zip"],
                height=150,
                min_width=220,
                elem_id="tab-images",
            )
        gr.HTML(limits, elem_classes="hint", elem_id="tab-limits")
        language, family, model = _choices(models)
        faces = gr.Checkbox(
            value=True, label=say.FACES_LABEL, info=say.FACES_INFO, elem_id="tab-faces"
        )
        with gr.Accordion(words.COLUMNS, open=False, visible=False, elem_id="tab-columns") as fold:
            gr.HTML(words.COLUMNS_INFO, elem_classes="hint")
            with gr.Row():
                columns = {role: _column(role) for role in ROLES}
    report = gr.HTML(views.empty(), elem_id="tab-report")
    hints = gr.HTML("", elem_id="tab-hints")
    start = gr.Button(words.START, variant="primary", interactive=False, elem_id="tab-start")
    return Fields(table=table, images=images, language=language, family=family, model=model,
                  faces=faces, fold=fold, columns=columns, report=report, hints=hints,
                  start=start)  # fmt: skip


def _choices(
    models: list[tuple[str, str]],
) -> tuple[gr.Dropdown, gr.Dropdown, gr.Dropdown]:
    """Language, family and model, side by side."""
    with gr.Row():
        language = gr.Dropdown(
            languages(words.DETECT),
            value="",
            allow_custom_value=True,
            label=words.LANGUAGE,
            info=words.LANGUAGE_INFO,
            min_width=180,
            elem_id="tab-language",
        )
        family = gr.Dropdown(
            families(), value="own", label=words.FAMILY, min_width=180, elem_id="tab-family"
        )
        model = gr.Dropdown(
            models, value=models[0][1], label=words.MODEL, min_width=180, elem_id="tab-model"
        )
    return language, family, model


def _column(role: str) -> gr.Dropdown:
    return gr.Dropdown(
        [(NO_COLUMN, "")],
        value="",
        label=ROLES_SAID[role],
        min_width=130,
        elem_id=f"tab-column-{role}",
    )
