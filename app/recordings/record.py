"""Recording a new run in the Benchmark tab: chosen, started, followed, stopped, played, kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import gradio as gr

from app.jobs.kind import DONE, Live
from app.jobs.panel import Adds, Panel, Shows
from app.models.choices import Tuned, models
from app.models.service import Service
from app.page.wiring import Updates
from app.recordings import record_views as views
from app.recordings import words
from app.recordings.choosing import ChoiceStep
from app.recordings.kind import Recorded, RecordSpec, export
from app.recordings.player import ONE_BY_ONE, Player
from app.recordings.record_parts import Fields, build_fields
from app.recordings.recordings import Recordings

SHOW_PLAYER = "() => document.getElementById('play-recording').scrollIntoView({behavior: 'smooth'})"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The folded part, which stands above the player."""

    fold: gr.Accordion
    fields: Fields
    panel: Panel[RecordSpec, Recorded]
    play: gr.Button


def build_recording(
    service: Service, recordings: Recordings, owner: gr.BrowserState
) -> Recording:  # fmt: skip
    shows = Shows(
        prefix="rec",
        name_id="new-name",
        head=views.head,
        about=views.about,
        acts=views.acts,
        usable=lambda live: live.info.state == DONE,
        export=partial(export, recordings.own),
    )
    with gr.Accordion(
        words.RECORD_TITLE, open=False, elem_id="rec-panel", elem_classes="inputs"
    ) as fold:
        gr.HTML(views.lead())
        fields = build_fields(models(service.choices()), data=recordings.data is not None)
        panel = Panel(recordings.own, owner, shows)
        panel.build_notice()
        with panel.build_box(), panel.build_actions(named=True):
            play = gr.Button(words.PLAY, variant="primary", min_width=120, elem_id="rec-play")
        panel.build_list()
    return Recording(fold=fold, fields=fields, panel=panel, play=play)


def wire(
    service: Service, recordings: Recordings, tuned: Tuned, recording: Recording, player: Player
) -> gr.Dropdown:
    """Returns the list of models, which goes with a visitor's tuned ones."""
    panel, fields, filters = recording.panel, recording.fields, player.filters
    choice = ChoiceStep(
        service=service, recordings=recordings, tuned=tuned, owner=player.owner, fields=fields
    )

    def entered(live: Live[RecordSpec, Recorded] | None, owner: str) -> Updates:
        fold = {recording.fold: gr.Accordion(open=True)} if live is not None and live.active else {}
        return fold | player.listed(owner)

    def gone(run: str, owner: str, *played: str | None) -> Updates:
        return player.first(owner) if run in played else {}

    chosen = [filters.first, filters.second]
    arriving = panel.wire(
        Adds(
            entered=entered,
            shown=[recording.fold, *chosen],
            acts={"play": lambda run, owner: player.alone(owner, run)},
            acting=player.opening,
            gone=gone,
            inputs=chosen,
            wiring=ONE_BY_ONE,
        )
    )
    panel.wire_start(
        fields.start.click,
        lambda *asked: recordings.own.start(choice.spec(*asked), asked[0]),
        choice.asked[1:],
        cleared={fields.name: ""},
    )
    recording.play.click(
        lambda run, owner: player.alone(owner, run),
        [panel.run, player.owner],
        [*chosen, *player.opening],
        **ONE_BY_ONE,
    ).then(None, js=SHOW_PLAYER, api_visibility="private")
    choice.wire(arriving.then)
    return fields.model
