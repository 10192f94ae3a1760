"""A whole table in the Predict tab: uploaded, checked, predicted, followed, stopped, downloaded.

Single predictions go on beside one: it is a job, a process that gives way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import gradio as gr

from app.intake.reading import limits as most
from app.intake.words import NO_COLUMN
from app.jobs.follow import Counted
from app.jobs.kind import Live
from app.jobs.panel import Adds, Panel, Shows
from app.models.choices import Tuned, model, models
from app.models.requests import Refused
from app.models.service import Service
from app.models.shelf import BASE, Choice
from app.page.wiring import LIGHT, READING, Updates
from app.table import upload as batch
from app.table import views, words
from app.table.kind import TableJobs, TableSpec, export, has_rows
from app.table.parts import Fields, build_fields
from app.table.upload import Found, Upload


@dataclass(frozen=True, kw_only=True)
class UploadStep:
    """Handlers of what is to be predicted; holds nothing of any visitor."""

    service: Service
    tuned: Tuned
    owner: gr.BrowserState
    fields: Fields
    upload: gr.State

    def uploaded(
        self, old: Upload, table: str | None, images: str | None, language: str | None
    ) -> Iterator[Updates]:
        same = table == old.table
        new = Upload(
            table=table or "",
            images=images or "",
            language=language or "",
            roles=old.roles if same else {},
        )
        yield from map(self._found, batch.read(self.service, new))

    def remapped(
        self, old: Upload, language: str | None, *columns: str | None
    ) -> Iterator[Updates]:
        roles = dict(zip(self.fields.columns, (c or None for c in columns), strict=True))
        new = replace(old, language=language or "", roles=roles if old.table else {})
        yield from map(self._found, batch.read(self.service, new))

    def _found(self, found: Found) -> Updates:
        f = self.fields
        if not found.over:
            return {f.report: found.report, f.start: gr.Button(interactive=False)}
        shown: Updates = {f.report: found.report, self.upload: found.upload}
        choices = [(NO_COLUMN, ""), *((c, c) for c in found.upload.columns)]
        for role, box in f.columns.items():
            shown[box] = gr.Dropdown(choices, value=found.upload.roles.get(role) or "")
        shown[f.fold] = gr.Accordion(visible=bool(found.upload.columns))
        shown[f.start] = gr.Button(interactive=found.upload.rows > 0)
        return shown

    def hints(self, owner: str, upload: Upload, model: str | None) -> str:
        try:
            return batch.hints(upload, self.model(owner, model).labels)
        except Refused:  # Start says why
            return ""

    def model(self, owner: str, key: str | None) -> Choice:
        """Raises Refused for one that the visitor may not ask."""
        return model(self.service.choices(self.tuned(owner)), key or BASE)

    def start(self, jobs: TableJobs) -> Callable[..., str]:
        def started(
            owner: str, upload: Upload, model: str | None, family: str | None, faces: bool
        ) -> str:
            """Raises Refused."""
            choice = self.model(owner, model)
            asked = batch.spec(upload, choice, family or "own", faces=faces)
            return jobs.start(asked, owner)

        return started

    def wire(self) -> None:
        f = self.fields
        shown = [f.report, *f.roles, f.fold, f.start, self.upload]
        uploads = [event for file in (f.table, f.images) for event in (file.upload, file.clear)]
        given = [self.upload, f.table, f.images, f.language]
        upload = gr.on(uploads, self.uploaded, given, shown, **READING)
        inputs = [f.language.input, *(role.input for role in f.roles)]
        remap = gr.on(inputs, self.remapped, [self.upload, f.language, *f.roles], shown, **READING)
        hint = (self.hints, [self.owner, self.upload, f.model], f.hints)
        for event in (upload, remap):
            event.then(*hint, **LIGHT)
        f.model.change(*hint, **LIGHT)


def build(
    service: Service, jobs: TableJobs, owner: gr.BrowserState, tuned: Tuned
) -> gr.Dropdown:  # fmt: skip
    """Fills the current tab. Returns the list of models, which goes with a visitor's tuned ones."""
    rows, size = most()
    limits = words.LIMITS.format(rows=rows, size=size // 1_000_000)
    first = UploadStep(
        service=service,
        tuned=tuned,
        owner=owner,
        fields=build_fields(models(service.choices()), limits),
        upload=gr.State(Upload()),
    )
    first.wire()
    shows = Shows(
        prefix="tab",
        pack_id="pack",
        head=views.head,
        about=views.about,
        usable=lambda live: not live.active and has_rows(live.info.folder),
        export=partial(export, jobs),
        newest=True,
    )
    panel = Panel(jobs, owner, shows)
    panel.build_notice()
    with panel.build_box():
        with panel.build_actions(named=False):
            pass
        result = gr.HTML("", elem_id="tab-result")
    panel.build_list()

    def entered(live: Live[TableSpec, Counted] | None, owner: str) -> Updates:
        if live is None or live.active:
            return {result: ""}
        return {result: batch.result(jobs, live.info.id, owner)}

    panel.wire(Adds(entered=entered, shown=[result]))
    f = first.fields
    panel.wire_start(f.start.click, first.start(jobs), [first.upload, f.model, f.family, f.faces])
    return f.model
