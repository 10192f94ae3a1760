"""What is to be recorded, in the Benchmark tab: choices that depend on each other, and an estimate.

Starts nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from app.models.choices import Tuned, model
from app.models.requests import Refused
from app.models.service import Service
from app.models.shelf import BASE, Choice
from app.page.wiring import ESTIMATING, LIGHT, Updates
from app.recordings import record_views as views
from app.recordings import record_words as words
from app.recordings import recording
from app.recordings.record_parts import Fields
from app.recordings.recording import Asked
from app.recordings.recordings import Recordings
from app.recordings.spec import RecordSpec


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
            found = recording.offered(self._model(owner, model), what, self.recordings.data)
        except Refused:  # the estimate says why
            found = recording.Offered(sets=[], languages=[], missing="")
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
        return recording.estimate(self.recordings.own, wanted), gr.Button(interactive=True)

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
        return recording.spec(self._model(owner, model), asked, self.recordings.data)

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
