"""The camera: one click, and what the model makes of the face before it moves with it. Pictures
come with the events of the page and are read from memory; no file is made of any."""

from __future__ import annotations

import base64
import binascii
import json
import logging
from pathlib import Path

import gradio as gr

from app.models.requests import LARGEST, Refused, Request
from app.models.service import Service
from app.models.shelf import BASE
from app.page import say
from app.page.html import Html, esc
from app.page.wiring import LIGHT
from app.predict import camera_words as words

log = logging.getLogger(__name__)

ON_LOAD = (Path(__file__).parent / "camera.js").read_text(encoding="utf-8")
"""gr.HTML's hook."""
START = "data:image/jpeg;base64,"
LARGEST_FRAME = 400_000
"""Characters; a picture of 320 pixels takes some 20,000."""


def panel() -> Html:
    """What is shown while the camera is off, with all that it shows when it is on; camera.js makes
    the bars of the first answer."""
    return Html(
        f'<div class="camera" data-told="{esc(json.dumps(words.REFUSED))}"><div class="else">'
        f'<button type="button" data-camera="use">{esc(words.USE)}</button>'
        f'<button type="button" data-camera="keep" hidden>{esc(words.KEEP)}</button>'
        f'<button type="button" data-camera="stop" hidden>{esc(words.STOP)}</button></div>'
        '<p class="wrong" role="alert" data-camera="why"></p>'
        f'<div class="live" data-camera="live" hidden role="group" aria-label="{esc(words.BARS)}">'
        '<video data-camera="seen" muted playsinline></video><div>'
        f'<p class="said" data-camera="said" data-aloud="state">{esc(words.WAIT)}</p>'
        f"<div data-camera=rows></div><small>{esc(words.KEPT)}</small></div></div></div>"
    )


def wire(service: Service, shown: gr.HTML, answer: gr.HTML, model: gr.Dropdown) -> None:
    """shown: of `panel`. answer: where the newest one goes, unseen. model: the chosen one."""

    def look(key: str | None, event: gr.EventData) -> Html:
        return read(service, key or BASE, getattr(event, "frame", None))

    shown.click(look, model, answer, **{**LIGHT, "concurrency_limit": 2}).then(
        None, js="() => lfdrt.looked()", api_visibility="private"
    )


def read(service: Service, key: str, frame: object) -> Html:
    """Of a picture as the page sends it, names and shares of the classes; else a sentence."""
    try:
        p = service.open(key).scores(Request(picture=_bytes(frame), checkpoint=key, face=LARGEST))
    except Refused as refused:
        return esc(refused)
    except Exception:
        log.exception("a picture of the camera could not be read")
        return esc(say.UNEXPECTED)
    shares = {
        label: (say.class_name(label), round(float(share), 4))
        for label, share in zip(p.labels, p.scores.mean, strict=True)
    }
    name, share = shares[p.scores.label]
    told = words.SURE.format(label=name, share=say.percent(share))
    return Html(f'<p data-shares="{esc(json.dumps(shares))}" data-said="{esc(told)}"></p>')


def _bytes(frame: object) -> bytes:
    if isinstance(frame, str) and frame.startswith(START) and len(frame) <= LARGEST_FRAME:
        try:
            return base64.b64decode(frame.removeprefix(START), validate=True)
        except binascii.Error:
            pass
    raise Refused(say.UNEXPECTED)
