"""The Benchmark tab: recorded runs to play, and the paper's own figures."""

from __future__ import annotations

import gradio as gr

from app import text_player as words
from app.jobs.recordings import Recordings
from app.tabs import benchmark_paper, player


def build(recordings: Recordings) -> None:
    """Fills the current tab."""
    with gr.Tabs(elem_id="benchmark-parts"):
        with gr.Tab(words.RECORDED, id="recorded"):
            player.build(recordings)
        with gr.Tab(words.PAPER, id="paper"):
            benchmark_paper.build()
