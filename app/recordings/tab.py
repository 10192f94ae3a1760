"""Recorded runs, in the Benchmark tab: the player, and above it, folded, recording a new one:
choices that depend on each other, an estimate, and the job that they come to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.jobs.kind import DONE, Live
from app.jobs.pace import pace
from app.jobs.panel import SHOW, Adds, Panel, Shows
from app.models.requests import Refused, Tuned, model, models
from app.models.service import Service
from app.models.shelf import BASE, Choice
from app.page import say
from app.page.html import Html
from app.page.sharing import Links
from app.page.wiring import ESTIMATING, LIGHT, Updates
from app.recordings import kind, views, words
from app.recordings.kind import FoundSet, Recorded, RecordSpec, export, past
from app.recordings.player import ONE_BY_ONE, Filters, Player
from app.recordings.recordings import Recordings
from lfdrt.languages import resolve


def spec(
    chosen: Choice,
    data: Path | None,
    *,
    name: str | None,
    what: str,
    inputs: str,
    sets: Sequence[str] | None,
    languages: Sequence[str] | None,
    family: str,
    note: str | None,
) -> RecordSpec:
    """What would be recorded. what: SAMPLE or DATA. sets: sources; none of them, or no language,
    means all. Refused: nothing could be, with the next step."""
    on_data, spoken = what == words.DATA, tuple(languages or ())
    can = kind.recordable(chosen.folder, chosen.labels, data if on_data else None)
    found: list[FoundSet] = []
    rows = kind.sample_rows(spoken)
    if on_data:
        found = _wanted(chosen, sets or (), spoken, can.found)
        rows = sum(one.rows for one in found)
    elif not can.sample:
        raise Refused(words.NO_CLASSES.format(model=chosen.name))
    return RecordSpec(
        checkpoint=chosen.folder,
        model=chosen.name,
        name=name or "",
        inputs="text" if on_data else inputs,
        languages=() if on_data else spoken,
        sets=tuple(one.key for one in found),
        data=data.resolve() if on_data and data is not None else None,
        family=family,
        note=" ".join((note or "").split())[: words.NOTE_LENGTH],
        rows=rows,
    )


def _wanted(
    chosen: Choice, sets: Sequence[str], languages: Sequence[str], found: Sequence[FoundSet]
) -> list[FoundSet]:
    if not found:
        raise Refused(words.NO_SETS.format(model=chosen.name))
    wanted = [
        one
        for one in found
        if (not sets or one.source in sets) and (not languages or one.language in languages)
    ]
    if not wanted:
        raise Refused(words.NO_ROWS)
    return wanted


def _named(codes: Sequence[str]) -> list[tuple[str, str]]:
    return sorted((f"{say.language_name(resolve(code))} ({code})", code) for code in codes)


class Choosing:
    """Holds nothing of any visitor. model: the list of models; name: of the new recording; start:
    begins it."""

    def __init__(
        self, service: Service, recordings: Recordings, tuned: Tuned, owner: gr.BrowserState
    ) -> None:
        self._service, self._recordings, self._tuned = service, recordings, tuned
        self._owner = owner
        self._build(models(service.choices()), data=recordings.data is not None)

    def _build(self, offered: list[tuple[str, str]], *, data: bool) -> None:
        """offered: the base first; a visitor's tuned ones come with the visitor. data: whether
        there is a data folder."""
        with gr.Row():
            self.model = gr.Dropdown(offered, value=offered[0][1], filterable=False,
                                     label=words.MODEL, elem_id="rec-model")  # fmt: skip
            self.name = gr.Textbox(
                label=words.NAME, info=words.NAME_INFO, max_length=120, elem_id="rec-name"
            )
        with gr.Row():
            self._what = _radio(words.WHATS, words.WHAT, "what", info=words.WHAT_INFO, visible=data)
            self._inputs = _radio(
                words.INPUTS_SAID, words.INPUTS, "inputs", info=None if data else words.WHAT_INFO
            )
            self._family = _radio(words.READINGS, words.FAMILY, "family")
        with gr.Row():
            self._sets = _many(words.SETS, "sets", visible=False)
            self._languages = _many(words.RECORD_LANGUAGES, "languages", visible=True)
            self._note = gr.Textbox(label=words.NOTE, info=words.NOTE_INFO,
                                    max_length=words.NOTE_LENGTH, elem_id="rec-note")  # fmt: skip
        self._missing = gr.HTML("", elem_id="rec-missing", elem_classes="hint")
        self._estimate = gr.HTML("", elem_id="rec-estimate")
        self.start = gr.Button(words.START, variant="primary", elem_id="rec-start")
        self._fields: dict[str, Any] = {
            "name": self.name, "what": self._what, "inputs": self._inputs, "sets": self._sets,
            "languages": self._languages, "family": self._family, "note": self._note,
        }  # fmt: skip

    @property
    def asked(self) -> list[Any]:
        """What `spec` takes after the owner."""
        return [self.model, *self._fields.values()]

    def spec(self, owner: str, key: str | None, *given: Any) -> RecordSpec:
        """Raises Refused: nothing can be recorded so."""
        asked = dict(zip(self._fields, given, strict=True))
        return spec(self._chosen(owner, key), self._recordings.data, **asked)

    def _chosen(self, owner: str, key: str | None) -> Choice:
        return model(self._service.choices(self._tuned(owner)), key or BASE)

    def _offered(self, owner: str, key: str | None, what: str) -> Updates:
        """The choices that this model and these samples leave; what was chosen before is gone."""
        on_data, sets, missing = what == words.DATA, [], Html("")
        languages = [] if on_data else _named(kind.sample_languages())
        try:
            chosen = self._chosen(owner, key)
            if on_data:
                can = kind.recordable(chosen.folder, chosen.labels, self._recordings.data)
                sources = dict.fromkeys(one.source for one in can.found)
                sets = [
                    (words.set_choice(name, [one.rows for one in can.found if one.source == name]),
                     name)
                    for name in sources
                ]  # fmt: skip
                languages = _named([*dict.fromkeys(one.language for one in can.found)])
                missing = views.missing(can.missing)
        except Refused:  # the estimate says why
            languages = []
        return {
            self._inputs: gr.Radio(visible=not on_data),
            self._sets: gr.Dropdown(sets, value=[], visible=on_data),
            self._languages: gr.Dropdown(languages, value=[]),
            self._missing: missing,
        }

    def _estimated(self, *asked: Any) -> tuple[Html, gr.Button]:
        try:
            wanted = self.spec(*asked)
        except Refused as why:
            return views.impossible(str(why)), gr.Button(interactive=False)
        seconds = kind.estimate(wanted, past(self._recordings.own), pace(self._service.status))
        return views.estimate(seconds, wanted.rows), gr.Button(interactive=True)

    def wire(self, arriving: Callable[..., Any]) -> None:
        """arriving: the `then` of what happens when the page is loaded."""
        made = [self._inputs, self._sets, self._languages, self._missing]
        inputs = [self._owner, self.model, self._what]
        estimate = (self._estimated, [self._owner, *self.asked], [self._estimate, self.start])
        for after in (arriving, partial(gr.on, [self.model.change, self._what.input])):
            after(self._offered, inputs, made, **LIGHT).then(*estimate, **ESTIMATING)
        boxes = (self._inputs, self._sets, self._languages)
        gr.on([box.input for box in boxes], *estimate, **ESTIMATING)


def _radio(said: dict[str, str], label: str, name: str, **more: Any) -> gr.Radio:
    """The first is chosen."""
    choices = [(shown, key) for key, shown in said.items()]
    return gr.Radio(choices, value=next(iter(said)), label=label, elem_id=f"rec-{name}", **more)


def _many(label: str, name: str, *, visible: bool) -> gr.Dropdown:
    return gr.Dropdown([], value=[], multiselect=True, label=label, info=words.EVERY,
                       visible=visible, min_width=220, elem_id=f"rec-{name}")  # fmt: skip


def build(
    service: Service,
    recordings: Recordings,
    owner: gr.BrowserState,
    tuned: Tuned,
    links: Links,
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
    player = Player(recordings, owner, filters)
    player.share(links)
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
        opens={fold: gr.update(open=True)},
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
