"""The words of a kiosk."""

from __future__ import annotations

from app.page import speech

START_OVER = "Start over"
START_OVER_TITLE = "Clears everything you typed, uploaded and started here"
SAID = {
    "still": "Are you still there?",
    "left": "Everything here is cleared in {seconds} s. Touch anything to go on.",
    "over": "Starting over …",
    "touch": "Touch to try it yourself",
    "hint": "The examples play by themselves; each is predicted by the model as you watch.",
}
"""By kiosk.js."""
TAKE_ALONG = "Take it along"
VISIT_OVER = "This visit is over: reload the page."


speech.spoken(__name__)
