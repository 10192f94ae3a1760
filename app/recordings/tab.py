"""Recorded runs, in the Benchmark tab: the player, and recording a new one."""

from __future__ import annotations

import gradio as gr

from app.models.choices import Tuned
from app.models.service import Service
from app.recordings import player, record
from app.recordings.player_parts import build_filters
from app.recordings.recordings import Recordings


def build(
    service: Service, recordings: Recordings, owner: gr.BrowserState, tuned: Tuned
) -> gr.Dropdown:
    """Fills the current tab. Returns the list of models that can be recorded."""
    filters = build_filters(recordings.names(), service.folder.name)
    recording = record.build_recording(service, recordings, owner)
    playing = player.build(recordings, owner, filters)
    return record.wire(service, recordings, tuned, recording, playing)
