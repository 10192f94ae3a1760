"""The player of recordings: choose, play, pause, step, seek, compare.

Lays out its components and wires their events; what is shown is made in `playing`. A tick asks how
far the clock has come, so a slow page skips samples instead of falling behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from app.models.requests import Refused
from app.page.wiring import LIGHT, on_load
from app.recordings import playing, words
from app.recordings.player_parts import Controls, Filters, Panels, build_player
from app.recordings.playing import Where
from app.recordings.recordings import Recordings

TICK = 0.4  # s
CURVES_EVERY = 2.0  # s of playing: a figure costs more than all panels
ONE_BY_ONE = {**LIGHT, "concurrency_limit": 1, "concurrency_id": "player"}
"""One at a time: a tick that began before a press of Pause must not end after it and undo it. Each
takes some 20 ms of one core, most of them Gradio's: 20 visitors who played at once all had their
2.5 ticks a second, 95 % within 0.3 s; with more, each page skips samples."""
Updates = dict[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Player:
    """Handlers; holds nothing of any visitor."""

    recordings: Recordings
    owner: gr.BrowserState
    filters: Filters
    controls: Controls
    panels: Panels
    where: gr.State
    drawn: gr.State
    timer: gr.Timer

    @property
    def everything(self) -> list[Any]:
        """What a move changes."""
        c, p = self.controls, self.panels
        return [self.where, self.drawn, self.timer, p.about, p.now, p.standing, p.compared,
                p.differing, p.downloads, p.curves, c.play, c.seek]  # fmt: skip

    @property
    def opening(self) -> list[Any]:
        """What another recording changes."""
        return [*self.everything, *self.filters.narrowing]

    def opened(self, owner: str, first: str | None, second: str | None) -> Updates:
        """Another recording, or another beside it: at its end, so that its scores stand there, with
        its own choices. One that this visitor may not play is as one that is not there; the other
        is played alone."""
        playable = [key for key in (first, second) if key and self.recordings.may_play(key, owner)]
        where = Where(first=next(iter(playable), ""), second="".join(playable[1:]), n=playing.END)
        return {**self._choices(where.first), **self._everything(where)}

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

    def narrowed(
        self,
        where: Where,
        sources: list[str],
        languages: list[str],
        families: list[str],
        classes: list[str],
        only: str,
        mixed: bool,
    ) -> Updates:
        chosen = replace(
            where,
            sources=tuple(sources),
            languages=tuple(languages),
            families=tuple(families),
            classes=tuple(classes),
            only=only,
            mixed=mixed,
            n=playing.END,
            part=0.0,
            playing=False,
        )
        return self._everything(chosen)

    def toggled(self, where: Where, speed: int) -> Updates:
        total, where = self._total(where), replace(where, speed=_known(speed))
        return self._everything(playing.toggled(where, total, time.monotonic()))

    def to(self, place: Callable[[int, int], int]) -> Callable[[Where], Updates]:
        """Move to `place(n, total)` and hold there."""

        def moved(where: Where) -> Updates:
            total = self._total(where)
            now = playing.played(where, total, time.monotonic())
            held = replace(now, playing=False)
            return self._everything(playing.moved(held, total, to=place(held.n, total)))

        return moved

    def sought(self, where: Where, n: float | None) -> Updates:
        total = self._total(where)
        moved = playing.moved(replace(where, since=time.monotonic()), total, to=int(n or 0))
        return self._everything(moved)

    def jumped(self, where: Where, event: gr.EventData) -> Updates:
        n = getattr(event, "n", None)
        return self.sought(replace(where, playing=False), n if isinstance(n, int) else where.n)

    def tick(self, where: Where, drawn: float, speed: int) -> Updates:
        if not where.playing:
            return {self.timer: gr.Timer(active=False)}
        now, where = time.monotonic(), replace(where, speed=_known(speed))
        at = playing.played(where, self._total(where), now)
        if at.playing and now - drawn < CURVES_EVERY:
            return self._shown(at)
        return self._everything(at)

    def _total(self, where: Where) -> int:
        try:
            return playing.count(self.recordings, where)
        except Refused:
            return 0

    def _everything(self, where: Where) -> Updates:
        shown = self._shown(where)
        figure = playing.curves(self.recordings, where)
        return {**shown, self.panels.curves: figure, self.drawn: time.monotonic()}

    def _shown(self, where: Where) -> Updates:
        shown = playing.show(self.recordings, where)
        at, p, c = shown.where, self.panels, self.controls
        said = words.BUTTONS["pause" if at.playing else "play"]
        return {
            self.where: at,
            self.timer: gr.Timer(active=at.playing),
            p.about: shown.about,
            p.now: shown.now,
            p.standing: shown.standing,
            p.compared: shown.compared,
            p.differing: shown.differing,
            p.downloads: shown.downloads,
            c.play: gr.Button(said),
            c.seek: gr.Slider(maximum=max(1, shown.total), value=at.n),
        }

    def _choices(self, first: str) -> Updates:
        """What the filters offer: what this recording has."""
        f = self.filters
        try:
            recording = self.recordings.recording(first)
        except Refused:
            return {box: gr.Dropdown([], value=[]) for box in
                    (f.sources, f.languages, f.families, f.classes)}  # fmt: skip
        offered = {
            f.sources: recording.values("source"),
            f.languages: recording.values("language"),
            f.families: recording.values("family"),
            f.classes: recording.labels,
        }
        boxes = {box: gr.Dropdown(list(v), value=[]) for box, v in offered.items()}
        return boxes | {f.only: "all", f.mixed: False}

    def wire(self) -> None:
        f, c, p = self.filters, self.controls, self.panels
        everything, chosen = self.everything, [self.owner, f.first, f.second]
        on_load(self.opened, chosen, self.opening, **ONE_BY_ONE)
        gr.on([f.first.input, f.second.input], self.opened, chosen, self.opening, **ONE_BY_ONE)
        gr.on([box.input for box in f.narrowing], self.narrowed, [self.where, *f.narrowing],  # type: ignore[attr-defined]
              everything, **ONE_BY_ONE)  # fmt: skip
        c.play.click(self.toggled, [self.where, c.speed], everything, **ONE_BY_ONE)
        for button, place in (
            (c.first, lambda n, total: 0),
            (c.back, lambda n, total: n - 1),
            (c.forward, lambda n, total: n + 1),
            (c.last, lambda n, total: total),
        ):
            button.click(self.to(place), self.where, everything, **ONE_BY_ONE)
        c.seek.release(self.sought, [self.where, c.seek], everything, **ONE_BY_ONE)
        p.differing.click(self.jumped, self.where, everything, **ONE_BY_ONE)
        self.timer.tick(self.tick, [self.where, self.drawn, c.speed], everything, **ONE_BY_ONE)


def _known(speed: object) -> int:
    return speed if speed in words.SPEEDS else words.SPEEDS[0]


def build(recordings: Recordings, owner: gr.BrowserState, filters: Filters) -> Player:
    """Fills the current place, which need not be that of the filters."""
    controls, panels = build_player()
    player = Player(
        recordings=recordings,
        owner=owner,
        filters=filters,
        controls=controls,
        panels=panels,
        where=gr.State(Where(first="")),
        drawn=gr.State(0.0),
        timer=gr.Timer(TICK, active=False),
    )
    player.wire()
    return player
