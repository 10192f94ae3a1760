"""Teaching in the Fine-tune tab: begun with the texts of step 1, then the question, the mix and the
button that has it learn; what came of it stands above them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import gradio as gr

from app.finetune import words as finetune_words
from app.finetune.archive import bring_in, export
from app.finetune.data import language_name
from app.finetune.spec import TeachSpec
from app.finetune.teach import views, words
from app.finetune.teach.kind import (
    LABELS,
    Taught,
    Teaching,
    Teachings,
    is_read,
    taught_model,
)
from app.finetune.teach.packing import TEACHINGS
from app.finetune.teach.sitting import Sitting, labels_in, sitting, told_mix
from app.intake.upload import Upload
from app.jobs import words as job_words
from app.jobs.history import refused
from app.jobs.panel import Adds, Panel, Shows
from app.jobs.store import slug, writing
from app.models.requests import Refused, cited_from
from app.models.service import Service
from app.page import say
from app.page.html import Html, fine, step
from app.page.saving import Provenance, cite
from app.page.wiring import ESTIMATING, LIGHT, NEWEST, Updates, on_file, served_folder

FIRST = "right"


class TeachStep:
    """Holds nothing of any visitor. begin: starts a teaching of what was uploaded; use: asks for
    the model of the one that is shown."""

    def __init__(self, service: Service, jobs: Teachings, owner: gr.BrowserState) -> None:
        self._service, self._jobs = service, jobs
        self.panel = Panel(jobs, owner, _shows(jobs))
        with gr.Row(elem_classes="begin"):
            self.begin = gr.Button(
                words.BEGIN, variant="primary", interactive=False, elem_id="teach-begin"
            )
            gr.HTML(fine(words.BEGIN_HINT))
        self.panel.build_notice()
        with self.panel.build_box():
            self._outcome = gr.HTML("", elem_id="teach-outcome")
            with self.panel.build_actions(named=True):
                self.use = gr.Button(
                    words.USE, variant="primary", min_width=140, elem_id="teach-use"
                )
        self._build_work()
        self.panel.build_list()
        self._bring = gr.UploadButton(
            finetune_words.IMPORT,
            file_types=[".zip"],
            size="md",
            min_width=180,
            elem_id="teach-import",
        )

    def _build_work(self) -> None:
        """There while something can be asked."""
        with gr.Row(visible=False, elem_classes="teaching", elem_id="teach-work") as self._work:
            with gr.Column(scale=7, min_width=320):
                self._ask = gr.HTML("", js_on_load=views.ASK_ON_LOAD, elem_id="teach-ask")
                self._own = gr.HTML("", js_on_load=views.OWN_ON_LOAD, elem_id="teach-own")
                with gr.Row(elem_classes="run-actions"):
                    self._save = gr.Button(words.SAVE_LABELS, elem_id="teach-save-labels")
                    self._file = gr.DownloadButton(visible=False, elem_id="teach-labels-file")
                    self._labels = gr.UploadButton(
                        words.BRING_LABELS, file_types=[".csv"], size="md", elem_id="teach-labels"
                    )
                self._told = gr.HTML("", elem_id="teach-told")
            with gr.Column(scale=5, min_width=320):
                self._mix = gr.HTML("", js_on_load=NEWEST + views.MIX_ON_LOAD, elem_id="teach-mix")
                with gr.Column(elem_classes="inputs"):
                    gr.HTML(step(words.LEARN_TITLE))
                    self._aim = gr.Radio(
                        [(name, aim) for aim, name in words.AIMS.items()],
                        value=FIRST,
                        label=words.AIM,
                        info=words.AIM_INFO,
                        elem_id="teach-aim",
                    )
                    self._rest = gr.Checkbox(
                        False, label=words.REST, info=views.rest_info(), elem_id="teach-rest"
                    )
                    self.learn = gr.Button(words.LEARN, variant="primary", elem_id="teach-learn")
                    gr.HTML(fine(words.LEARN_HINT), elem_classes="hint")
                self._says = gr.HTML("", elem_id="teach-says")

    def _begin(self, owner: str, upload: Upload) -> str:
        """The new teaching's id. Raises Refused."""
        if not upload.total:
            raise Refused(words.NO_TEXTS)
        spec = TeachSpec(
            table=Path(upload.table) if upload.table else None,
            images=Path(upload.images) if upload.images else None,
            columns=dict(upload.roles),
            read=dict(upload.read),
            language=upload.language or None,
            checkpoint=self._service.folder,
            name=upload.name,
            rows=upload.total,
        )
        return self._jobs.start(spec, owner)

    def _learn(self, owner: str, run: str, aim: str, rest: bool) -> str:
        """Raises Refused: nothing was told, or something else is at work."""
        folder, record = self._jobs.store.mine(run, owner)
        if not record.spec.mix and not labels_in(folder.path):
            raise Refused(words.NOTHING_TOLD)
        self._service.forget(run)  # its weights will be others
        aim = aim if aim in words.AIMS else FIRST
        self._jobs.again(run, owner, aim=aim, rest=bool(rest))
        return run

    def _entered(self, live: Teaching | None, owner: str) -> Updates:
        """What changes with a teaching's state."""
        gone: Updates = {self._work: gr.Row(visible=False), self._outcome: "", self._told: ""}
        if live is None:
            return gone
        shown: Updates = gone | {self._outcome: views.outcome(live, _provenance(live))}
        shown[self.use] = gr.Button(visible=taught_model(live.info) is not None)
        if not is_read(live.info):
            return shown
        try:
            at = sitting(live.info.folder)
            asked = at.now()
        except Refused as why:
            return shown | {self._outcome: refused(str(why))}
        spec = live.info.spec
        return shown | {
            self._work: gr.Row(visible=True),
            self._ask: views.question(asked),
            self._own: self._own_labels(at, spec),
            self._mix: views.mix(at.classes, spec.mix, at.estimate),
            self._says: views.says(*at.said(spec.mix)),
            self._aim: spec.aim,
            self._rest: spec.rest,
        }

    def _own_labels(self, at: Sitting, spec: TeachSpec) -> Html:
        """ "" where the table has none."""
        counts, meant = at.own()
        if not counts:
            return Html("")
        return views.own(spec.columns.get("label") or "", counts, meant, at.classes)

    def _at(self, run: str, owner: str) -> Sitting:
        """Raises Refused."""
        folder, _ = self._jobs.store.mine(run, owner)
        return sitting(folder.path)

    def _answered(self, run: str, owner: str, event: gr.EventData) -> Updates:
        act, row, label = (str(getattr(event, name, "")) for name in ("act", "row", "label"))
        return self._told_by(
            lambda: {self._ask: views.question(self._at(run, owner).answer(act, row, label))}
        )

    def _took(self, run: str, owner: str, event: gr.EventData) -> Updates:
        meant = getattr(event, "meant", None)
        chosen = {str(k): str(v) for k, v in meant.items()} if isinstance(meant, dict) else {}
        return self._told_by(
            lambda: {
                self._ask: views.question(self._at(run, owner).take_own(chosen)),
                self._own: "",
            }
        )

    def _brought(self, run: str, owner: str, file: str) -> Updates:
        def bring() -> Updates:
            asked, count = self._at(run, owner).bring(Path(file))
            said = words.BROUGHT.format(rows=say.rows(count))
            return {self._ask: views.question(asked), self._told: fine(said)}

        return self._told_by(bring)

    def _mixed(self, run: str, owner: str, event: gr.EventData) -> Updates:
        """The sliders moved: kept at once, so that a reload finds them."""

        def move() -> Updates:
            folder, record = self._jobs.store.mine(run, owner)
            at = sitting(folder.path)
            mix = told_mix(getattr(event, "mix", None), at.classes)
            with writing():
                folder.change(spec=replace(record.spec, mix=mix))
            return {self._says: views.says(*at.said(mix))}

        return self._told_by(move)

    def _saved(self, run: str, owner: str) -> Updates:
        def save() -> Updates:
            folder, record = self._jobs.store.mine(run, owner)
            if not (folder.path / LABELS).is_file():
                raise Refused(words.NO_LABELS)
            made = served_folder() / f"{slug(record.name)}-labels.csv"
            with writing(job_words.NOT_EXPORTED):
                shutil.copyfile(folder.path / LABELS, made)
            return {self._file: gr.DownloadButton(value=str(made), visible=True)}

        return self._told_by(save)

    def _told_by(self, act: Callable[[], Updates]) -> Updates:
        try:
            return {self._told: "", **act()}
        except Refused as why:
            return {self._told: refused(str(why))}

    def wire(self, upload: gr.State) -> None:
        panel = self.panel
        of = [panel.run, panel.owner]
        work = [self._work, self._ask, self._own, self._mix, self._says, self._aim, self._rest,
                self._told]  # fmt: skip
        adds = Adds(
            entered=self._entered,
            shown=[self._outcome, self.use, *work],
            gone=self._gone,
        )
        panel.wire(adds)
        panel.wire_start(self.begin.click, self._begin, [upload])
        panel.wire_start(self.learn.click, self._learn, [panel.run, self._aim, self._rest])
        brought = partial(bring_in, TEACHINGS, self._jobs)
        panel.wire_start(
            self._bring.upload, lambda owner, file: brought(Path(file), owner), [self._bring]
        )
        self._ask.click(self._answered, of, [self._ask, self._told], **LIGHT)
        self._own.click(self._took, of, [self._ask, self._own, self._told], **LIGHT)
        self._mix.click(self._mixed, of, [self._says, self._told], **ESTIMATING)
        outputs = [self._ask, self._told]
        self._labels.upload(self._brought, [*of, self._labels], outputs, **LIGHT)
        on_file(self._save.click, self._saved, of, self._file, [self._told])

    def _gone(self, run: str, owner: str) -> Updates:
        self._service.forget(run)
        return {}


def _shows(jobs: Teachings) -> Shows[TeachSpec, Taught]:
    return Shows(
        prefix="teach",
        list_id="history",
        head=views.head,
        about=views.about,
        usable=lambda live: taught_model(live.info) is not None,
        export=partial(export, TEACHINGS, jobs),
    )


def _provenance(live: Teaching) -> Provenance:
    """Of the weights that came of it, or of those that it began from."""
    info, spec = live.info, live.info.spec
    model, base = taught_model(info), spec.checkpoint.name
    weights = cited_from(spec.checkpoint, base) if model is None else cited_from(model, info.name)
    told = words.SOURCE.format(
        name=info.name,
        base=base,
        labels=say.rows(labels_in(info.folder)),
        aim=spec.aim,
        date=info.created[:10],
    )
    data = say.DATA.format(data=f"{say.rows(spec.rows)} ({language_name(spec.language)})")
    return Provenance(file=slug(info.name), source=cite(weights, told, data))
