"""The Fine-tune tab: data, settings, a training that is followed live, and what came of it.

Lays out its steps; what each does is in `data_step` and `run_step`, what is shown is made
in `app.finetune.showing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import gradio as gr

from app.finetune import kind, outcome_views, run_views, settings, settings_words, words
from app.finetune import showing as tuning
from app.finetune.archive import export
from app.finetune.data import Chosen
from app.finetune.data_step import DataStep
from app.finetune.data_views import samples
from app.finetune.kind import USABLE, TrainingJobs
from app.finetune.parts import build_comparing, build_data, build_run, build_settings
from app.finetune.run_step import RunStep
from app.intake.reading import limits as most
from app.jobs.panel import Panel, Shows
from app.models.service import Service


@dataclass(frozen=True, kw_only=True)
class Finetune:
    """What the page wires to other tabs. run: the training that is shown; use: asks for its model
    in the Predict tab. `history` changes when a training has ended or is gone."""

    service: Service
    jobs: TrainingJobs
    run: gr.State
    use: gr.Button
    history: gr.HTML

    def tuned(self, owner: str) -> list[str]:
        """Keys of a visitor's tuned models, which the service knows from now on."""
        found = kind.tuned(self.jobs.history(owner))
        for info, model in found:
            self.service.register(info.id, model, info.name)
        return [info.id for info, _ in found]


def build(service: Service, jobs: TrainingJobs, owner: gr.BrowserState) -> Finetune:
    """Fills the current tab. `owner` lies outside of the tabs: what lies in a tab that was not
    opened yet is not read from the browser."""
    inputs = build_data(samples(), _limits())
    fields = build_settings(settings.preset(next(iter(settings_words.PRESETS))))
    step_1 = DataStep(
        service=service, jobs=jobs, chosen=gr.State(Chosen()), data=inputs, settings=fields
    )
    shows = Shows(
        prefix="ft",
        list_id="history",
        head=run_views.head,
        nothing=run_views.nothing(),
        about=outcome_views.about,
        listed=tuning.saved,
        usable=lambda live: live.info.reason in USABLE,
        export=partial(export, jobs),
    )
    panel = Panel(jobs, owner, shows)
    panel.build_notice()
    run = build_run(panel)
    panel.build_list()
    step_1.wire()
    RunStep(jobs=jobs, step_1=step_1, panel=panel, run=run, comparing=build_comparing()).wire()
    return Finetune(service=service, jobs=jobs, run=panel.run, use=run.use, history=panel.history)


def _limits() -> str:
    rows, size = most()
    return words.TABLE_HINT.format(rows=rows, size=size // 1_000_000)
