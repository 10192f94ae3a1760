"""What is to be recorded: choices that depend on each other, an estimate, and the job they come to.

Starts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.models.choices import Tuned, model
from app.models.requests import Refused
from app.models.service import Service
from app.models.shelf import BASE, Choice
from app.page.html import Html
from app.page.wiring import ESTIMATING, LIGHT, Updates
from app.recordings import record_views as views
from app.recordings import sets as record_sets
from app.recordings import words
from app.recordings.kind import RecordingJobs, RecordSpec, past
from app.recordings.record_parts import Fields
from app.recordings.recordings import Recordings
from app.recordings.sets import FoundSet
from lfdrt.languages import resolve


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a visitor chose in the panel. what: SAMPLE or DATA. sets: sources; none of them, or no
    language, means all."""

    name: str
    what: str
    inputs: str
    sets: tuple[str, ...]
    languages: tuple[str, ...]
    family: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What can be chosen for a model: (what is shown, value)."""

    sets: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    missing: Html


def offered(chosen: Choice, what: str, data: Path | None) -> Offered:
    if what != words.DATA:
        codes = record_sets.sample_languages()
        return Offered(sets=[], languages=_named(codes), missing=Html(""))
    can = record_sets.recordable(chosen.folder, chosen.labels, data)
    sources: dict[str, list[FoundSet]] = {}
    for one in can.found:
        sources.setdefault(one.source, []).append(one)
    sets = [
        (words.set_choice(source, len(ones), sum(one.rows for one in ones)), source)
        for source, ones in sources.items()
    ]
    codes = tuple(dict.fromkeys(one.language for one in can.found))
    return Offered(sets=sets, languages=_named(codes), missing=views.missing(can.missing))


def _named(codes: Sequence[str]) -> list[tuple[str, str]]:
    return sorted((f"{resolve(code).name} ({code})", code) for code in codes)


def spec(chosen: Choice, asked: Asked, data: Path | None) -> RecordSpec:
    """What would be recorded. Refused: nothing could be, with the next step."""
    on_data = asked.what == words.DATA
    can = record_sets.recordable(chosen.folder, chosen.labels, data if on_data else None)
    found: list[FoundSet] = []
    rows = record_sets.sample_rows(asked.languages)
    if on_data:
        found = _wanted(chosen, asked, can.found)
        rows = sum(one.rows for one in found)
    elif not can.sample:
        raise Refused(words.NO_CLASSES.format(model=chosen.name))
    return RecordSpec(
        checkpoint=chosen.folder,
        model=chosen.name,
        name=asked.name,
        inputs="text" if on_data else asked.inputs,
        languages=() if on_data else asked.languages,
        sets=tuple(one.key for one in found),
        data=data.resolve() if on_data and data is not None else None,
        family=asked.family,
        note=" ".join(asked.note.split())[: words.NOTE_LENGTH],
        rows=rows,
    )


def _wanted(chosen: Choice, asked: Asked, found: Sequence[FoundSet]) -> list[FoundSet]:
    if not found:
        raise Refused(words.NO_SETS.format(model=chosen.name))
    wanted = [
        one
        for one in found
        if (not asked.sets or one.source in asked.sets)
        and (not asked.languages or one.language in asked.languages)
    ]
    if not wanted:
        raise Refused(words.NO_ROWS)
    return wanted


def estimate(jobs: RecordingJobs, wanted: RecordSpec) -> Html:
    return views.estimate(record_sets.estimate(wanted, past(jobs)), wanted.rows)


@dataclass(frozen=True, kw_only=True)
class ChoiceStep:
    """Handlers; holds nothing of any visitor."""

    service: Service
    recordings: Recordings
    tuned: Tuned
    owner: gr.BrowserState
    fields: Fields

    @property
    def asked(self) -> list[gr.components.Component]:
        """What `spec` takes."""
        return [self.owner, self.fields.model, *self.fields.asked]

    def offered(self, owner: str, model: str | None, what: str) -> Updates:
        """The choices that this model and these samples leave; what was chosen before is gone."""
        f, on_data = self.fields, what == words.DATA
        try:
            found = offered(self._model(owner, model), what, self.recordings.data)
        except Refused:  # the estimate says why
            found = Offered(sets=[], languages=[], missing=Html(""))
        return {
            f.inputs: gr.Radio(visible=not on_data),
            f.sets: gr.Dropdown(found.sets, value=[], visible=on_data),
            f.languages: gr.Dropdown(found.languages, value=[]),
            f.missing: found.missing,
        }

    def estimated(self, *asked: Any) -> tuple[Any, Any]:
        try:
            wanted = self.spec(*asked)
        except Refused as why:
            return views.impossible(str(why)), gr.Button(interactive=False)
        return estimate(self.recordings.own, wanted), gr.Button(interactive=True)

    def spec(
        self,
        owner: str,
        model: str | None,
        name: str | None,
        what: str,
        inputs: str,
        sets: list[str] | None,
        languages: list[str] | None,
        family: str,
        note: str | None,
    ) -> RecordSpec:
        """Raises Refused: nothing can be recorded so."""
        asked = Asked(
            name=name or "",
            what=what,
            inputs=inputs,
            sets=tuple(sets or ()),
            languages=tuple(languages or ()),
            family=family,
            note=note or "",
        )
        return spec(self._model(owner, model), asked, self.recordings.data)

    def _model(self, owner: str, key: str | None) -> Choice:
        return model(self.service.choices(self.tuned(owner)), key or BASE)

    def wire(self, arriving: Callable[..., Any]) -> None:
        """arriving: the `then` of what happens when the page is loaded."""
        f = self.fields
        made = [f.inputs, f.sets, f.languages, f.missing]
        estimate = (self.estimated, self.asked, [f.estimate, f.start])
        for after in (arriving, partial(gr.on, [f.model.change, f.what.input])):
            offering = after(self.offered, [self.owner, f.model, f.what], made, **LIGHT)
            offering.then(*estimate, **ESTIMATING)
        boxes = (f.inputs, f.sets, f.languages)
        gr.on([box.input for box in boxes], *estimate, **ESTIMATING)
