"""The Fine-tune tab: a visitor's data (`data_step`), then two ways to learn from them: `teach`, and
a training without labels that is followed live, with what came of it and comparing several.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.finetune import dots, run_views, words
from app.finetune.archive import TRAININGS, bring_in, export
from app.finetune.data import language_name
from app.finetune.data_step import DataStep, SettingsStep
from app.finetune.kind import USABLE, Progress, Training, TrainingJobs, model_of, tuned
from app.finetune.outcome import about, outcome, read_outcome, runs_table
from app.finetune.spec import TrainingSpec
from app.finetune.teach import words as teach_words
from app.finetune.teach.kind import Teachings, taught_model
from app.finetune.teach.step import TeachStep
from app.finetune.teach.views import ways
from app.intake.upload import Upload
from app.jobs.kind import DONE, Info
from app.jobs.panel import Adds, Panel, Shows
from app.jobs.store import slug
from app.models.requests import Refused, cited_from, digest
from app.models.service import Service
from app.page import say
from app.page.html import Html, failure, lead, step
from app.page.saving import Provenance, Saved, Weights, cite, cite_program, plot_files
from app.page.wiring import LIGHT, Updates


class RunStep:
    """Holds nothing of any visitor. run: the training that is shown; use: asks for its model."""

    def __init__(self, jobs: TrainingJobs, settings: SettingsStep, owner: gr.BrowserState) -> None:
        self._jobs, self._settings = jobs, settings
        self.panel = Panel(jobs, owner, _shows(jobs))
        self._build_run()
        self.panel.build_list()
        self._build_comparing()
        self._wire()

    def _build_run(self) -> None:
        """The outcome stands between the head and the curves, since it is what was waited for."""
        self.panel.build_notice()
        gr.HTML(step(words.RUN_TITLE), elem_id="ft-run")
        with self.panel.build_box():
            self._outcome = gr.HTML("", elem_id="ft-outcome")
            with self.panel.build_actions(named=True):
                self.use = gr.Button(words.USE, variant="primary", min_width=140, elem_id="ft-use")
            self._dots = dots.component()
            with gr.Row(visible=False, elem_classes="curves") as self._curves:
                self._agreement, self._losses = (
                    gr.Plot(show_label=False, elem_id=name, min_width=320)
                    for name in ("ft-agreement", "ft-losses")
                )
            self._below = gr.HTML("", elem_id="ft-below")

    def _build_comparing(self) -> None:
        with gr.Row(elem_classes="plain"):
            self._compare = gr.Dropdown(
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
            self._bring = gr.UploadButton(
                words.IMPORT, file_types=[".zip"], size="md", min_width=180, elem_id="ft-import"
            )
        self._compared = gr.Plot(show_label=False, visible=False, elem_id="ft-compared")
        self._files = gr.HTML("", elem_id="ft-compared-files")

    def _start(self, owner: str, upload: Upload, *settings: Any) -> str:
        """The new training's id. Raises Refused."""
        if not (upload.table or upload.images):
            raise Refused(words.NO_DATA)
        return self._jobs.start(self._settings.spec(upload, *settings), owner)

    def _entered(self, live: Training | None, owner: str) -> Updates:
        """What changes with a training's state, and not with its steps."""
        infos = self._jobs.history(owner)
        shown: Updates = {self._compare: gr.Dropdown(_comparable(infos), visible=len(infos) > 1)}
        if live is None:
            gone = {self._outcome: "", self._dots: "", self._below: ""}
            return shown | gone | {self._curves: gr.Row(visible=False)}
        return shown | {self._outcome: _outcome(self._settings.service, live)}

    def _followed(self, live: Training, drawn: tuple[int, int] | None) -> tuple[Updates, Any]:
        """drawn: the step that the curves show already, and how many passes the dots do."""
        sums, source = live.sums, provenance(self._settings.service, live)
        shown: Updates = {self._below: run_views.below(sums, source)}
        step, passes = drawn or (None, None)
        if sums.points and sums.step != step:
            shown[self._agreement], shown[self._losses] = run_views.curves(live)
        if not sums.points or sums.step != step:
            shown[self._curves] = gr.Row(visible=bool(sums.points))
        if len(sums.epochs_done) != passes:
            shown[self._dots] = dots.dots(sums, source)
        return shown, (sums.step, len(sums.epochs_done))

    def _gone(self, run: str, owner: str) -> Updates:
        self._settings.service.forget(run)
        return {}

    def _chosen(self, owner: str, runs: Sequence[str]) -> Updates:
        """Several trainings over each other."""
        gone = {self._compared: gr.Plot(visible=False), self._files: ""}
        if not runs:
            return gone
        try:
            lives = [self._jobs.live(run, owner) for run in runs]
        except Refused:
            return gone
        files = compared(self._settings.service, lives)
        return {self._compared: gr.Plot(run_views.compare(lives), visible=True), self._files: files}

    def _wire(self) -> None:
        panel, settings = self.panel, self._settings
        shown = [self._outcome, self._dots, self._curves, self._agreement, self._losses,
                 self._below, self._compare]  # fmt: skip
        adds = Adds(entered=self._entered, followed=self._followed, shown=shown, gone=self._gone)
        panel.wire(adds)
        panel.wire_start(settings.start.click, self._start, settings.asked, show="run")
        brought = partial(bring_in, TRAININGS, self._jobs)
        panel.wire_start(
            self._bring.upload, lambda owner, file: brought(Path(file), owner), [self._bring]
        )
        several = [self._compared, self._files]
        self._compare.change(self._chosen, [panel.owner, self._compare], several, **LIGHT)


def _shows(jobs: TrainingJobs) -> Shows[TrainingSpec, Progress]:
    return Shows(
        prefix="ft",
        list_id="history",
        head=run_views.head,
        nothing=run_views.nothing(),
        about=about,
        listed=lambda infos: runs_table(
            infos, Provenance(file="trainings", source=cite_program(words.JOB.mine))
        ),
        usable=lambda live: live.info.reason in USABLE,
        export=partial(export, TRAININGS, jobs),
    )


def compared(service: Service, lives: Sequence[Training]) -> Html:
    """What saves the figure of several."""
    source = words.EACH_RUN.join(_cited(service, live) for live in lives)
    saved = Saved(name="trainings-compared", title=words.AGREEMENT_PLOT, source=source)
    return plot_files(saved, "ft-compared")


def _comparable(infos: Sequence[Info[TrainingSpec]]) -> list[tuple[str, str]]:
    """Names may repeat, so each is told apart by its time."""
    return [(f"{i.name} · {i.when}", i.id) for i in infos if i.state != "starting"]


def _outcome(service: Service, live: Training) -> Html:
    """ "" where there is nothing to tell of."""
    info = live.info
    if info.state != DONE:
        return Html("")
    try:
        found = read_outcome(info.folder, info.name, info.reason)
    except Refused as refused:
        return failure(str(refused))
    return outcome(found, info.reason, provenance(service, live))


def provenance(service: Service, live: Training) -> Provenance:
    return Provenance(file=slug(live.info.name), source=_cited(service, live))


def _cited(service: Service, live: Training) -> str:
    """The weights that came of it; until there are some, those that it began from."""
    info, spec, model = live.info, live.info.spec, model_of(live.info)
    base = spec.checkpoint.name
    if model is not None:
        weights = cited_from(model, info.name)
    else:
        ours = base == service.folder.name and live.active
        digits = digest(service.folder) if ours else ""
        weights = Weights(name=base, sha256=digits, selection="", seed=None)
    told = words.TRAINING.format(
        name=info.name,
        base=base,
        preset=words.PRESETS.get(spec.preset, spec.preset),
        date=info.created[:10],
        step=live.sums.step,
        steps=live.sums.steps,
    )
    data = words.UNLABELLED.format(rows=say.rows(spec.rows), language=language_name(spec.language))
    return cite(weights, told, say.DATA.format(data=data))


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to a model. run: what is shown of it; use: asks for its model in the Predict tab.
    `history` changes when one has ended or is gone."""

    run: gr.State
    use: gr.Button
    history: gr.HTML


@dataclass(frozen=True, kw_only=True)
class Finetune:
    """What the page wires to other tabs."""

    service: Service
    trainings: TrainingJobs
    teachings: Teachings
    ways: tuple[Way, ...]
    tabs: gr.Tabs

    def tuned(self, owner: str) -> list[str]:
        """Keys of a visitor's tuned models, which the service knows from now on."""
        taught = [(one, taught_model(one)) for one in self.teachings.history(owner)]
        found: list[tuple[Info[Any], Path]] = [(i, model) for i, model in taught if model]
        found += tuned(self.trainings.history(owner))
        for info, model in found:
            self.service.register(info.id, model, info.name)
        return [info.id for info, _ in found]


def build(
    service: Service, trainings: TrainingJobs, teachings: Teachings, owner: gr.BrowserState
) -> Finetune:
    """Fills the current tab. `owner` lies outside of the tabs: what lies in a tab that was not
    opened yet is not read from the browser."""
    data = DataStep(service, ways())
    with gr.Tabs(elem_id="ft-ways") as tabs:
        with gr.Tab(teach_words.TAB, id="teach"):
            gr.HTML(lead(teach_words.LEAD))
            teach = TeachStep(service, teachings, owner)
        with gr.Tab(words.RETHINK_TAB, id="rethink"):
            gr.HTML(lead(words.RETHINK_LEAD))
            settings = SettingsStep(data, trainings)
            shown = RunStep(trainings, settings, owner)
    settings.wire(data.wire(settings.start, teach.begin))
    teach.wire(data.uploads.upload)
    return Finetune(
        service=service,
        trainings=trainings,
        teachings=teachings,
        ways=tuple(
            Way(run=one.panel.run, use=one.use, history=one.panel.history) for one in (teach, shown)
        ),
        tabs=tabs,
    )
