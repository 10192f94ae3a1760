"""Whatever of Gradio is not its public interface: with another version, look here alone.

Among it a picture input that hands over the uploaded file itself: Gradio's own would decode it
first, without the limits of `lfdrt.data.images`, and its complaint about a bad file is not a
sentence for a visitor.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import Context
from gradio.data_classes import ImageData
from gradio.events import Dependency
from gradio.utils import get_upload_folder

__all__ = ["Dependency"]

UPLOAD, FILE = "/gradio_api/upload", "/gradio_api/file="
"""Addresses of the server: where uploads go, and what a served file's begins with."""


def current_page() -> gr.Blocks:
    """The page that is being built. Raises RuntimeError outside of one."""
    if Context.root_block is None:
        raise RuntimeError("no page is being built")
    return Context.root_block


def upload_folder() -> Path:
    """Where uploads lie, and other files that are served; cleared after a day."""
    return Path(get_upload_folder())


def session_dropper(page: gr.Blocks) -> Callable[[str], None]:
    """What drops a session's states and the values that were set in its page, which Gradio itself
    keeps for an hour and more. Only once the page is launched."""
    held = page.state_holder

    def drop(session: str) -> None:
        with held.lock:
            held.session_data.pop(session, None)
            held.time_last_used.pop(session, None)

    return drop


def _unread(self: gr.Image, payload: ImageData | None) -> Any:
    if payload is None or payload.path is None:  # nothing, or a camera's data address
        return gr.Image.preprocess(self, payload)
    return payload.path


# A class, since Gradio builds a component anew from its class whenever an event updates it. Made by
# `type.__new__`, since a class statement would have Gradio write a `.pyi` file beside this one.
# `is_template` gives it gr.Image's front end.
_PictureInput = type.__new__(
    type(gr.Image),
    "PictureInput",
    (gr.Image,),
    {"preprocess": _unread, "is_template": True, "__module__": __name__},
)


def picture_input(**settings: Any) -> gr.Image:
    """A gr.Image whose value in Python is the path of the visitor's file, unread."""
    return _PictureInput(type="filepath", **settings)
