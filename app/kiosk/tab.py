"""A kiosk is told whose page it is: jobs are found by their owner, and what the server remembers of
a page by its session."""

from __future__ import annotations

import gradio as gr

from app.kiosk.kiosk import Kiosk
from app.kiosk.server import cookie_of
from app.page.wiring import LIGHT, on_load


def wire(kiosk: Kiosk, owner: gr.BrowserState) -> None:
    """`owner`: what the visitor's jobs belong to."""

    def met(known: str, request: gr.Request) -> None:
        kiosk.visits.met(cookie_of(request.cookies), known, request.session_hash or "")

    on_load(met, owner, None)
    owner.change(met, owner, None, **LIGHT)
