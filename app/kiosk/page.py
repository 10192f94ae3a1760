"""What a kiosk adds to the head of the page: its script and its style."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def page_head() -> str:
    """Not through `css` of `launch()`: Gradio confines that to its own part of the page, and the
    script's covers lie over all of it."""
    style = (FOLDER / "kiosk.css").read_text(encoding="utf-8")
    script = (FOLDER / "kiosk.js").read_text(encoding="utf-8")
    return f"<style>{style}</style><script>{script}</script>"
