"""A picture input that hands over the uploaded file itself.

Gradio's own would decode it first, without the limits of `lfdrt.data.images`, and its complaint
about a bad file is not a sentence for a visitor. Knows nothing of the model.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components.image import ImageData


def picture_input(**settings: Any) -> gr.Image:
    """A gr.Image whose value in Python is the path of the visitor's file, unread.

    One method of one component is replaced: a subclass would make Gradio write a `.pyi` file
    beside this one.
    """
    picture = gr.Image(type="filepath", **settings)
    decoded = picture.preprocess

    def preprocess(payload: ImageData | None) -> Any:
        if payload is None or payload.path is None:  # nothing, or a camera's data address
            return decoded(payload)
        return payload.path

    picture.preprocess = preprocess
    return picture
