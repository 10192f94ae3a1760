"""The About tab. Returns the panel that the checkpoint's card is put into when it is loaded."""

from __future__ import annotations

import gradio as gr

from app.about.views import about, checkpoint, introduction, limits


def build() -> gr.HTML:
    """Fills the current tab."""
    with gr.Row(equal_height=False, elem_classes="about"):
        with gr.Column(scale=5, min_width=320):
            gr.HTML(introduction())
            panel = gr.HTML(checkpoint(None), elem_id="checkpoint-card")
            gr.HTML(limits())
        with gr.Column(scale=6, min_width=320):
            gr.HTML(about())
    return panel
