"""Step 3 of the Fine-tune tab: a training while it runs, what came of it, and comparing several."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import gradio as gr

from app.finetune import run_views, words
from app.finetune.archive import bring_in, export
from app.finetune.data import language_name
from app.finetune.data_step import DataStep
from app.finetune.kind import USABLE, Progress, TrainingJobs, model_of
from app.finetune.outcome import about, outcome, read_outcome, runs_table
from app.finetune.spec import TrainingSpec
from app.intake.upload import Upload
from app.jobs.kind import DONE, Info, Live
from app.jobs.panel import Adds, Panel, Shows
from app.jobs.store import slug
from app.models.requests import Refused, cited_from, digest
from app.models.service import Service
from app.page import plots, say
from app.page.html import Html, failure, step
from app.page.saving import Provenance, Saved, Weights, cite, cite_program, plot_files
from app.page.wiring import LIGHT, Updates

if TYPE_CHECKING:
    import plotly.graph_objects as go

Training: TypeAlias = Live[TrainingSpec, Progress]


class RunStep:
    """Holds nothing of any visitor. run: the training that is shown; use: asks for its model."""

    def __init__(self, jobs: TrainingJobs, step_1: DataStep, owner: gr.BrowserState) -> None:
        self._jobs, self._step_1 = jobs, step_1
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
        return self._jobs.start(self._step_1.spec(upload, *settings), owner)

    def _entered(self, live: Training | None, owner: str) -> Updates:
        """What changes with a training's state, and not with its steps."""
        infos = self._jobs.history(owner)
        shown: Updates = {self._compare: gr.Dropdown(_comparable(infos), visible=len(infos) > 1)}
        if live is None:
            return shown | {self._outcome: "", self._below: "", self._curves: gr.Row(visible=False)}
        return shown | {self._outcome: _outcome(self._step_1.service, live)}

    def _followed(self, live: Training, drawn: int | None) -> tuple[Updates, int]:
        """drawn: the step that the curves show already."""
        sums, source = live.sums, provenance(self._step_1.service, live)
        shown: Updates = {self._below: run_views.below(sums, source)}
        if sums.points and sums.step != drawn:
            shown[self._agreement], shown[self._losses] = curves(live)
        if not sums.points or sums.step != drawn:
            shown[self._curves] = gr.Row(visible=bool(sums.points))
        return shown, sums.step

    def _gone(self, run: str, owner: str) -> Updates:
        self._step_1.service.forget(run)
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
        files = compared(self._step_1.service, lives)
        return {self._compared: gr.Plot(_compare(lives), visible=True), self._files: files}

    def _wire(self) -> None:
        panel, step_1 = self.panel, self._step_1
        shown = [self._outcome, self._curves, self._agreement, self._losses, self._below,
                 self._compare]  # fmt: skip
        adds = Adds(entered=self._entered, followed=self._followed, shown=shown, gone=self._gone)
        panel.wire(adds)
        panel.wire_start(step_1.start.click, self._start, step_1.asked, show="run")
        brought = partial(bring_in, self._jobs)
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
        export=partial(export, jobs),
    )


def curves(live: Training) -> tuple[go.Figure, go.Figure]:
    """Agreement and losses by step; there is one at least."""
    points = live.sums.points
    x = [p.step for p in points]
    losses = {name: [p.losses[name] for p in points] for name in points[0].losses}
    lines = [
        plots.Curve(name=words.LOSSES.get(name, name), x=x, y=y)
        for name, y in losses.items()
        if any(y)  # a term that is switched off is 0 throughout
    ]
    axis, key = words.STEPS_AXIS, live.info.id
    return (
        _agreements([_agreement(live, 1)], axis, key),
        plots.curves(lines, title=words.LOSS_PLOT, x_title=axis, key=key),
    )


def _agreement(live: Training, steps: int) -> plots.Curve:
    """steps: that are one on the axis."""
    points = live.sums.points
    return plots.Curve(
        name=live.info.name,
        x=[p.step / steps for p in points],
        y=[p.agree / max(1, p.agree + p.disagree) for p in points],
    )


def _agreements(lines: Sequence[plots.Curve], axis: str, key: str) -> go.Figure:
    return plots.curves(lines, title=words.AGREEMENT_PLOT, x_title=axis, share=True, key=key)


def _compare(lives: Sequence[Training]) -> go.Figure:
    """Agreement over each one's own length, since they differ in steps."""
    lines = [_agreement(live, max(1, live.sums.steps)) for live in lives]
    return _agreements(lines, words.COMPARE_AXIS, "compare")


def compared(service: Service, lives: Sequence[Training]) -> Html:
    """What saves the figure of several."""
    source = words.EACH_RUN.join(_cited(service, live) for live in lives)
    saved = Saved(name="trainings-compared", title=words.AGREEMENT_PLOT, source=source)
    return plot_files(saved, "ft-compared")


def _comparable(infos: Sequence[Info[TrainingSpec]]) -> list[tuple[str, str]]:
    """Names may repeat, so each is told apart by its time."""
    return [
        (f"{i.name} · {i.created[5:16].replace('T', ' ')}", i.id)
        for i in infos
        if i.state != "starting"
    ]


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
