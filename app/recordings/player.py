"""The player of recordings: choose, play, pause, step, seek, compare.

A tick asks how far the clock has come, so a slow page skips samples instead of falling behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import gradio as gr

from app.models.requests import Refused
from app.page import say
from app.page.html import step
from app.page.sharing import Links
from app.page.wiring import LIGHT, READING, Updates, on_first_sight
from app.recordings import error_views, playing, words
from app.recordings.playing import FILTERS, Where
from app.recordings.recordings import Recordings
from app.recordings.score_views import JUMPS_ON_LOAD

TICK = 0.4  # s
CURVES_EVERY = 2.0  # s of playing: a figure costs more than all panels
ONE_BY_ONE = {**LIGHT, "concurrency_limit": 1, "concurrency_id": "player"}
"""One at a time: a tick that began before a press of Pause must not end after it and undo it. Each
takes some 20 ms of one core, most of them Gradio's: 20 visitors who played at once all had their
2.5 ticks a second, 95 % within 0.3 s; with more, each page skips samples."""
MOVES: dict[str, Callable[[int, int], int]] = {
    "first": lambda n, total: 0,
    "back": lambda n, total: n - 1,
    "next": lambda n, total: n + 1,
    "last": lambda n, total: total,
}
"""Buttons beside Play, with the place that each moves to from `n`."""


class Filters:
    """What is played. names: of the bundled recordings; a visitor's own come with the visitor.
    checkpoint: the name of the one that runs, whose recording is shown first where there is one.
    narrowing: what leaves samples out, by FILTERS."""

    def __init__(self, names: Sequence[str], checkpoint: str) -> None:
        shown = checkpoint if checkpoint in names else next(iter(names), None)
        titled = [(words.titled(name), name) for name in names]
        gr.HTML(step(words.TITLE, words.LEAD))
        with gr.Column(elem_classes="inputs"):
            with gr.Row():
                self.first = gr.Dropdown(
                    titled, value=shown, label=words.FIRST_LABEL, elem_id="play-recording"
                )
                self.second = gr.Dropdown(
                    [(words.ALONE, ""), *titled],
                    value="",
                    label=words.SECOND_LABEL,
                    elem_id="play-second",
                )
            with gr.Accordion(words.FILTERS, open=False, elem_id="play-filters"):
                with gr.Row():
                    self.many = {
                        name: gr.Dropdown([], value=[], multiselect=True, label=label,
                                          info=words.EVERY, min_width=180, elem_id=f"play-{name}")
                        for name, label in words.NARROWING.items()
                    }  # fmt: skip
                with gr.Row():
                    self.only = gr.Radio(
                        [(said, key) for key, said in words.ONLY.items()],
                        value="all",
                        label=words.ONLY_LABEL,
                        info=words.ONLY_INFO,
                        scale=3,
                        elem_id="play-only",
                    )
                    self.mixed = gr.Checkbox(False, label=words.MIXED, elem_id="play-mixed")
        self.narrowing: list[Any] = [*self.many.values(), self.only, self.mixed]


class Player:
    """Fills the current place, which need not be that of the filters; holds nothing of any
    visitor."""

    def __init__(self, recordings: Recordings, owner: gr.BrowserState, filters: Filters) -> None:
        self.recordings, self.owner, self.filters = recordings, owner, filters
        self.where, self._drawn = gr.State(Where(first="")), gr.State(0.0)
        self._timer = gr.Timer(TICK, active=False)
        self._build()
        self._wire()

    def _build(self) -> None:
        with gr.Row(elem_classes="run-actions plain"):
            self._buttons = {
                name: gr.Button(
                    words.BUTTONS[name],
                    min_width=84,
                    variant="primary" if name == "play" else "secondary",
                    elem_id=f"play-{name}-button",
                )
                for name in ("first", "back", "play", "next", "last")
            }
            self._speed = gr.Dropdown(
                [(str(n), n) for n in words.SPEEDS],
                value=5,
                filterable=False,
                label=words.SPEED,
                min_width=150,
                scale=0,
                elem_id="play-speed",
            )
        with gr.Row(elem_classes="plain"):
            self._seek = gr.Slider(
                0, 1, value=0, step=1, label=words.SEEK, buttons=[], elem_id="play-seek"
            )
        with gr.Row(equal_height=False):
            with gr.Column(scale=6, min_width=320):
                self._now = gr.HTML("", elem_id="play-now")
                self._compared = gr.HTML("", elem_id="play-compared")
                self._differing = gr.HTML("", js_on_load=JUMPS_ON_LOAD, elem_id="play-differing")
            with gr.Column(scale=6, min_width=320, elem_classes="paper-plot"):
                self._curves = gr.Plot(show_label=False, elem_id="play-curves")
                self._downloads = gr.HTML("", elem_id="play-downloads")
        self._about = gr.HTML("", elem_id="play-about")
        self._standing = gr.HTML("", elem_id="play-standing")
        self._words = gr.HTML(
            error_views.invitation(), js_on_load=error_views.ON_LOAD, elem_id="play-words"
        )
        self._panels = {"about": self._about, "now": self._now, "standing": self._standing,
                        "compared": self._compared, "differing": self._differing,
                        "downloads": self._downloads}  # fmt: skip

    @property
    def _everything(self) -> list[Any]:
        """What a move changes."""
        return [self.where, self._drawn, self._timer, *self._panels.values(), self._curves,
                self._buttons["play"], self._seek]  # fmt: skip

    @property
    def opening(self) -> list[Any]:
        """What another recording changes."""
        return [*self._everything, *self.filters.narrowing]

    def opened(self, owner: str, first: str | None, second: str | None) -> Updates:
        """Another recording, or another beside it: at its end, so that its scores stand there, with
        its own choices. One that this visitor may not play is as one that is not there; the other
        is played alone."""
        playable = [key for key in (first, second) if key and self.recordings.may_play(key, owner)]
        where = Where(first=next(iter(playable), ""), second="".join(playable[1:]), n=playing.END)
        return {**self._choices(where.first), **self._at(where)}

    def listed(self, owner: str) -> Updates:
        """The visitor's own recordings above the bundled ones; what is chosen stays."""
        found = self.recordings.listed(owner)
        return {
            self.filters.first: gr.Dropdown(found),
            self.filters.second: gr.Dropdown([(words.ALONE, ""), *found]),
        }

    def alone(self, owner: str, key: str) -> Updates:
        """One recording chosen and opened, with none beside it."""
        found = self.recordings.listed(owner)
        return {
            self.filters.first: gr.Dropdown(found, value=key),
            self.filters.second: gr.Dropdown([(words.ALONE, ""), *found], value=""),
            **self.opened(owner, key, ""),
        }

    def first(self, owner: str) -> Updates:
        """As for somebody who has just come."""
        return self.alone(owner, self.filters.first.value or "")

    def _narrowed(self, where: Where, *given: Any) -> Updates:
        values: list[Any] = [tuple(one) if isinstance(one, list) else one for one in given]
        chosen = replace(where, **dict(zip(FILTERS, values, strict=True)))
        return self._at(replace(chosen, n=playing.END, part=0.0, playing=False))

    def _toggled(self, where: Where, speed: int) -> Updates:
        total, where = self._total(where), replace(where, speed=_known(speed))
        return self._at(playing.toggled(where, total, time.monotonic()))

    def _to(self, place: Callable[[int, int], int]) -> Callable[[Where], Updates]:
        """Move to `place(n, total)` and hold there."""

        def moved(where: Where) -> Updates:
            total = self._total(where)
            now = playing.played(where, total, time.monotonic())
            held = replace(now, playing=False)
            return self._at(playing.moved(held, total, to=place(held.n, total)))

        return moved

    def _sought(self, where: Where, n: float | None) -> Updates:
        total = self._total(where)
        moved = playing.moved(replace(where, since=time.monotonic()), total, to=int(n or 0))
        return self._at(moved)

    def _jumped(self, where: Where, event: gr.EventData) -> Updates:
        n = getattr(event, "n", None)
        return self._sought(replace(where, playing=False), n if isinstance(n, int) else where.n)

    def _tick(self, where: Where, drawn: float, speed: int) -> Updates:
        if not where.playing:
            return {self._timer: gr.Timer(active=False)}
        now, where = time.monotonic(), replace(where, speed=_known(speed))
        at = playing.played(where, self._total(where), now)
        if at.playing and now - drawn < CURVES_EVERY:
            return self._shown(at)
        return self._at(at)

    def _total(self, where: Where) -> int:
        try:
            return playing.count(self.recordings, where)
        except Refused:
            return 0

    def _at(self, where: Where) -> Updates:
        """All there is to show."""
        figure = playing.curves(self.recordings, where)
        return {**self._shown(where), self._curves: figure, self._drawn: time.monotonic()}

    def _shown(self, where: Where) -> Updates:
        """All but the curves."""
        shown = playing.show(self.recordings, where)
        at = shown.where
        return {
            self.where: at,
            self._timer: gr.Timer(active=at.playing),
            **{panel: getattr(shown, name) for name, panel in self._panels.items()},
            self._buttons["play"]: gr.Button(
                words.BUTTONS["pause" if at.playing else "play"], interactive=shown.total > 0
            ),
            self._seek: gr.Slider(maximum=max(1, shown.total), value=at.n),
        }

    def _choices(self, first: str) -> Updates:
        """What the filters offer: what this recording has."""
        f = self.filters
        try:
            recording = self.recordings.recording(first)
        except Refused:
            return {box: gr.Dropdown([], value=[]) for box in f.many.values()}
        offered = (*map(recording.values, ("source", "language", "family")), recording.labels)
        shown: tuple[Callable[[str], str], ...] = (str, str, str, say.class_name)
        boxes = zip(f.many.values(), offered, shown, strict=True)
        return {
            box: gr.Dropdown([(named(one), one) for one in values], value=[])
            for box, values, named in boxes
        } | {
            f.only: "all",
            f.mixed: False,
        }

    def share(self, links: Links) -> None:
        """What is played; not where it stands, nor a visitor's own recordings."""
        f = self.filters
        links.share("recorded", recording=f.first, beside=f.second)
        links.after(self.opened, [self.owner, f.first, f.second], self.opening, **ONE_BY_ONE)

    def _wire(self) -> None:
        f, where, everything = self.filters, self.where, self._everything
        chosen = [self.owner, f.first, f.second]
        on_first_sight()(self.opened, chosen, self.opening, **ONE_BY_ONE)
        for events, handler, inputs, outputs in (
            ([f.first.input, f.second.input], self.opened, chosen, self.opening),
            ([one.input for one in f.narrowing], self._narrowed, [where, *f.narrowing], everything),
            ([self._buttons["play"].click], self._toggled, [where, self._speed], everything),
            ([self._seek.release], self._sought, [where, self._seek], everything),
            ([self._differing.click], self._jumped, [where], everything),
            ([self._timer.tick], self._tick, [where, self._drawn, self._speed], everything),
        ):
            gr.on(events, handler, inputs, outputs, **ONE_BY_ONE)
        self._words.click(
            partial(playing.error_words, self.recordings), where, self._words, **READING
        )
        chosen_anew = [one.input for one in (f.first, f.second, *f.narrowing)]
        gr.on(chosen_anew, error_views.invitation, None, self._words, **LIGHT)
        for name, place in MOVES.items():
            self._buttons[name].click(self._to(place), where, everything, **ONE_BY_ONE)


def _known(speed: object) -> int:
    return speed if speed in words.SPEEDS else words.SPEEDS[0]
