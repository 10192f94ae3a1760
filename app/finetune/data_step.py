"""Steps 1 and 2 of the Fine-tune tab: what happens with uploads, columns and settings.

Reads nothing itself (`app.finetune.data` does) and starts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from app.finetune import data as tuning
from app.finetune import settings
from app.finetune.data import Chosen, Found
from app.finetune.kind import TrainingJobs
from app.finetune.parts import Data, Settings
from app.finetune.spec import TrainingSpec
from app.intake import words as intake_words
from app.models.requests import Refused
from app.models.service import Service
from app.page.html import esc
from app.page.wiring import LIGHT, READING, Updates

ESTIMATING = {**LIGHT, "trigger_mode": "always_last"}
"""The last of several changes is the one that must be told; by default it would be dropped."""


@dataclass(frozen=True, kw_only=True)
class DataStep:
    """Handlers; holds nothing of any visitor."""

    service: Service
    jobs: TrainingJobs
    chosen: gr.State
    data: Data
    settings: Settings

    def wire(self) -> None:
        _wire_data(self)
        _wire_settings(self)

    def chosen_sample(self, event: gr.EventData) -> Iterator[Updates]:
        chosen = tuning.sample(str(getattr(event, "code", "")))
        if chosen is None:
            return
        cleared = {file: None for file in self.data.files} | {self.data.language: chosen.language}
        for found in tuning.read(self.service, chosen):
            yield cleared | self._found(found)
            cleared = {}

    def uploaded(
        self, old: Chosen, table: str | None, images: str | None, labelled: str | None,
        language: str | None,
    ) -> Iterator[Updates]:  # fmt: skip
        name = Path(table or images or "").stem
        chosen = Chosen(
            name=name,
            table=table or "",
            images=images or "",
            labelled=labelled or "",
            language=language or "",
            columns=old.columns if table == old.table else {},
        )
        yield from map(self._found, tuning.read(self.service, chosen))

    def remapped(
        self, old: Chosen, language: str | None, *columns: str | None
    ) -> Iterator[Updates]:
        roles = dict(zip(self.data.columns, (c or None for c in columns), strict=True))
        chosen = replace(old, language=language or "", columns=roles if old.table else {})
        yield from map(self._found, tuning.read(self.service, chosen))

    def _found(self, found: Found) -> Updates:
        shown: Updates = {self.data.report: found.report}
        if not found.over:
            return shown
        choices = [(intake_words.NO_COLUMN, ""), *((c, c) for c in found.columns)]
        for role, box in self.data.columns.items():
            shown[box] = gr.Dropdown(choices, value=found.chosen.columns.get(role) or "")
        shown[self.data.fold] = gr.Accordion(visible=bool(found.columns))
        shown[self.chosen] = found.chosen
        return shown

    def preset(self, name: str) -> list[Any]:
        return list(settings.preset(name).values())

    def estimated(
        self, chosen: Chosen, preset: str, family: str, faces: bool, *values: Any
    ) -> tuple[Any, Any]:
        start = gr.Button(interactive=chosen.usable > 0)
        try:
            job = self.spec(chosen, preset, family, faces, values)
            return tuning.estimate(self.jobs, job, chosen.pictures), start
        except Refused as refused:
            return f'<p class="wrong" role="alert">{esc(refused)}</p>', start

    def spec(
        self, chosen: Chosen, preset: str, family: str, faces: bool, values: tuple[Any, ...]
    ) -> TrainingSpec:
        """Raises Refused for settings that contradict each other."""
        named = dict(zip(self.settings.fields, values, strict=True))
        return tuning.spec(self.service, chosen, preset, family, faces, named)


def _wire_data(tab: DataStep) -> None:
    d, s = tab.data, tab.settings
    found = [d.report, *d.roles, d.fold, tab.chosen]
    estimate = (tab.estimated, [tab.chosen, *s.all], [s.estimate, s.start])
    sample = d.samples.click(tab.chosen_sample, None, [*found, *d.files, d.language], **READING)
    uploads = [event for file in d.files for event in (file.upload, file.clear)]
    upload = gr.on(uploads, tab.uploaded, [tab.chosen, *d.files, d.language], found, **READING)
    inputs = [d.language.input, *(role.input for role in d.roles)]
    remap = gr.on(inputs, tab.remapped, [tab.chosen, d.language, *d.roles], found, **READING)
    for event in (sample, upload, remap):
        event.then(*estimate, **ESTIMATING)


def _wire_settings(tab: DataStep) -> None:
    s = tab.settings
    estimate = (tab.estimated, [tab.chosen, *s.all], [s.estimate, s.start])
    fields = list(s.fields.values())
    s.preset.input(tab.preset, s.preset, fields, **LIGHT).then(*estimate, **ESTIMATING)
    gr.on([s.family.input, s.faces.input, *(f.input for f in fields)], *estimate, **ESTIMATING)  # type: ignore[attr-defined]
