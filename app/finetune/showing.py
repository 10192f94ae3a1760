"""What the Fine-tune tab shows of runs: from jobs to HTML and figures.

Knows the jobs and the views; knows no components. Keeps nothing between calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from app.finetune import data_views, outcome_views, settings_words, words
from app.finetune.kind import Progress, TrainingJobs, model_of
from app.finetune.outcome import read_outcome
from app.finetune.spec import TrainingSpec
from app.jobs.kind import DONE, Info, Live
from app.jobs.store import slug
from app.models.requests import Refused, cited_from, digest
from app.page import plots, say
from app.page.html import Html, failure
from app.page.saving import Provenance, Saved, Weights, cite, cite_program, plot_files

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from app.models.service import Service

Training: TypeAlias = Live[TrainingSpec, Progress]


def curves(live: Training) -> tuple[go.Figure, go.Figure]:
    """Agreement and losses by step; there is one at least."""
    points = live.sums.points
    x = [p.step for p in points]
    share = [p.agree / max(1, p.agree + p.disagree) for p in points]
    losses = {name: [p.losses[name] for p in points] for name in points[0].losses}
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


def outcome(service: Service, live: Training) -> Html:
    """ "" where there is nothing to tell of."""
    info = live.info
    if info.state != DONE:
        return Html("")
    try:
        found = read_outcome(info.folder, info.name, info.reason)
    except Refused as refused:
        return failure(str(refused))
    return outcome_views.outcome(found, info.reason, provenance(service, live))


def compare(jobs: TrainingJobs, runs: Sequence[str], owner: str) -> go.Figure:
    """Agreement of several runs over their own length, since they differ in steps."""
    lines = []
    for run in runs:
        live = jobs.live(run, owner)
        points, steps = live.sums.points, max(1, live.sums.steps)
        lines.append(
            plots.Curve(
                name=live.info.name,
                x=[p.step / steps for p in points],
                y=[p.agree / max(1, p.agree + p.disagree) for p in points],
            )
        )
    return plots.curves(
        lines, title=words.AGREEMENT_PLOT, x_title=words.COMPARE_AXIS, share=True, key="compare"
    )


def compared(jobs: TrainingJobs, service: Service, runs: Sequence[str], owner: str) -> Html:
    """What saves `compare`'s figure."""
    source = words.EACH_RUN.join(_cited(service, jobs.live(run, owner)) for run in runs)
    saved = Saved(name="trainings-compared", title=words.AGREEMENT_PLOT, source=source)
    return plot_files(saved, "ft-compared")


def saved(infos: Sequence[Info[TrainingSpec]]) -> Html:
    """What saves the list of trainings."""
    source = Provenance(file="trainings", source=cite_program(words.JOB.mine))
    return outcome_views.runs_table(infos, source)


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
        preset=settings_words.PRESETS.get(spec.preset, spec.preset),
        date=info.created[:10],
        step=live.sums.step,
        steps=live.sums.steps,
    )
    data = words.UNLABELLED.format(
        rows=say.rows(spec.rows), language=data_views.language_name(spec.language)
    )
    return cite(weights, told, say.DATA.format(data=data))


def comparable(infos: Sequence[Info[TrainingSpec]]) -> list[tuple[str, str]]:
    """Names may repeat, so each is told apart by its time."""
    return [
        (f"{i.name} · {i.created[5:16].replace('T', ' ')}", i.id)
        for i in infos
        if i.state != "starting"
    ]
