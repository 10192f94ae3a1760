"""Step 3 of the Fine-tune tab: starting, following and steering a run, and what comes after it.

A run lives in a process of its own: the page only looks at it, so closing or reloading the page
loses nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from app.finetune import run_views
from app.finetune import showing as tuning
from app.finetune.data import Chosen
from app.finetune.data_step import DataStep
from app.finetune.folder import ACTIVE
from app.finetune.jobs import Jobs
from app.finetune.parts import After, Kept, Run
from app.finetune.showing import Look
from app.jobs.views import refused
from app.models.requests import Refused
from app.page.wiring import LIGHT, PRIVATE, SAVE_FILE, Updates, on_load, served_folder

SHOW_RUN = "() => document.getElementById('ft-run').scrollIntoView({behavior: 'smooth'})"
NOTHING_SEEN = ("", 0)


@dataclass(frozen=True, kw_only=True)
class RunStep:
    """Handlers; holds nothing of any visitor."""

    jobs: Jobs
    kept: Kept
    step_1: DataStep
    notice: gr.HTML
    run: Run
    after: After

    def wire(self) -> None:
        _wire_run(self)
        _wire_after(self)

    def start(
        self, chosen: Chosen, owner: str, preset: str, family: str, faces: bool, *values: Any
    ) -> Updates:
        """A second start, a full disk or a bad setting is a sentence beside the button."""
        try:
            asked = self.step_1.spec(chosen, preset, family, faces, values)
            run = self.jobs.start(asked, owner)
        except Refused as why:
            return {self.notice: refused(str(why))}
        return {self.notice: "", self.kept.run: run, **self._shown(run, owner, NOTHING_SEEN)}

    def say(self, word: str) -> Callable[..., Updates]:
        def said(run: str, owner: str, seen: tuple[str, int]) -> Updates:
            try:
                if word == "resume":
                    self.jobs.resume(run, owner)
                else:
                    self.jobs.say(run, owner, word)
            except Refused as why:
                return {self.notice: refused(str(why))}
            return {self.notice: "", **self._shown(run, owner, seen)}

        return said

    def tick(self, run: str, owner: str, seen: tuple[str, int]) -> Updates:
        return self._shown(run, owner, seen)

    def arrived(self, owner: str) -> Updates:
        """After a load of the page: a run that goes on is shown at once."""
        if not self.jobs.single_user and not owner:
            owner = secrets.token_hex(16)
        active = [r for r in self.jobs.history(owner) if r.state in ACTIVE]
        run = active[0].id if active else ""
        return {self.kept.owner: owner, self.kept.run: run, **self._shown(run, owner, NOTHING_SEEN)}

    def _shown(self, run: str, owner: str, seen: tuple[str, int]) -> Updates:
        """The run as it stands; what is drawn already stays."""
        look = tuning.look(self.jobs, self.step_1.service, run, owner, seen[1]) if run else None
        if look is None:
            return self._no_run(owner)
        shown: Updates = {
            self.run.head: look.head,
            self.run.below: look.below,
            self.kept.seen: (look.state, look.step),
            **self._buttons(look.state),
        }
        if look.curves is not None:
            shown[self.run.agreement], shown[self.run.losses] = look.curves
            shown[self.run.curves] = gr.Row(visible=True)
        elif look.step == 0:
            shown[self.run.curves] = gr.Row(visible=False)
        if look.state != seen[0]:
            shown |= self._entered(look, run, owner)
        return shown

    def _entered(self, look: Look, run: str, owner: str) -> Updates:
        """What changes with a run's state, and not with its steps."""
        return {
            self.kept.timer: gr.Timer(active=look.active),
            self.run.verdict.outcome: tuning.outcome(
                self.jobs, self.step_1.service, run, owner, look.state
            ),
            self.run.verdict.actions: gr.Row(visible=look.usable),
            self.run.verdict.name: look.name,
            self.run.verdict.file: gr.DownloadButton(visible=False),
            **self._history(owner, run),
        }

    def _no_run(self, owner: str) -> Updates:
        return {
            self.run.head: run_views.nothing(),
            self.run.below: "",
            self.run.curves: gr.Row(visible=False),
            self.kept.timer: gr.Timer(active=False),
            self.kept.seen: NOTHING_SEEN,
            self.run.verdict.outcome: "",
            self.run.verdict.actions: gr.Row(visible=False),
            **self._buttons(""),
            **self._history(owner, ""),
        }

    def _buttons(self, state: str) -> Updates:
        visible = {
            self.run.pause: state == "running",
            self.run.proceed: state == "paused",
            self.run.keep: state in ("running", "paused"),
            self.run.discard: state in ("running", "paused", "starting", "lost"),
            self.run.resume: state == "lost",
        }
        return {button: gr.Button(visible=shown) for button, shown in visible.items()}

    def _history(self, owner: str, run: str) -> Updates:
        runs = self.jobs.history(owner)
        return {
            self.after.history: tuning.history(runs, run),
            self.after.compare: gr.Dropdown(tuning.comparable(runs), visible=len(runs) > 1),
        }

    def acted(self, run: str, owner: str, event: gr.EventData) -> Updates:
        """Open or delete one of the history."""
        chosen, act = str(getattr(event, "run", "")), str(getattr(event, "act", ""))
        try:
            if act == "open":
                return {self.kept.run: chosen, **self._shown(chosen, owner, NOTHING_SEEN)}
            self.jobs.delete(chosen, owner)
            self.step_1.service.forget(chosen)
        except Refused as why:
            return {self.notice: refused(str(why))}
        if chosen == run:
            return {self.kept.run: "", **self._no_run(owner)}
        return self._history(owner, run)

    def renamed(self, run: str, owner: str, name: str) -> Updates:
        try:
            self.jobs.rename(run, owner, name)
        except Refused as why:
            return {self.notice: refused(str(why))}
        return {self.notice: "", **self._shown(run, owner, NOTHING_SEEN)}

    def packed(self, run: str, owner: str) -> Updates:
        try:
            return {
                self.run.verdict.file: gr.DownloadButton(
                    value=str(self.jobs.export(run, owner, served_folder())), visible=True
                )
            }
        except Refused as why:
            return {self.notice: refused(str(why))}

    def brought(self, file: str, owner: str) -> Updates:
        try:
            run = self.jobs.import_zip(Path(file), owner)
        except Refused as why:
            return {self.notice: refused(str(why))}
        return {self.notice: "", self.kept.run: run, **self._shown(run, owner, NOTHING_SEEN)}

    def compared(self, owner: str, runs: list[str]) -> Updates:
        gone = {self.after.compared: gr.Plot(visible=False), self.after.compared_files: ""}
        if not runs:
            return gone
        try:
            figure = tuning.compare(self.jobs, runs, owner)
            files = tuning.compared(self.jobs, self.step_1.service, runs, owner)
        except Refused:
            return gone
        return {
            self.after.compared: gr.Plot(figure, visible=True),
            self.after.compared_files: files,
        }


def _wire_run(tab: RunStep) -> None:
    s, r, a, k = tab.step_1.settings, tab.run, tab.after, tab.kept
    v = r.verdict
    shown = [r.head, r.below, r.curves, r.agreement, r.losses, *r.buttons, k.seen, k.timer,
             v.outcome, v.actions, v.name, v.file, a.history, a.compare]  # fmt: skip
    s.start.click(
        tab.start, [k.chosen, k.owner, *s.all], [tab.notice, k.run, *shown], **LIGHT
    ).then(None, js=SHOW_RUN, api_visibility="private")
    state = [k.run, k.owner, k.seen]
    words_of = {"pause": r.pause, "go": r.proceed, "keep": r.keep, "discard": r.discard,
                "resume": r.resume}  # fmt: skip
    for word, button in words_of.items():
        button.click(tab.say(word), state, [tab.notice, *shown], **LIGHT)
    k.timer.tick(tab.tick, state, shown, **LIGHT)
    on_load(tab.arrived, k.owner, [k.owner, k.run, *shown])
    a.history.click(tab.acted, [k.run, k.owner], [tab.notice, k.run, *shown], **LIGHT)
    v.save_name.click(tab.renamed, [k.run, k.owner, v.name], [tab.notice, *shown], **LIGHT)
    a.bring.upload(tab.brought, [a.bring, k.owner], [tab.notice, k.run, *shown], **LIGHT)


def _wire_after(tab: RunStep) -> None:
    v, a, k = tab.run.verdict, tab.after, tab.kept
    v.pack.click(tab.packed, [k.run, k.owner], [v.file, tab.notice], **PRIVATE).success(
        None, js=SAVE_FILE.format(name="ft-file"), api_visibility="private"
    )
    a.compare.change(tab.compared, [k.owner, a.compare], [a.compared, a.compared_files],
                     **LIGHT)  # fmt: skip
