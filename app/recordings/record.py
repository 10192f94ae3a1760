"""Recording a new run in the Benchmark tab: chosen, started, followed, stopped, played, kept.

A recording is made by a process of its own: the page only looks at it, so closing or reloading the
page loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.jobs.resumable import ACTIVE, DONE, GOES_ON
from app.jobs.views import refused
from app.models.choices import Tuned, models
from app.models.requests import Refused
from app.models.service import Service
from app.page.wiring import LIGHT, PRIVATE, SAVE_FILE, Updates, on_load, served_folder
from app.recordings import choosing, words
from app.recordings import record_views as views
from app.recordings.choosing import ChoiceStep
from app.recordings.jobs import RecordingJobs
from app.recordings.player import ONE_BY_ONE, Player
from app.recordings.record_parts import Fields, Made, build_fields, build_made
from app.recordings.recordings import Recordings

TICK = 1.0  # s
SHOW_HEAD = "() => document.getElementById('rec-head').scrollIntoView({behavior: 'smooth'})"
SHOW_PLAYER = "() => document.getElementById('play-recording').scrollIntoView({behavior: 'smooth'})"


@dataclass(frozen=True, kw_only=True)
class Panel:
    fold: gr.Accordion
    fields: Fields
    made: Made


@dataclass(frozen=True, kw_only=True)
class Record:
    """Handlers; holds nothing of any visitor. run: the recording that is shown. seen: its state as
    it is drawn already."""

    jobs: RecordingJobs
    fold: gr.Accordion
    choice: ChoiceStep
    made: Made
    player: Player
    run: gr.State
    seen: gr.State
    timer: gr.Timer

    def start(self, *asked: Any) -> Updates:
        """A name that is taken, or a machine that is busy, is a sentence beside the button."""
        owner = str(asked[0])
        try:
            run = self.jobs.start(self.choice.spec(*asked), owner)
        except Refused as why:
            return {self.made.notice: refused(str(why))}
        cleared = {self.made.notice: "", self.choice.fields.name: ""}
        return {**cleared, self.run: run, **self._shown(run, owner, "")}

    def stopped(self, run: str, owner: str) -> Updates:
        return self._told(self.jobs.stop, run, owner)

    def resumed(self, run: str, owner: str) -> Updates:
        return self._told(self.jobs.resume, run, owner)

    def _told(self, tell: Callable[[str, str], None], run: str, owner: str) -> Updates:
        try:
            tell(run, owner)
        except Refused as why:
            return {self.made.notice: refused(str(why))}
        return {self.made.notice: "", **self._shown(run, owner, "")}

    def tick(self, run: str, owner: str, seen: str) -> Updates:
        return self._shown(run, owner, seen)

    def arrived(self, owner: str) -> Updates:
        """After a load of the page: one that goes on is shown at once."""
        history = self.jobs.history(owner)
        active = [one.id for one in history if one.state in ACTIVE]
        run = active[0] if active else ""
        fold = {self.fold: gr.Accordion(open=True)} if run else {}
        return {self.run: run, **fold, **self._shown(run, owner, "")}

    def _shown(self, run: str, owner: str, seen: str) -> Updates:
        """The recording as it stands; the list and the buttons change with its state alone."""
        m = self.made
        look = choosing.look(self.jobs, run, owner) if run else None
        state = look.state if look else ""
        shown: Updates = {m.head: look.head if look else ""}
        if run and state == seen:
            return shown
        return shown | {
            m.box: gr.Column(visible=look is not None),
            self.seen: state,
            self.timer: gr.Timer(active=look is not None and look.active),
            m.stop: gr.Button(visible=state in ("starting", "running")),
            m.resume: gr.Button(visible=state in GOES_ON),
            m.actions: gr.Row(visible=state == DONE),
            m.name: look.name if look else "",
            m.file: gr.DownloadButton(visible=False),
            m.mine: views.mine(self.jobs.history(owner), run),
            **self.player.listed(owner),
        }

    def acted(
        self, run: str, owner: str, first: str | None, second: str | None, event: gr.EventData
    ) -> Updates:
        """Play, show or delete one of the list; first, second: what the player shows."""
        chosen, act = str(getattr(event, "run", "")), str(getattr(event, "act", ""))
        if act == "play":
            return self.played(chosen, owner)
        if act == "open":
            return {self.run: chosen, **self._shown(chosen, owner, "")}
        try:
            self.jobs.delete(chosen, owner)
        except Refused as why:
            return {self.made.notice: refused(str(why))}
        left = "" if chosen == run else run
        shown = {self.made.notice: "", self.run: left, **self._shown(left, owner, "")}
        return shown | (self.player.first(owner) if chosen in (first, second) else {})

    def played(self, run: str, owner: str) -> Updates:
        return {self.run: run, **self._shown(run, owner, ""), **self.player.alone(owner, run)}

    def renamed(self, run: str, owner: str, name: str) -> Updates:
        try:
            self.jobs.rename(run, owner, name)
        except Refused as why:
            return {self.made.notice: refused(str(why))}
        return {self.made.notice: "", **self._shown(run, owner, "")}

    def packed(self, run: str, owner: str) -> Updates:
        m = self.made
        try:
            path = self.jobs.export(run, owner, served_folder())
        except Refused as why:
            return {m.notice: refused(str(why))}
        return {m.file: gr.DownloadButton(value=str(path), visible=True)}

    def wire(self) -> None:
        m, owner, filters = self.made, self.player.owner, self.player.filters
        shown = [m.box, m.head, m.stop, m.resume, m.actions, m.name, m.file, m.mine, self.seen,
                 self.timer, filters.first, filters.second]  # fmt: skip
        of = [self.run, owner]
        f = self.choice.fields
        f.start.click(
            self.start, self.choice.asked, [m.notice, f.name, self.run, *shown], **LIGHT
        ).success(None, js=SHOW_HEAD, api_visibility="private")
        m.stop.click(self.stopped, of, [m.notice, *shown], **LIGHT)
        m.resume.click(self.resumed, of, [m.notice, *shown], **LIGHT)
        self.timer.tick(self.tick, [*of, self.seen], shown, **LIGHT)
        self.choice.wire(on_load(self.arrived, owner, [self.run, self.fold, *shown]).then)
        m.save_name.click(self.renamed, [*of, m.name], [m.notice, *shown], **LIGHT)
        m.pack.click(self.packed, of, [m.file, m.notice], **PRIVATE).success(
            None, js=SAVE_FILE.format(name="rec-file"), api_visibility="private"
        )
        playing = [m.notice, self.run, *shown, *self.player.opening]
        m.play.click(self.played, of, playing, **ONE_BY_ONE).then(
            None, js=SHOW_PLAYER, api_visibility="private"
        )
        m.mine.click(self.acted, [*of, filters.first, filters.second], playing, **ONE_BY_ONE)


def build_panel(service: Service, *, data: bool) -> Panel:
    """The folded part; data: whether there is a data folder."""
    with gr.Accordion(
        words.RECORD_TITLE, open=False, elem_id="rec-panel", elem_classes="inputs"
    ) as fold:
        gr.HTML(views.lead())
        return Panel(
            fold=fold, fields=build_fields(models(service.choices()), data=data), made=build_made()
        )


def build(
    service: Service, recordings: Recordings, tuned: Tuned, panel: Panel, player: Player
) -> gr.Dropdown:
    """Returns the list of models, which goes with a visitor's tuned ones."""
    choice = ChoiceStep(
        service=service,
        recordings=recordings,
        tuned=tuned,
        owner=player.owner,
        fields=panel.fields,
    )
    Record(
        jobs=recordings.own,
        fold=panel.fold,
        choice=choice,
        made=panel.made,
        player=player,
        run=gr.State(""),
        seen=gr.State(""),
        timer=gr.Timer(TICK, active=False),
    ).wire()
    return panel.fields.model
