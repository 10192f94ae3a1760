"""The Fine-tune tab: data, settings, a run that is followed live, and what came of it.

Lays out its steps; what each does is in `data_step` and `run_step`, what is shown is made
in `app.finetune.showing`.
"""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from app.finetune import settings, settings_words, words
from app.finetune import showing as tuning
from app.finetune.data import Chosen
from app.finetune.data_step import DataStep
from app.finetune.data_views import samples
from app.finetune.jobs import Jobs
from app.finetune.parts import Kept, build_after, build_data, build_run, build_settings
from app.finetune.run_step import RunStep
from app.intake.reading import limits as most
from app.models.service import Service

TICK = 1.0  # s


@dataclass(frozen=True, kw_only=True)
class Finetune:
    """What the page wires to other tabs. `history` changes when a run has ended or is gone."""

    service: Service
    jobs: Jobs
    kept: Kept
    use: gr.Button
    history: gr.HTML

    def tuned(self, owner: str) -> list[str]:
        """Keys of a visitor's tuned models, which the service knows from now on."""
        found = tuning.tuned(self.jobs.history(owner))
        for run in found:
            self.service.register(run.id, run.checkpoint, run.name)
        return [run.id for run in found]


def build(service: Service, jobs: Jobs, owner: gr.BrowserState) -> Finetune:
    """Fills the current tab. `owner` lies outside of the tabs: what lies in a tab that was not
    opened yet is not read from the browser."""
    kept = Kept(
        owner=owner,
        chosen=gr.State(Chosen()),
        run=gr.State(""),
        seen=gr.State(("", 0)),
        timer=gr.Timer(TICK, active=False),
    )
    inputs = build_data(samples(), _limits())
    fields = build_settings(settings.preset(next(iter(settings_words.PRESETS))))
    step_1 = DataStep(service=service, jobs=jobs, kept=kept, data=inputs, settings=fields)
    notice = gr.HTML("", elem_id="ft-notice")
    run, after = build_run(), build_after()
    step_3 = RunStep(jobs=jobs, kept=kept, step_1=step_1, notice=notice, run=run, after=after)
    step_1.wire()
    step_3.wire()
    return Finetune(
        service=service, jobs=jobs, kept=kept, use=run.verdict.use, history=after.history
    )


def _limits() -> str:
    rows, size = most()
    return words.TABLE_HINT.format(rows=rows, size=size // 1_000_000)
