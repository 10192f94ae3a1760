"""How events of the page are wired: settings that most of them share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.events import Dependency

PRIVATE: dict[str, Any] = {"api_visibility": "private", "queue": True}
"""No event is part of a public interface."""
LIGHT: dict[str, Any] = {**PRIVATE, "show_progress": "hidden", "concurrency_limit": None}
"""For what takes milliseconds: any number at once, and no sign that something is going on."""


def on_load(make: Callable[..., Any], inputs: Any, outputs: Any, **wiring: Any) -> Dependency:
    """Whenever the page that is being built is loaded. A callable as a component's value would run
    at building too, and the start would wait for it."""
    return gr.context.Context.root_block.load(make, inputs, outputs, **(wiring or LIGHT))
