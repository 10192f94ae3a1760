"""The picture as the grid the model sees, with attention between its parts and the words.

Numbers travel in the page as JSON; page.js shades the parts of a chosen word and the words of a
chosen part, and says the numbers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from app.page.html import Html, card, esc, picture_data
from app.page.saving import Rows, Saved, drawn
from app.predict import words as text
from app.predict.readings import is_rtl
from app.predict.tokens import merge, summed

if TYPE_CHECKING:
    from lfdrt.output import Prediction

SHOWN = 384  # px
GREY = (124, 116, 104)


def regions(p: Prediction, image: Image.Image | None, source: str) -> Html:
    """The section; empty without grid or picture."""
    if p.grid is None or image is None:
        return ""
    words = merge(p.text or "", p.tokens)
    weights = summed(p.grid, words)  # (side, side, W)
    side = p.grid.shape[0]
    cells = "".join(
        f'<button type="button" data-cell="{r * side + c}" aria-label="'
        f'{esc(text.REGION.format(row=r + 1, column=c + 1))}"></button>'
        for r in range(side)
        for c in range(side)
    )
    buttons = "".join(
        f'<button type="button" data-word="{i}" dir="auto">{esc(w.text)}</button>'
        for i, w in enumerate(words)
    )
    data = json.dumps(np.round(weights.reshape(side * side, -1).astype(float), 4).tolist())
    direction, lang = "rtl" if is_rtl(p) else "ltr", esc(p.language or "")
    saved = Saved(name="picture-and-words", title=text.REGIONS_TITLE, source=source)
    figure = (
        f'<div class="look"><div class="grid" style="--side:{side};background-image:'
        f'url({picture_data(_as_seen(image))})">{cells}</div><div class="beside">'
        f'<p class="words" dir="{direction}" lang="{lang}">{buttons}</p>'
        f'<p class="readout" aria-live="polite">{esc(text.REGIONS_START)}</p></div></div>'
    )
    state = (
        f'data-weights="{esc(data)}" data-say-word="{esc(text.WORD_CHOSEN)}" '
        f'data-say-cell="{esc(text.REGION_CHOSEN)}"'
    )
    return card(
        drawn(saved, figure, _rows(weights, [w.text for w in words])),
        kind="regions",
        title=text.REGIONS_TITLE,
        lead=text.REGIONS_LEAD,
        attributes=state,
    )


def _rows(weights: np.ndarray, words: list[str]) -> Rows:
    """Each part of the picture by words, as shares; the head first. Shape: weights (S, S, W)."""
    side = weights.shape[0]
    values = np.round(weights.astype(float), 6).tolist()
    parts = ([r + 1, c + 1, *values[r][c]] for r in range(side) for c in range(side))
    return [[*text.PICTURE_COLUMNS, *words], *parts]


def _as_seen(image: Image.Image) -> Image.Image:
    """Padded to a square like the model's input, so that the grid lies where it was read."""
    return ImageOps.pad(image, (SHOWN, SHOWN), Image.Resampling.BICUBIC, color=GREY)
