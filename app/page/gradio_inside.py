"""A picture input that hands over the uploaded file itself.

Gradio's own would decode it first, without the limits of `lfdrt.data.images`, and its complaint
about a bad file is not a sentence for a visitor. Knows nothing of the model.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components.image import ImageData


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
