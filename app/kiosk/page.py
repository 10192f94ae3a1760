"""What a kiosk adds to the page's style and scripts."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def page_parts() -> dict[str, str]:
    """`css` and `script`."""
    return {
        "css": (FOLDER / "kiosk.css").read_text(encoding="utf-8"),
        "script": (FOLDER / "kiosk.js").read_text(encoding="utf-8"),
    }
