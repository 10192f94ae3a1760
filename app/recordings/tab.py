"""Recorded runs, in the Benchmark tab: the player, and above it, folded, recording a new one."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from app.jobs.kind import DONE, Live
from app.jobs.panel import SHOW, Adds, Panel, Shows
from app.models.requests import Tuned
from app.models.service import Service
from app.page.wiring import Updates
from app.recordings import views, words
from app.recordings.choosing import Choosing
from app.recordings.kind import Recorded, RecordSpec, export
from app.recordings.player import ONE_BY_ONE, Filters, Player
from app.recordings.recordings import Recordings


def build(
    service: Service, recordings: Recordings, owner: gr.BrowserState, tuned: Tuned
) -> gr.Dropdown:
    """Fills the current tab. Returns the list of models that can be recorded, which goes with a
    visitor's tuned ones."""
    filters = Filters(recordings.names(), service.folder.name)
    shows = Shows(
        prefix="rec",
        name_id="new-name",
        head=views.head,
        about=views.line,
        acts=views.acts,
        usable=lambda live: live.info.state == DONE,
        export=partial(export, recordings.own),
    )
    with gr.Accordion(
        words.RECORD_TITLE, open=False, elem_id="rec-panel", elem_classes="inputs"
    ) as fold:
        gr.HTML(views.lead())
        choosing = Choosing(service, recordings, tuned, owner)
        panel = Panel(recordings.own, owner, shows)
        panel.build_notice()
        with panel.build_box(), panel.build_actions(named=True):
            play = gr.Button(words.PLAY, variant="primary", min_width=120, elem_id="rec-play")
        panel.build_list()
    player = Player(recordings, owner, filters)

    def entered(live: Live[RecordSpec, Recorded] | None, owner: str) -> Updates:
        opened = {fold: gr.Accordion(open=True)} if live is not None and live.active else {}
        return opened | player.listed(owner)

    def gone(run: str, owner: str, *played: str | None) -> Updates:
        return player.first(owner) if run in played else {}

    def played(run: str, owner: str) -> Updates:
        return player.alone(owner, run)

    def started(owner: str, *asked: Any) -> str:
        return recordings.own.start(choosing.spec(owner, *asked), owner)

    shown = [filters.first, filters.second]
    adds = Adds(
        entered=entered,
        shown=[fold, *shown],
        acts={"play": played},
        acting=player.opening,
        gone=gone,
        inputs=shown,
        wiring=ONE_BY_ONE,
    )
    choosing.wire(panel.wire(adds).then)
    panel.wire_start(choosing.start.click, started, choosing.asked, cleared={choosing.name: ""})
    play.click(played, [panel.run, owner], [*shown, *player.opening], **ONE_BY_ONE).then(
        None, js=SHOW.format(name="play-recording"), api_visibility="private"
    )
    return choosing.model
