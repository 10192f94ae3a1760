"""The Families tab: what a recording says of the disentanglers, and which language belongs where.

Charts are drawn when the tab is first looked at or another recording is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.families import affinity_views, head_views, words
from app.families import recorded_views as views
from app.families import views as language_list
from app.families.kind import Studied, StudyJobs, StudySpec, export, fitting, listed, read, recorded
from app.jobs import words as job_words
from app.jobs.history import box
from app.jobs.kind import DONE, Info, Live
from app.jobs.panel import SHOW, Adds, Panel, Shows
from app.models import requests
from app.models.requests import Refused, Tuned, digest
from app.models.service import Service
from app.models.shelf import BASE
from app.page import say
from app.page.html import Html, esc, failure, fine, step
from app.page.sharing import Links
from app.page.wiring import LIGHT, Updates, on_first_sight

ONE_BY_ONE = {**LIGHT, "concurrency_limit": 1, "concurrency_id": "families"}
"""In their order: what a loading page shows first must not come after what a link chose, and undo
it."""


def build(
    service: Service,
    jobs: StudyJobs,
    owner: gr.BrowserState,
    tuned: Tuned,
    data: Path | None,
    links: Links,
) -> gr.Dropdown:
    """Fills the current tab. data: the folder of data sets, None where this machine has none.
    Returns the list of models, which goes with a visitor's tuned ones."""
    shown = _Recorded(jobs=jobs, owner=owner, chosen=_chosen(service.folder), seen=on_first_sight())
    shown.build(service.folder)
    links.share("families", recording=shown.chosen)
    affinity = gr.HTML("", elem_id="fam-affinity")
    models = _studies(service, shown, tuned, data)
    tongues = gr.HTML("", elem_id="fam-languages")
    for make, where in ((affinity_views.studies, affinity), (language_list.languages, tongues)):
        shown.seen(make, None, where, **ONE_BY_ONE)
    return models


def _chosen(running: Path) -> gr.Dropdown:
    """`running`: folder of the checkpoint that the app was started with. Of the bundled ones; a
    visitor's own studies come with the visitor."""
    names = recorded()
    first = names[0] if len(names) == 1 else None
    if len(names) > 1:
        first = starting(names, fitting(digest(running)))
    return gr.Dropdown(
        list(names), value=first, label=words.CHOOSE, visible=len(names) > 1, elem_id="fam-chosen"
    )


@dataclass(frozen=True, kw_only=True)
class _Recorded:
    """What is shown of the recording that is chosen; `first`: at first. seen: when it is shown."""

    jobs: StudyJobs
    owner: gr.BrowserState
    chosen: gr.Dropdown
    seen: Callable[..., Any]

    @property
    def first(self) -> str:
        return str(self.chosen.value or "")

    def build(self, running: Path) -> None:
        self._said("other", _other_weights(running))
        self._said("verdict", views.verdict)
        gr.HTML(step(words.HEADS, words.HEADS_LEAD))
        self._said("heads", head_views.verdict)
        self._part("words", self.figure(head_views.chart, "words"),
                   self.html(head_views.table, "words"), words.HEAD_MODES)  # fmt: skip
        for name, head, lead, chart, table, modes in (
            ("gains", words.GAINS, words.GAINS_LEAD, views.gains_chart, views.gains, {}),
            ("transfer", words.TRANSFER, words.TRANSFER_LEAD, views.transfer_chart,
             views.transfer, words.TRANSFER_MODES),
            ("distances", words.DISTANCES, words.DISTANCES_LEAD, language_list.distances_chart,
             language_list.distances, words.DISTANCE_KINDS),
            ("retrieval", words.RETRIEVAL, words.RETRIEVAL_LEAD, language_list.retrieval_chart,
             language_list.retrieval, {}),
        ):  # fmt: skip
            gr.HTML(step(head, lead))
            self._part(name, self.figure(chart, name), self.html(table, name), modes)

    def _said(self, name: str, make: Callable[..., str]) -> None:
        made, shown = self.html(make), gr.HTML("", elem_id=f"fam-{name}")
        events = [self.seen, self.chosen.change]
        gr.on(events, made, [self.chosen, self.owner], shown, **ONE_BY_ONE)

    def _part(
        self, name: str, chart: Callable[..., Any], table: Callable[..., str], modes: dict[str, str]
    ) -> None:
        """A chart with its table. `modes`: what can be shown, the first at first; {} where there is
        one thing to show."""
        radio = [_radio(modes, f"fam-{name}-mode")] if modes else []
        with gr.Column(elem_classes="paper-plot"):
            plot = gr.Plot(show_label=False, elem_id=f"fam-{name}")
        shown = gr.HTML("")
        inputs = [self.chosen, self.owner, *radio]
        for make, where in ((chart, plot), (table, shown)):
            events = [self.seen, self.chosen.change, *(box.input for box in radio)]
            gr.on(events, make, inputs, where, **ONE_BY_ONE)

    def html(self, make: Callable[..., str], part: str = "") -> Callable[..., str]:
        """The panel of a recording by its key; one that is damaged or not there is a sentence, and
        a part that was not measured is another."""

        def made(key: str, owner: str, *more: str) -> str:
            try:
                found = read(self.jobs, key, owner)
            except Refused as refused:
                return failure(str(refused) if key else words.NONE_RECORDED)
            if part and not getattr(found, part):
                return f'<p class="hint">{esc(words.NOT_MEASURED)}</p>'
            return make(found, *more)

        return made

    def figure(self, make: Callable[..., Any], part: str) -> Callable[..., gr.Plot]:
        def made(key: str, owner: str, *more: str) -> gr.Plot:
            try:
                found = read(self.jobs, key, owner)
            except Refused:  # said in words beside it
                return gr.Plot(visible=False)
            measured = bool(getattr(found, part))
            return gr.Plot(make(found, *more) if measured else None, visible=measured)

        return made


def _head(live: Live[StudySpec, Studied]) -> Html:
    """A study's state and how far it is; what ended it, and the next step."""
    sums, done = live.sums, live.info.state == DONE
    part = sums.done / sums.total if sums.total else 0.0
    share = 1.0 if done else (sums.step + part) / max(1, sums.steps)
    said = []
    if not done:
        stage = sums.stage if live.info.state != "starting" else ""
        said.append(
            words.STAGES[stage].format(done=say.count(sums.done), total=say.count(sums.total))
        )
        said += [words.PART.format(part=sums.step + 1, parts=sums.steps)] if stage else []
    if live.elapsed is not None:
        said.append(job_words.ELAPSED.format(time=say.duration(live.elapsed)))
    return box(live, words.JOB, share, said, fine(words.COMPLETE if done else ""))


def _about(one: Info[StudySpec]) -> str:
    """Its line in the list."""
    return words.STUDY_ROW.format(
        model=one.spec.model,
        what=words.ON_DATA if one.spec.data is not None else words.ON_EXAMPLES,
        date=one.when,
    )


def _studies(
    service: Service, shown: _Recorded, tuned: Tuned, data: Path | None
) -> gr.Dropdown:  # fmt: skip
    """Measuring a checkpoint, folded."""
    jobs, owner, chosen = shown.jobs, shown.owner, shown.chosen
    shows = Shows(
        prefix="study",
        head=_head,
        about=_about,
        acts=lambda info: [("show", words.SHOW_IT)] if info.state == DONE else [],
        usable=lambda live: live.info.state == DONE,
        export=partial(export, jobs),
    )
    with gr.Accordion(
        words.STUDY_TITLE, open=False, elem_id="study-panel", elem_classes="inputs"
    ) as fold:
        gr.HTML(step("", words.STUDY_LEAD))
        with gr.Row():
            offered = requests.models(service.choices())
            models = gr.Dropdown(
                offered, value=offered[0][1], label=words.MODEL, elem_id="study-model"
            )
            name = gr.Textbox(
                label=words.NAME, info=words.NAME_INFO, max_length=120, elem_id="study-new"
            )
            with_data = gr.Checkbox(
                label=words.WITH_DATA,
                info=words.WITH_DATA_INFO,
                value=data is not None,
                visible=data is not None,
                elem_id="study-data",
            )
        start = gr.Button(words.START, variant="primary", elem_id="study-start")
        panel = Panel(jobs, owner, shows)
        panel.build_notice()
        with panel.build_box(), panel.build_actions(named=True):
            show = gr.Button(words.SHOW_IT, variant="primary", min_width=120, elem_id="study-show")
        panel.build_list()

    def started(owner: str, key: str | None, said: str | None, on_data: bool) -> str:
        asked = requests.model(service.choices(tuned(owner)), key or BASE)
        folder = data.resolve() if on_data and data is not None else None
        spec = StudySpec(name=said or "", checkpoint=asked.folder, model=asked.name, data=folder)
        return jobs.start(spec, owner)

    def entered(live: Live[StudySpec, Studied] | None, owner: str) -> Updates:
        found = listed(jobs, owner)
        opened = {fold: gr.Accordion(open=True)} if live is not None and live.active else {}
        return {**opened, chosen: gr.Dropdown(found, visible=len(found) > 1)}

    def opened(run: str, owner: str) -> Updates:
        return {chosen: gr.Dropdown(listed(jobs, owner), value=run, visible=True)}

    def gone(run: str, owner: str, looked_at: str | None) -> Updates:
        return {chosen: gr.Dropdown(value=shown.first)} if run == looked_at else {}

    adds = Adds[StudySpec, Studied](
        opens={fold: gr.update(open=True)},
        entered=entered,
        shown=[fold, chosen],
        acts={"show": opened},
        gone=gone,
        inputs=[chosen],
    )
    panel.wire(adds)
    panel.wire_start(start.click, started, [models, name, with_data], cleared={name: ""})
    show.click(opened, [panel.run, owner], [chosen], **LIGHT).then(
        None, js=SHOW.format(name="fam-verdict"), api_visibility="private"
    )
    return models


def starting(names: Sequence[str], fitting: Sequence[str]) -> str:
    """What is shown until another is chosen: a recording of the checkpoint that the app runs, where
    there is one. `names`: of all, at least one."""
    return next(iter((*fitting, *names)))


def _other_weights(running: Path) -> Callable[[Any], str]:
    def made(recording: Any) -> str:
        weights = digest(running)
        return views.other_weights(recording, running.resolve().name, weights, fitting(weights))

    return made


def _radio(choices: dict[str, str], name: str) -> gr.Radio:
    with gr.Row(elem_classes="plain"):
        return gr.Radio(
            [(said, key) for key, said in choices.items()],
            value=next(iter(choices)),
            label=words.SHOW,
            elem_id=name,
        )
