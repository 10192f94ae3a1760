"""Step 3 of the Fine-tune tab: a training while it runs, what came of it, and comparing several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.finetune import run_views, words
from app.finetune import showing as tuning
from app.finetune.archive import bring_in
from app.finetune.data import Chosen
from app.finetune.data_step import DataStep
from app.finetune.kind import Progress, TrainingJobs
from app.finetune.parts import Comparing, Run
from app.finetune.showing import Training
from app.finetune.spec import TrainingSpec
from app.jobs.panel import Adds, Panel
from app.models.requests import Refused
from app.page.wiring import LIGHT, Updates


@dataclass(frozen=True, kw_only=True)
class RunStep:
    """Handlers; holds nothing of any visitor."""

    jobs: TrainingJobs
    step_1: DataStep
    panel: Panel[TrainingSpec, Progress]
    run: Run
    comparing: Comparing

    def start(
        self, owner: str, chosen: Chosen, preset: str, family: str, faces: bool, *values: Any
    ) -> str:
        """The new training's id. Raises Refused."""
        if not chosen.anything:
            raise Refused(words.NO_DATA)
        return self.jobs.start(self.step_1.spec(chosen, preset, family, faces, values), owner)

    def entered(self, live: Training | None, owner: str) -> Updates:
        """What changes with a training's state, and not with its steps."""
        r, service = self.run, self.step_1.service
        infos = self.jobs.history(owner)
        compare = gr.Dropdown(tuning.comparable(infos), visible=len(infos) > 1)
        if live is None:
            nothing = {r.outcome: "", r.below: "", r.curves: gr.Row(visible=False)}
            return {**nothing, self.comparing.compare: compare}
        return {r.outcome: tuning.outcome(service, live), self.comparing.compare: compare}

    def followed(self, live: Training, drawn: int | None) -> tuple[Updates, int]:
        """drawn: the step that the curves show already."""
        r, sums = self.run, live.sums
        source = tuning.provenance(self.step_1.service, live)
        shown: Updates = {r.below: run_views.below(sums, source)}
        if sums.points and sums.step != drawn:
            shown[r.agreement], shown[r.losses] = tuning.curves(live)
            shown[r.curves] = gr.Row(visible=True)
        elif not sums.points:
            shown[r.curves] = gr.Row(visible=False)
        return shown, sums.step

    def gone(self, run: str, owner: str) -> Updates:
        self.step_1.service.forget(run)
        return {}

    def compared(self, owner: str, runs: Sequence[str]) -> Updates:
        c = self.comparing
        gone = {c.compared: gr.Plot(visible=False), c.files: ""}
        if not runs:
            return gone
        try:
            figure = tuning.compare(self.jobs, runs, owner)
            files = tuning.compared(self.jobs, self.step_1.service, runs, owner)
        except Refused:
            return gone
        return {c.compared: gr.Plot(figure, visible=True), c.files: files}

    def wire(self) -> None:
        r, c, s, panel = self.run, self.comparing, self.step_1.settings, self.panel
        shown = [r.outcome, r.curves, r.agreement, r.losses, r.below, c.compare]
        panel.wire(Adds(entered=self.entered, followed=self.followed, shown=shown, gone=self.gone))
        panel.wire_start(s.start.click, self.start, [self.step_1.chosen, *s.all], show="run")
        brought = partial(bring_in, self.jobs)
        panel.wire_start(c.bring.upload, lambda owner, file: brought(Path(file), owner), [c.bring])
        c.compare.change(self.compared, [panel.owner, c.compare], [c.compared, c.files], **LIGHT)
