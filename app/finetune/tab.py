"""The Fine-tune tab: data, settings, a training that is followed live, and what came of it.

Short, since each step lies beside it: it is what the page knows of the tab.
"""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from app.finetune import kind
from app.finetune.data_step import DataStep
from app.finetune.kind import TrainingJobs
from app.finetune.run_step import RunStep
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
    step = RunStep(jobs, DataStep(service, jobs), owner)
    panel = step.panel
    return Finetune(service=service, jobs=jobs, run=panel.run, use=step.use, history=panel.history)
