"""The Predict tab: one text, one picture, one result with everything behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from app.models.requests import LARGEST, WHOLE, Original, Request
from app.models.requests import models as models_of
from app.models.service import Service
from app.models.shelf import BASE
from app.page import say
from app.page.sharing import Links
from app.page.wiring import LIGHT, PRIVATE, Dependency, Newest, Turn
from app.predict import answers, camera, whatif, words
from app.predict.answers import NOTHING, Shown
from app.predict.parts import ON_LOAD, Example, Inputs, Outputs, gallery
from lfdrt.errors import UserError
from lfdrt.languages import resolve

PREDICTION = {
    **PRIVATE,
    "show_progress": "minimal",
    "trigger_mode": "multiple",  # `Newest` decides
    "concurrency_limit": 16,  # most wait their turn in `app.models.service`
    "concurrency_id": "predict",
}
ANSWERED = "() => lfdrt.answered()"
SHOW_RESULT = """() => {
  if (innerWidth < 900) document.getElementById('result').scrollIntoView();
  lfdrt.answered();
}"""
"""On a narrow page the result lies below the inputs."""
SHOW_CHANGED = """() => document.querySelector('#whatif-changed .card')
  ?.scrollIntoView({block: 'nearest', behavior: lfdrt.motion})"""
ADDING = {"show_progress": "hidden", "trigger_mode": "always_last"}
"""For what is added to an answer."""
PANELS = ("result", "faces", "whatif", "changed", "details", "occlusion", "sharpness", "export")
"""Of `Outputs.panels`, as `Shown` calls them."""


def build(service: Service, examples: Sequence[Example], links: Links) -> Inputs:
    """Fills the current tab. Returns what is filled in; its list of models is for `models` to
    refresh."""
    cards = gr.HTML(
        gallery(examples), js_on_load=ON_LOAD, elem_id="examples", visible=bool(examples)
    )
    with gr.Row(equal_height=False, elem_classes="workbench"):
        with gr.Column(scale=5, min_width=320, elem_classes="inputs"):
            inputs = Inputs(models_of(service.choices()))
        with gr.Column(scale=7, min_width=320):
            outputs = Outputs()
    outputs.build_details()
    newest = Newest()
    predicting = [
        *_wire_prediction(service, newest, inputs, outputs),
        _wire_examples(service, newest, examples, cards, inputs, outputs),
        _wire_faces(service, newest, outputs),
        _wire_mix(service, newest, outputs),
    ]
    _wire_whatif(service, newest, outputs)
    _wire_count(service, newest, outputs)
    _wire_hints(inputs)
    camera.wire(service, inputs.camera, inputs.frame, inputs.model)
    _wire_clear(newest, inputs, outputs, predicting)
    links.share(
        "one",
        any_language="language",
        language=inputs.language,
        family=inputs.family,
        model=inputs.model,
        faces=inputs.faces,
        text=inputs.text,
        translation=inputs.translation,
    )
    return inputs


def models(
    service: Service, tuned: Sequence[str], chosen: str | None, *, choose: bool = False
) -> gr.Dropdown:
    """The list of models anew, as an event's answer: the base, those beside it, and the `tuned`
    ones by their keys. `chosen`: a key; `choose`: now, else it is the choice already and stays.
    Where the list does not have it, the base is chosen."""
    choices = models_of(service.choices(tuned))
    if chosen not in [key for _, key in choices]:
        return gr.Dropdown(choices=choices, value=BASE)
    if choose:
        return gr.Dropdown(choices=choices, value=chosen)
    return gr.Dropdown(choices=choices)  # a value would undo a choice made in the meantime


def _wire_prediction(
    service: Service, newest: Newest, inputs: Inputs, outputs: Outputs
) -> list[Dependency]:
    """A press of the button, or Enter, which presses it, and a pause in typing."""

    def predict(visit: gr.Request, *values: Any) -> Iterator[tuple[Any, ...]]:
        yield from _panels(answers.answer(service, _request(*values)), newest.begin(visit))

    return [
        _predicting(inputs.go.click, predict, inputs.asked, outputs, SHOW_RESULT),
        _predicting(inputs.paused.click, predict, inputs.asked, outputs, ANSWERED),
    ]


def _predicting(
    event: Callable[..., Dependency],
    answer: Callable[..., Iterator[tuple[Any, ...]]],
    given: Any,
    outputs: Outputs,
    then: str,
    filled: Sequence[Any] = (),
) -> Dependency:
    predicting = event(
        answer, given, [*filled, *outputs.all], show_progress_on=outputs.result, **PREDICTION
    )
    predicting.then(None, js=then, api_visibility="private")
    return predicting


def _wire_examples(
    service: Service,
    newest: Newest,
    examples: Sequence[Example],
    cards: gr.HTML,
    inputs: Inputs,
    outputs: Outputs,
) -> Dependency:
    def choose(
        visit: gr.Request, model: str | None, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        index = getattr(event, "index", None)
        if not isinstance(index, int) or not 0 <= index < len(examples):
            raise gr.Error(say.UNEXPECTED)
        e = examples[index]
        request = Request(
            text=e.text,
            picture=e.picture,
            language=e.lang,
            translation=e.translation,
            checkpoint=model or BASE,
        )
        turn = newest.begin(visit)
        answered = answers.answer(service, request, words.remark(e.meant, e.note))
        yield from _panels(answered, turn, _filled(e))

    return _predicting(cards.click, choose, inputs.model, outputs, SHOW_RESULT, inputs.filled)


def _wire_faces(service: Service, newest: Newest, outputs: Outputs) -> Dependency:
    def choose(
        visit: gr.Request, original: Original | None, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        face = getattr(event, "face", None)
        yield from _panels(answers.another_face(service, original, face), newest.begin(visit))

    return _predicting(outputs.faces.click, choose, outputs.original, outputs, ANSWERED)


def _wire_mix(service: Service, newest: Newest, outputs: Outputs) -> Dependency:
    def switch(visit: gr.Request, original: Original | None) -> Iterator[tuple[Any, ...]]:
        yield from _panels(answers.other_mix(service, original), newest.begin(visit))

    return _predicting(outputs.result.click, switch, outputs.original, outputs, ANSWERED)


def _wire_whatif(service: Service, newest: Newest, outputs: Outputs) -> None:
    def change(visit: gr.Request, original: Original | None, event: gr.EventData) -> Any:
        kind, value = getattr(event, "kind", None), getattr(event, "value", None)
        live = newest.now(visit)
        shown = whatif.compare(service, original, kind, value)
        return shown if live() else gr.skip()

    outputs.whatif.click(
        change, outputs.original, outputs.changed, **{**PREDICTION, **ADDING}
    ).then(None, js=SHOW_CHANGED, api_visibility="private")


def _wire_count(service: Service, newest: Newest, outputs: Outputs) -> None:
    def count(visit: gr.Request, original: Original | None) -> Any:
        live = newest.now(visit)
        shown = answers.counted(service, original)
        return shown if live() else gr.skip()

    outputs.sharpness.click(count, outputs.original, outputs.sharpness, **{**PREDICTION, **ADDING})


def _wire_hints(inputs: Inputs) -> None:
    gr.on(
        [inputs.text.change, inputs.language.change],  # its `input` misses what is pasted
        answers.spoken,
        [inputs.text, inputs.language],
        inputs.spoken,
        trigger_mode="always_last",
        **LIGHT,
    )

    def choose(event: gr.EventData) -> str:
        code = getattr(event, "code", None)
        if not isinstance(code, str):
            raise gr.Error(say.UNEXPECTED)
        try:
            return resolve(code).code
        except UserError as error:
            raise gr.Error(str(error)) from error

    inputs.spoken.click(choose, None, inputs.language, **LIGHT)

    def check(picture: str | None) -> tuple[str, Any]:
        note, usable = answers.picture_note(picture)
        return note, gr.skip() if usable else None

    inputs.picture.input(check, inputs.picture, [inputs.note, inputs.picture], **LIGHT)


def _wire_clear(newest: Newest, inputs: Inputs, outputs: Outputs, predicting: list[Any]) -> None:
    """In the browser alone: an answer of a busy server would wipe what was typed in the meantime.
    A prediction under way is given up, or it would fill the cleared panels again."""
    blank = ("", None, "", "own", "", words.NO_LANGUAGE_YET, words.IMAGE_HINT)
    panels = [getattr(NOTHING, name) for name in PANELS]
    inputs.clear.click(
        None,
        None,
        [*inputs.filled, *outputs.panels],
        js=f"() => {json.dumps([*blank, *panels])}",
        cancels=predicting,
        api_visibility="private",
    )

    def forget(visit: gr.Request) -> None:
        newest.begin(visit)

    inputs.clear.click(forget, None, outputs.original, **LIGHT)


def _filled(e: Example) -> tuple[Any, ...]:
    """An example as values of all inputs and the two lines below them.

    The picture goes by its pixels: Gradio serves no file from the program's own folder. As an
    update: the browser would write what is sent after it into the value itself.
    """
    picture = None if e.picture is None else Image.open(e.picture).convert("RGB")
    spoken = answers.spoken(e.text, e.lang)
    return (
        e.text,
        gr.update(value=picture),
        e.lang or "",
        "own",
        e.translation,
        spoken,
        words.IMAGE_HINT,
    )


def _request(
    written: str | None,
    picture: str | None,
    language: str | None,
    family: str | None,
    translation: str | None,
    model: str | None,
    faces: bool,
) -> Request:
    return Request(
        text=written or "",
        picture=Path(picture) if picture else None,
        language=language or None,
        family=family or "own",
        translation=translation or "",
        checkpoint=model or BASE,
        face=LARGEST if faces else WHOLE,
    )


def _panels(
    answered: Iterator[Shown], turn: Turn, filled: tuple[Any, ...] = ()
) -> Iterator[tuple[Any, ...]]:
    """What to put into the outputs, as long as the visitor has asked nothing newer. A panel that
    stays is not sent again: it may be large, and drawing it anew would undo what the visitor has
    chosen in it. filled: what is put into the inputs, once: a second time would undo what was
    typed."""
    unchanged = tuple(gr.skip() for _ in (*filled, *PANELS, "original"))
    before: Shown | None = None
    for shown in answered:
        new = [getattr(shown, name) for name in PANELS]
        old = [getattr(before, name, None) for name in PANELS]
        panels = [gr.skip() if a == b else a for a, b in zip(new, old, strict=True)]
        kept = before is not None and before.original is shown.original
        inputs = unchanged[: len(filled)] if before else filled
        with turn.telling() as live:
            yield (*inputs, *panels, gr.skip() if kept else shown.original) if live else unchanged
        if not live:
            return
        before = shown
    yield unchanged  # Gradio sends the last values once more at the end
