"""A whole table in the Predict tab: uploaded, checked, predicted, followed, stopped, downloaded.

Single predictions go on beside one: it is a job, of a long table a process that gives way.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from app.intake.upload import Boxes, Ready, Upload, Uploads, Wants
from app.jobs.follow import Counted
from app.jobs.kind import Live
from app.jobs.panel import Adds, Panel, Shows
from app.jobs.store import slug
from app.models.requests import Refused, Tuned, cited_from, families, model, models
from app.models.service import Service
from app.models.shelf import BASE, Choice, mix_of
from app.page import say
from app.page.html import Html, failure, step
from app.page.saving import Provenance, cite
from app.page.wiring import LIGHT, Updates
from app.table import views, words
from app.table.kind import (
    HERE,
    ROLES,
    TableJobs,
    TableSpec,
    clash,
    export,
    finished,
    has_rows,
    here,
    prefix_for,
    read_result,
)

if TYPE_CHECKING:
    from lfdrt.data.intake.read import Intake

log = logging.getLogger(__name__)


def ready(service: Service, upload: Upload, found: Intake) -> Ready:
    usable = words.READY.format(rows=say.rows(len(found.rows)))
    return Ready(rows=found.report.rows, title=usable)


def boxes() -> Boxes:
    return Boxes(
        files={"table": words.TABLE, "images": words.IMAGES},
        hint=words.LIMITS,
        language=words.LANGUAGE,
        language_info=words.LANGUAGE_INFO,
        detect=words.DETECT,
    )


WANTS = Wants(
    prefix="tab",
    said=boxes,
    roles=ROLES,
    empty=views.empty,
    ready=ready,
)


def hints(upload: Upload, labels: Sequence[str]) -> Html:
    """What will be otherwise than one might expect: other names of columns, pictures not read."""
    said = []
    if prefix := prefix_for(upload.columns, labels):
        column = clash(upload.columns, labels)
        said.append(words.RENAMED.format(column=column, prefix=prefix))
    if pictures := _unread_pictures(upload):
        said.append(words.NO_PICTURES.format(column=pictures))
    return views.hints(said)


def _unread_pictures(upload: Upload) -> str | None:
    """The column that names pictures where no ZIP has them; its rows are read by their texts."""
    both = upload.roles.get("text") and upload.roles.get("image")
    return upload.roles["image"] if both and not upload.images else None


def spec(
    upload: Upload, chosen: Choice, family: str, *, faces: bool = True, mix: bool = True
) -> TableSpec:
    """What would be predicted. Refused: nothing could be."""
    if not upload.table or not upload.rows:
        raise Refused(words.NO_TABLE)
    return TableSpec(
        table=Path(upload.table),
        images=Path(upload.images) if upload.images else None,
        columns=dict(upload.roles) | ({"image": None} if _unread_pictures(upload) else {}),
        read=dict(upload.read),
        language=upload.language or None,
        family=family,
        faces=faces,
        mix=mix,
        checkpoint=chosen.folder,
        model=chosen.name,
        name=upload.name,
        prefix=prefix_for(upload.columns, chosen.labels),
        rows=upload.rows,
    )


def result(jobs: TableJobs, run: str, owner: str) -> Html:
    """What is finished; "" where nothing is."""
    try:
        path, asked = finished(jobs, run, owner)
    except Refused:
        return Html("")
    try:
        found = read_result(path, asked.prefix)
    except (OSError, ValueError) as error:
        log.exception("the predictions of table %s cannot be read", run)
        return failure(words.UNREADABLE.format(why=error))
    family = asked.family if asked.family == "own" else say.family_name(asked.family)
    about = words.SOURCE.format(name=asked.name, rows=say.rows(found.rows), family=family)
    mixed = words.mix(asked.mix) if mix_of(asked.checkpoint) else ""
    source = cite(cited_from(asked.checkpoint, asked.model), about, mixed)
    made = Provenance(file=f"{slug(asked.name)}-predictions", source=source)
    return views.result(found, asked.prefix, made, mixed)


def build(
    service: Service, jobs: TableJobs, owner: gr.BrowserState, tuned: Tuned
) -> gr.Dropdown:  # fmt: skip
    """Fills the current tab. Returns the list of models, which goes with a visitor's tuned ones."""
    uploads, known = Uploads(service, WANTS), models(service.choices())
    with gr.Column(elem_classes="inputs"):
        gr.HTML(step(words.TITLE, words.LEAD))
        uploads.build_files()
        with gr.Row():
            uploads.build_language()
            family = gr.Dropdown(
                families(), value="own", label=words.FAMILY, min_width=180, elem_id="tab-family"
            )
            asked = gr.Dropdown(
                known, value=known[0][1], label=words.MODEL, min_width=180, elem_id="tab-model"
            )
        faces = gr.Checkbox(True, label=say.FACES_LABEL, info=say.FACES_INFO, elem_id="tab-faces")
        mix = gr.Checkbox(
            True, label=words.MIX, info=words.MIX_INFO, visible=False, elem_id="tab-mix"
        )
        uploads.build_columns()
    uploads.build_report()
    told = gr.HTML("", elem_id="tab-hints")
    start = gr.Button(words.START, variant="primary", interactive=False, elem_id="tab-start")
    panel = Panel(jobs, owner, _shows(jobs))
    panel.build_notice()
    with panel.build_box():
        with panel.build_actions(named=False):
            pass
        shown = gr.HTML("", elem_id="tab-result")
    panel.build_list()

    def chosen(owner: str, key: str | None) -> Choice:
        """Raises Refused for one that the visitor may not ask."""
        return model(service.choices(tuned(owner)), key or BASE)

    def hinted(owner: str, upload: Upload, key: str | None) -> Html:
        try:
            return hints(upload, chosen(owner, key).labels)
        except Refused:  # Start says why
            return Html("")

    def mixed(owner: str, key: str | None) -> gr.Checkbox:
        """There where the model has a class mix."""
        try:
            return gr.Checkbox(visible=bool(mix_of(chosen(owner, key).folder)))
        except Refused:
            return gr.Checkbox(visible=False)

    def started(
        owner: str, upload: Upload, key: str | None, through: str, read: bool, expects: bool
    ) -> str:
        """Raises Refused."""
        asked_for = spec(upload, chosen(owner, key), through or "own", faces=read, mix=expects)
        return jobs.start(asked_for, owner, here(service.loaded_predictor(key or BASE), asked_for))

    def entered(live: Live[TableSpec, Counted] | None, owner: str) -> Updates:
        over = live is not None and not live.active
        return {shown: result(jobs, live.info.id, owner) if live and over else ""}

    def followed(live: Live[TableSpec, Counted], drawn: int) -> tuple[Updates, int]:
        """A table that is read again in no time fills while it is predicted."""
        done = live.sums.done
        if not live.active or done == (drawn or 0) or live.info.spec.rows > HERE:
            return {}, drawn
        return {shown: result(jobs, live.info.id, live.info.owner)}, done

    hint = (hinted, [owner, uploads.upload, asked], told)
    for event in uploads.wire(start):
        event.then(*hint, **LIGHT)
    asked.change(*hint, **LIGHT)
    asked.change(mixed, [owner, asked], mix, **LIGHT)
    panel.wire(Adds(entered=entered, followed=followed, shown=[shown]))
    panel.wire_start(start.click, started, [uploads.upload, asked, family, faces, mix])
    return asked


def _shows(jobs: TableJobs) -> Shows[TableSpec, Counted]:
    return Shows(
        prefix="tab",
        pack_id="pack",
        head=views.head,
        about=views.about,
        usable=lambda live: not live.active and has_rows(live.info.folder),
        export=partial(export, jobs),
    )
