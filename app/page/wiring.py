"""How events of the page are wired: settings that many share, and files that are saved at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.page.gradio_inside import Dependency, current_page, upload_folder

PRIVATE: dict[str, Any] = {"api_visibility": "private", "queue": True}
"""No event is part of a public interface."""
LIGHT: dict[str, Any] = {**PRIVATE, "show_progress": "hidden", "concurrency_limit": None}
"""For what takes milliseconds: any number at once, and no sign that something is going on."""
READING: dict[str, Any] = {
    **PRIVATE,
    "show_progress": "hidden",
    "concurrency_limit": 2,
    "trigger_mode": "always_last",
}
"""For a visitor's files, which may take seconds: two at once."""
Updates = dict[Any, Any]
"""What a handler gives back: new values or properties by component."""
ESTIMATING: dict[str, Any] = {**LIGHT, "trigger_mode": "always_last"}
"""The last of several changes is the one that must be told; by default it would be dropped."""
SAVE_FILE = "() => setTimeout(() => document.querySelector('#{name}')?.click(), 300)"
"""Presses the button of that id, which a handler has just given a file."""


def on_load(make: Callable[..., Any], inputs: Any, outputs: Any, **wiring: Any) -> Dependency:
    """Whenever the page that is being built is loaded. A callable as a component's value would run
    at building too, and the start would wait for it."""
    return current_page().load(make, inputs, outputs, **(wiring or LIGHT))


def served_folder() -> Path:
    """A new one among Gradio's own served files, which it clears after a day."""
    folder = upload_folder() / secrets.token_hex(16)
    folder.mkdir(parents=True)
    return folder
