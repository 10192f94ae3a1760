"""A whole table in the Predict tab: uploaded, checked, predicted, followed, stopped, downloaded.

A table is predicted by a process of its own: the page only looks at it, so closing or reloading the
page loses nothing, and single predictions go on beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import gradio as gr

from app.intake.reading import limits as most
from app.intake.words import NO_COLUMN
from app.jobs.resumable import GOES_ON
from app.jobs.views import refused
from app.models.choices import Tuned, model, models
from app.models.requests import Refused
from app.models.service import Service
from app.models.shelf import BASE, Choice
from app.page.wiring import LIGHT, PRIVATE, READING, SAVE_FILE, Updates, on_load, served_folder
from app.table import upload as batch
from app.table import views, words
from app.table.jobs import TableJobs
from app.table.parts import Fields, Made, build_fields, build_made
from app.table.upload import Found, Upload

TICK = 1.0  # s
SHOW_HEAD = "() => document.getElementById('tab-head').scrollIntoView({behavior: 'smooth'})"


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


@dataclass(frozen=True, kw_only=True)
class TableStep:
    """Handlers of tables in the making; holds nothing of any visitor. run: the table that is
    shown. seen: its state as it is drawn already."""

    jobs: TableJobs
    first: UploadStep
    made: Made
    run: gr.State
    seen: gr.State
    timer: gr.Timer

    def start(
        self, owner: str, upload: Upload, model: str | None, family: str | None, faces: bool
    ) -> Updates:
        try:
            choice = self.first.model(owner, model)
            asked = batch.spec(upload, choice, family or "own", faces=faces)
            run = self.jobs.start(asked, owner)
        except Refused as why:
            return {self.made.notice: refused(str(why))}
        return {self.made.notice: "", self.run: run, **self._shown(run, owner, "")}

    def stopped(self, run: str, owner: str) -> Updates:
        return self._told(self.jobs.stop, run, owner)

    def resumed(self, run: str, owner: str) -> Updates:
        return self._told(self.jobs.resume, run, owner)

    def _told(self, tell: Callable[[str, str], None], run: str, owner: str) -> Updates:
        try:
            tell(run, owner)
        except Refused as why:
            return {self.made.notice: refused(str(why))}
        return {self.made.notice: "", **self._shown(run, owner, "")}

    def arrived(self, owner: str) -> Updates:
        """After a load of the page: the newest is shown, at work or not."""
        history = self.jobs.history(owner)
        run = history[0].id if history else ""
        return {self.run: run, **self._shown(run, owner, "")}

    def acted(self, run: str, owner: str, event: gr.EventData) -> Updates:
        """Show or delete one of the list."""
        chosen, act = str(getattr(event, "run", "")), str(getattr(event, "act", ""))
        if act == "open":
            return {self.run: chosen, **self._shown(chosen, owner, "")}
        try:
            self.jobs.delete(chosen, owner)
        except Refused as why:
            return {self.made.notice: refused(str(why))}
        left = "" if chosen == run else run
        return {self.made.notice: "", self.run: left, **self._shown(left, owner, "")}

    def packed(self, run: str, owner: str) -> Updates:
        m = self.made
        try:
            path = self.jobs.export(run, owner, served_folder())
        except Refused as why:
            return {m.notice: refused(str(why))}
        return {m.file: gr.DownloadButton(value=str(path), visible=True)}

    def tick(self, run: str, owner: str, seen: str) -> Updates:
        return self._shown(run, owner, seen)

    def _shown(self, run: str, owner: str, seen: str) -> Updates:
        """The table as it stands; result, list and buttons change with its state alone."""
        m = self.made
        look = batch.look(self.jobs, run, owner) if run else None
        state = look.state if look else ""
        shown: Updates = {m.head: look.head if look else ""}
        if run and state == seen:
            return shown
        active = look is not None and look.active
        result = "" if look is None or active else batch.result(self.jobs, run, owner)
        return shown | {
            m.box: gr.Column(visible=look is not None),
            self.seen: state,
            self.timer: gr.Timer(active=active),
            m.stop: gr.Button(visible=state in ("starting", "running")),
            m.resume: gr.Button(visible=state in GOES_ON),
            m.pack: gr.Button(visible=bool(result)),
            m.file: gr.DownloadButton(visible=False),
            m.result: result,
            m.mine: views.mine(self.jobs.history(owner), run),
        }

    def wire(self) -> None:
        m, f, owner = self.made, self.first.fields, self.first.owner
        shown = [m.box, m.head, m.stop, m.resume, m.pack, m.file, m.result, m.mine, self.seen,
                 self.timer]  # fmt: skip
        of = [self.run, owner]
        asked = [owner, self.first.upload, f.model, f.family, f.faces]
        f.start.click(self.start, asked, [m.notice, self.run, *shown], **LIGHT).success(
            None, js=SHOW_HEAD, api_visibility="private"
        )
        m.stop.click(self.stopped, of, [m.notice, *shown], **LIGHT)
        m.resume.click(self.resumed, of, [m.notice, *shown], **LIGHT)
        self.timer.tick(self.tick, [*of, self.seen], shown, **LIGHT)
        on_load(self.arrived, owner, [self.run, *shown])
        m.mine.click(self.acted, of, [m.notice, self.run, *shown], **LIGHT)
        m.pack.click(self.packed, of, [m.file, m.notice], **PRIVATE).success(
            None, js=SAVE_FILE.format(name="tab-file"), api_visibility="private"
        )


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
    TableStep(
        jobs=jobs,
        first=first,
        made=build_made(),
        run=gr.State(""),
        seen=gr.State(""),
        timer=gr.Timer(TICK, active=False),
    ).wire()
    return first.fields.model
