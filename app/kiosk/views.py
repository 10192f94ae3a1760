"""The button that ends a visit of a kiosk. Its words and times are also what kiosk.js reads."""

from __future__ import annotations

import json

from app.kiosk import words
from app.page.html import Html, esc

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
    return (
        f'<button type="button" class="start-over" data-kiosk="{esc(json.dumps(told))}" '
        f'title="{esc(words.START_OVER_TITLE)}"><span aria-hidden="true">↺</span> '
        f"{esc(words.START_OVER)}</button>"
    )
