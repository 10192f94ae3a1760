"""Every sentence of the camera of the Predict tab."""

from __future__ import annotations

from app.page import speech

USE = "Use the camera"
KEEP = "Take this picture"
STOP = "Stop the camera"
BARS = "What the face says, from moment to moment"
KEPT = "Every picture is read once and forgotten: nothing is stored."
WAIT = "Looking …"
SURE = "{label}, {share}"
REFUSED = {
    "insecure": "The browser gives its camera to pages of this machine (http://127.0.0.1 or "
    "http://localhost) and to HTTPS alone, and this page is neither.",
    "NotAllowedError": "The camera was not allowed: allow it beside the address, then try again.",
    "NotFoundError": "The browser finds no camera on this machine.",
    "NotReadableError": "The camera gives no picture: another program may be using it.",
    "other": "The camera could not be started: {why}",
}
"""By the name of the browser's error; camera.js."""


speech.spoken(__name__)
