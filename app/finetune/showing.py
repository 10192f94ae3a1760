"""What the Fine-tune tab shows of runs: from jobs to HTML and figures.

Knows the jobs and the views; knows no components. Keeps nothing between calls.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.finetune import data_views, outcome_views, run_views, settings_words, words
from app.finetune.folder import ACTIVE, FINAL, USABLE
from app.finetune.jobs import Jobs
from app.jobs.folders import slug
from app.models.requests import Refused, cited, digest
from app.page import plots, say
from app.page.html import Html, failure
from app.page.saving import Provenance, Saved, Weights, cite, cite_program, plot_files

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from app.finetune.folder import RunInfo
    from app.finetune.live import Live
    from app.models.service import Service

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Look:
    """A run as it stands. `curves`: the two figures, None where nothing new is to be drawn."""

    state: str
    name: str
    head: Html
    below: Html
    curves: tuple[go.Figure, go.Figure] | None
    step: int

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def usable(self) -> bool:
        return self.state in USABLE


def look(jobs: Jobs, service: Service, run: str, owner: str, drawn: int) -> Look | None:
    """None: there is no such run (any more). `drawn`: the step that the curves show already."""
    try:
        live = jobs.live(run, owner)
    except Refused:
        return None
    return Look(
        state=live.info.state,
        name=live.info.name,
        head=run_views.head(live),
        below=run_views.below(live, _provenance(service, live)),
        curves=_curves(live) if live.points and live.step != drawn else None,
        step=live.step,
    )


def _curves(live: Live) -> tuple[go.Figure, go.Figure]:
    x = [p.step for p in live.points]
    share = [p.agree / max(1, p.agree + p.disagree) for p in live.points]
    losses = {name: [p.losses[name] for p in live.points] for name in live.points[0].losses}
    lines = [
        plots.Curve(name=words.LOSSES.get(name, name), x=x, y=y)
        for name, y in losses.items()
        if any(y)  # a term that is switched off is 0 throughout
    ]
    return (
        plots.curves(
            [plots.Curve(name=live.info.name, x=x, y=share)],
            title=words.AGREEMENT_PLOT,
            x_title=words.STEPS_AXIS,
            share=True,
            key=live.info.id,
        ),
        plots.curves(lines, title=words.LOSS_PLOT, x_title=words.STEPS_AXIS, key=live.info.id),
    )


def outcome(jobs: Jobs, service: Service, run: str, owner: str, state: str) -> Html:
    """ "" where there is nothing to tell of."""
    if state not in FINAL:
        return ""
    try:
        provenance = _provenance(service, jobs.live(run, owner))
        return outcome_views.outcome(jobs.outcome(run, owner), state, provenance)
    except Refused as refused:
        return failure(str(refused))


def compare(jobs: Jobs, runs: Sequence[str], owner: str) -> go.Figure:
    """Agreement of several runs over their own length, since they differ in steps."""
    lines = []
    for run in runs:
        live = jobs.live(run, owner)
        steps = max(1, live.steps)
        lines.append(
            plots.Curve(
                name=live.info.name,
                x=[p.step / steps for p in live.points],
                y=[p.agree / max(1, p.agree + p.disagree) for p in live.points],
            )
        )
    return plots.curves(
        lines, title=words.AGREEMENT_PLOT, x_title=words.COMPARE_AXIS, share=True, key="compare"
    )


def compared(jobs: Jobs, service: Service, runs: Sequence[str], owner: str) -> Html:
    """What saves `compare`'s figure."""
    source = words.EACH_RUN.join(_cited(service, jobs.live(run, owner)) for run in runs)
    saved = Saved(name="trainings-compared", title=words.AGREEMENT_PLOT, source=source)
    return plot_files(saved, "ft-compared")


def history(runs: Sequence[RunInfo], shown: str) -> Html:
    provenance = Provenance(file="trainings", source=cite_program(words.HISTORY_TITLE))
    return outcome_views.history(runs, shown, provenance)


def _provenance(service: Service, live: Live) -> Provenance:
    return Provenance(file=slug(live.info.name), source=_cited(service, live))


def _cited(service: Service, live: Live) -> str:
    """The weights that came of it; until there are some, those that it began from."""
    info = live.info
    if info.checkpoint is not None:
        weights = cited(info.checkpoint, info.name)
    else:
        ours = info.base == service.folder.name and info.state in ACTIVE
        digits = digest(service.folder) if ours else ""
        weights = Weights(name=info.base, sha256=digits, selection="", seed=None)
    told = words.TRAINING.format(
        name=info.name,
        base=info.base,
        preset=settings_words.PRESETS.get(info.preset, info.preset),
        date=info.created[:10],
        step=live.step,
        steps=live.steps,
    )
    data = words.UNLABELLED.format(
        rows=say.rows(info.rows), language=data_views.language_name(info.language)
    )
    return cite(weights, told, say.DATA.format(data=data))


def comparable(runs: Sequence[RunInfo]) -> list[tuple[str, str]]:
    """Names may repeat, so each is told apart by its time."""
    told = [(f"{r.name} · {r.created[5:16].replace('T', ' ')}", r) for r in runs]
    return [(said, r.id) for said, r in told if r.state != "starting"]


def tuned(runs: Sequence[RunInfo]) -> list[RunInfo]:
    """Those whose model can be used."""
    return [r for r in runs if r.checkpoint is not None and r.state in USABLE]
