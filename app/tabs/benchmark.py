"""The Benchmark tab: recorded runs to play, new ones to record, and the paper's own figures."""

from __future__ import annotations

import gradio as gr

from app import text_player as words
from app.jobs.recordings import Recordings
from app.service import Service
from app.tabs import benchmark_paper, player, record
from app.tabs.player_parts import build_filters
from app.tabs.record_choice import Tuned


def build(
    service: Service, recordings: Recordings, owner: gr.BrowserState, tuned: Tuned
) -> gr.Dropdown:
    """Fills the current tab. Returns the list of models that can be recorded."""
    with gr.Tabs(elem_id="benchmark-parts"):
        with gr.Tab(words.RECORDED, id="recorded"):
            filters = build_filters(recordings.names(), service.folder.name)
            panel = record.build_panel(service, data=recordings.data is not None)
            playing = player.build(recordings, owner, filters)
            models = record.build(service, recordings, tuned, panel, playing)
        with gr.Tab(words.PAPER, id="paper"):
            benchmark_paper.build(service.folder)
    return models
