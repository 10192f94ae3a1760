"""How the page looks: colours and fonts for Gradio's own parts; `page.css`, `page.js` and
`saving.js` for ours.

System fonts only, so that the browser asks no other host for anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

FOLDER = Path(__file__).resolve().parent
SCRIPTS = ("page.js", "saving.js")

SANS = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "Noto Sans Mono", "monospace")

_INK = gr.themes.Color(
    *("#f7f6f3 #efede8 #dfdcd4 #c6c2b8 #9b968b #706b62 "
      "#57534b #3d3a35 #262521 #1a1917 #121110 ink").split()
)  # fmt: skip
_TEAL = gr.themes.Color(
    *("#eef8f8 #d3eeee #a7dcdc #72c4c5 #3fa6a9 #1c888c "
      "#0b6e75 #0a585e #0b464b #0b3a3e #052125 teal").split()
)  # fmt: skip
_SETTINGS = {
    "body_background_fill": "*neutral_50",
    "body_background_fill_dark": "*neutral_950",
    "block_background_fill": "transparent",
    "block_background_fill_dark": "transparent",
    "block_border_width": "0px",
    "block_shadow": "none",
    "block_label_background_fill": "transparent",
    "block_label_background_fill_dark": "transparent",
    "block_label_border_width": "0px",
    "block_label_text_color": "*neutral_600",
    "block_label_text_color_dark": "*neutral_300",
    "block_title_text_color": "*neutral_700",
    "block_title_text_color_dark": "*neutral_200",
    "block_title_text_weight": "600",
    "block_info_text_color": "*neutral_500",
    "block_info_text_color_dark": "*neutral_400",
    "block_padding": "0px",
    "form_gap_width": "0px",
    "layout_gap": "16px",
    "input_background_fill": "white",
    "input_background_fill_dark": "*neutral_900",
    "input_border_color": "*neutral_300",
    "input_border_color_dark": "*neutral_700",
    "input_border_color_focus": "*primary_500",
    "input_border_color_focus_dark": "*primary_400",
    "input_border_width": "1px",
    "input_shadow_focus": "0 0 0 3px color-mix(in srgb, *primary_400 25%, transparent)",
    "button_primary_background_fill": "*primary_600",
    "button_primary_background_fill_hover": "*primary_700",
    "button_primary_background_fill_dark": "*primary_500",
    "button_primary_background_fill_hover_dark": "*primary_400",
    "button_primary_text_color": "white",
    "button_secondary_background_fill": "transparent",
    "button_secondary_background_fill_dark": "transparent",
    "button_secondary_border_color": "*neutral_300",
    "button_secondary_border_color_dark": "*neutral_700",
    "button_border_width": "1px",
}
"""Flat parts without boxes of their own: the page draws the panels they lie in."""


def launch_options(css: str = "", script: str = "") -> dict[str, Any]:
    """`theme`, `css` and `head` for `launch()`, where Gradio 6 takes them. css, script: more of
    each."""
    scripts = [(FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS]
    scripts += [script] if script else []
    return {
        "theme": _theme(),
        "css": (FOLDER / "page.css").read_text(encoding="utf-8") + css,
        "head": "".join(f"<script>{script}</script>" for script in scripts),
    }


def _theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue=_TEAL,
        secondary_hue=_TEAL,
        neutral_hue=_INK,
        radius_size=gr.themes.sizes.radius_lg,
        font=list(SANS),
        font_mono=list(MONO),
    ).set(**_SETTINGS)
