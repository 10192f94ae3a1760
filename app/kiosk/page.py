"""What a kiosk adds to the page: style and script, the button that ends a visit, whose it is."""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr

from app.kiosk import words
from app.kiosk.kiosk import Kiosk
from app.kiosk.server import cookie_of
from app.page.html import Html, esc
from app.page.wiring import LIGHT, on_load

FOLDER = Path(__file__).resolve().parent


def page_parts() -> dict[str, str]:
    """`css` and `script`."""
    return {
        "css": (FOLDER / "kiosk.css").read_text(encoding="utf-8"),
        "script": (FOLDER / "kiosk.js").read_text(encoding="utf-8"),
    }


COUNTDOWN, EACH = 10, 8
"""Seconds: from the question whether anybody is there to the end of the visit; of one example."""


def start_over(idle: float, apart: float) -> Html:
    """idle: seconds without input. apart: seconds between two signs of life of the page."""
    told = {
        "idle": idle,
        "apart": apart,
        "countdown": COUNTDOWN,
        "each": EACH,
        "still": words.STILL_THERE,
        "left": words.LEFT,
        "over": words.OVER,
        "touch": words.TOUCH,
        "hint": words.TOUCH_HINT,
    }
    return Html(
        f'<button type="button" class="start-over" data-kiosk="{esc(json.dumps(told))}" '
        f'title="{esc(words.START_OVER_TITLE)}"><span aria-hidden="true">↺</span> '
        f"{esc(words.START_OVER)}</button>"
    )


def wire(kiosk: Kiosk, owner: gr.BrowserState) -> None:
    """`owner`: what the visitor's jobs belong to."""

    def met(known: str, request: gr.Request) -> None:
        kiosk.visits.met(cookie_of(request.cookies), known, request.session_hash or "")

    on_load(met, owner, None)
    owner.change(met, owner, None, **LIGHT)
