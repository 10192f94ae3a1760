"""The files of the Fine-tune tab, which all ways share; and the settings of a training without
labels, with what changes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import gradio as gr

from app.finetune import data as tuning
from app.finetune import words
from app.finetune.kind import TrainingJobs
from app.finetune.spec import TrainingSpec, preset
from app.intake.reading import ROLES
from app.intake.upload import Boxes, Upload, Uploads, Wants
from app.jobs.pace import pace
from app.models.requests import Refused, families
from app.models.service import Service
from app.page import say
from app.page.html import Html, esc, step
from app.page.wiring import ESTIMATING, LIGHT, NEWEST, READING, Dependency, Updates


def boxes() -> Boxes:
    return Boxes(
        files={
            "table": words.TABLE_LABEL,
            "images": words.IMAGES_LABEL,
            "labelled": words.LABELLED_LABEL,
        },
        hint=words.TABLE_HINT,
        language=words.LANGUAGE_LABEL,
        language_info=say.LANGUAGE_INFO,
        detect=words.DETECT,
    )


WANTS = Wants(
    prefix="ft",
    alone=True,
    said=boxes,
    roles=ROLES,
    empty=tuning.empty,
    ready=tuning.ready,
)


class DataStep:
    """Holds nothing of any visitor. uploads: what was chosen."""

    def __init__(self, service: Service, ways: Mapping[str, str]) -> None:
        """ways: as `introduction` takes them."""
        self.service = service
        self.uploads = uploads = Uploads(service, WANTS)
        gr.HTML(tuning.introduction(ways), elem_id="ft-intro")
        with gr.Column(elem_classes="inputs"):
            gr.HTML(step(words.DATA_TITLE, words.DATA_LEAD))
            cards = tuning.sample_cards(tuning.samples())
            self._samples = gr.HTML(
                cards, js_on_load=NEWEST + tuning.SAMPLES_ON_LOAD, elem_id="samples"
            )
            uploads.build_files()
            uploads.build_language()
            uploads.build_columns()
        uploads.build_report()

    def _chosen_sample(self, event: gr.EventData) -> Iterator[Updates]:
        code, uploads = getattr(event, "code", ""), self.uploads
        for sample in (one for one in tuning.samples() if one.code == code):
            cleared: Updates = {file: None for file in uploads.files} | {uploads.language: code}
            for shown in uploads.found(sample.upload()):
                yield cleared | shown
                cleared = {}

    def wire(self, start: gr.Button, any_row: gr.Button) -> list[Dependency]:
        """As `Uploads.wire`."""
        uploads = self.uploads
        changed = uploads.wire(start, any_row)
        shown = [*uploads.shown, *uploads.files, uploads.language]
        return [*changed, self._samples.click(self._chosen_sample, None, shown, **READING)]


class SettingsStep:
    """Holds nothing of any visitor. start: begins what was chosen."""

    def __init__(self, data: DataStep, jobs: TrainingJobs) -> None:
        self.service, self._uploads, self._jobs = data.service, data.uploads, jobs
        self._build()

    def _build(self) -> None:
        first = next(iter(words.PRESETS))
        with gr.Column(elem_classes="inputs"):
            gr.HTML(step(words.SETTINGS_TITLE))
            self._preset = gr.Radio(
                [(name, key) for key, name in words.PRESETS.items()],
                value=first,
                label=words.PRESET_LABEL,
                elem_id="ft-preset",
            )
            gr.HTML(tuning.presets(), elem_classes="hint")
            with gr.Accordion(words.ADVANCED, open=False, elem_id="ft-advanced"):
                gr.HTML(group(words.READING_GROUP))
                with gr.Row(elem_classes="fields"):
                    self._family = gr.Dropdown(
                        families(),
                        value="own",
                        label=words.FAMILY_LABEL,
                        info=say.FAMILY_INFO,
                        elem_id="ft-family",
                    )
                    self._faces = gr.Checkbox(
                        True, label=say.FACES_LABEL, info=say.FACES_INFO, elem_id="ft-faces"
                    )
                self._fields = _fields(preset(first))
            self._estimate = gr.HTML(words.ESTIMATE_NONE, elem_id="ft-estimate")
            self.start = gr.Button(
                words.START, variant="primary", interactive=False, elem_id="ft-start"
            )

    @property
    def asked(self) -> list[Any]:
        """What `spec` takes."""
        return [self._uploads.upload, self._preset, self._family, self._faces,
                *self._fields.values()]  # fmt: skip

    def spec(
        self, upload: Upload, preset: str, family: str, faces: bool, *values: Any
    ) -> TrainingSpec:
        """Raises Refused for settings that contradict each other."""
        named = dict(zip(self._fields, values, strict=True))
        return tuning.spec(self.service, upload, preset, family, faces, named)

    def _estimated(self, upload: Upload, *settings: Any) -> Html:
        try:
            known = pace(self.service.status)
            return tuning.estimate(self._jobs, self.spec(upload, *settings), upload.pictures, known)
        except Refused as why:
            return Html(f'<p class="wrong" role="alert">{esc(why)}</p>')

    def wire(self, changed: Sequence[Dependency]) -> None:
        """changed: whenever other data are chosen."""
        fields = [*self._fields.values()]
        estimate = (self._estimated, self.asked, self._estimate)
        chosen = self._preset.input(
            lambda name: [*preset(name).values()], self._preset, fields, **LIGHT
        )
        for event in (*changed, chosen):
            event.then(*estimate, **ESTIMATING)
        boxes: list[Any] = [self._family, self._faces, *fields]
        gr.on([box.input for box in boxes], *estimate, **ESTIMATING)


def group(title: str) -> Html:
    return Html(f'<h3 class="group">{esc(title)}</h3>')


def _fields(values: dict[str, Any]) -> dict[str, gr.components.Component]:
    """In the order of the values, wherever each stands."""
    built: dict[str, gr.components.Component] = {}
    for part, names in words.GROUPS.items():
        gr.HTML(group(words.GROUP_NAMES[part]))
        with gr.Row(elem_classes="fields"):
            built |= {name: _field(name, values[name]) for name in names}
    return {name: built[name] for name in values}


def _field(name: str, value: object) -> gr.components.Component:
    label, info = words.FIELDS[name]
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
    return gr.Dropdown([(said, key) for key, said in words.CHOICES[name].items()], **shown)
