"""The head of the page, and the line that says what the model is doing."""

from __future__ import annotations

from app import text
from app.asked import Loaded
from app.shelf import Status
from app.views.html import Html, esc


def header(more: Html = "") -> Html:
    """more: a button beside that of the theme."""
    theme = esc(text.THEME_BUTTON)
    return (
        f'<header class="masthead"><div><h1>{esc(text.TITLE)}</h1><p>{esc(text.TAGLINE)}</p></div>'
        f'{more}<button type="button" class="theme" data-theme-switch aria-label="{theme}"'
        f' title="{theme}">◐</button></header>'
    )


def pill(status: Status, loaded: Loaded | None) -> Html:
    """Loading with its seconds, ready with checkpoint and device, or the sentence of a failure."""
    if status.phase == "failed":
        words = f"{text.PHASES['failed']}: {status.failure} {text.FAILED_NEXT}"
    elif loaded is not None:
        words = text.ready(loaded.weights.name, loaded.device)
    else:
        words = text.phase(status.phase, status.seconds)
    role = "alert" if status.phase == "failed" else "status"
    return (
        f'<p class="pill {esc(status.phase)}" role="{role}"><i class="dot" aria-hidden="true"></i>'
        f"{esc(words)}</p>"
    )
