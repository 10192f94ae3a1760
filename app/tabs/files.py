"""Files that are made for one visitor and saved at once by the browser."""

from __future__ import annotations

import secrets
from pathlib import Path

import gradio as gr

SAVE_FILE = "() => setTimeout(() => document.querySelector('#{name}')?.click(), 300)"
"""Presses the button of that id, which a handler has just given a file."""


def served_folder() -> Path:
    """A new one among Gradio's own served files, which it clears after a day."""
    folder = Path(gr.utils.get_upload_folder()) / secrets.token_hex(16)
    folder.mkdir(parents=True)
    return folder
