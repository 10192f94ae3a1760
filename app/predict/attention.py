"""The picture and the words: the faces found in it, one of which a click reads instead; attention
between picture and words, and between a text and its translation (Eq. 6).

The numbers of all families travel in the page; page.js shows those that are chosen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from app.page.html import Html, card, esc, foreign, later, picture_data, scroll
from app.page.saving import Rows, Saved, drawn
from app.page.say import family_name
from app.page.tables import HeatMap, heat_table
from app.predict import words as text
from app.predict.readings import is_rtl, own_index
from lfdrt.languages import FAMILY_NAMES
from lfdrt.words import Word, merge, summed

if TYPE_CHECKING:
    from PIL import Image

    from lfdrt.output import Box, Photograph, Prediction


PHOTOGRAPH = 720  # px

ON_LOAD = """element.addEventListener('click', event => {
  const other = event.target.closest('[data-face][aria-pressed="false"]');
  if (other) trigger('click', {face: Number(other.dataset.face)});
});"""
"""gr.HTML's hook."""


def faces(seen: Photograph | None, picture: Image.Image | None) -> Html:
    """The section; empty where the whole picture was read and there is nothing to choose."""
    if seen is None or picture is None or not (seen.face or len(seen.faces) > 1):
        return Html("")
    from lfdrt.data.images import shrink

    count = len(seen.faces)
    boxes = "".join(
        _box(face, number, count, seen) for number, face in enumerate(seen.faces, start=1)
    )
    photograph = (
        f'<div class="photograph"><img alt="{esc(text.faces_alt(count))}" '
        f'src="{picture_data(shrink(picture, PHOTOGRAPH))}">{boxes}</div>'
    )
    lead = text.FACES_LEAD if count > 1 else text.FACE_LEAD
    return card(Html(photograph), kind="faces", title=text.FACES_TITLE, lead=lead)


def _box(face: Box, number: int, count: int, seen: Photograph) -> Html:
    """Placed in shares of the picture, since its size on the page varies."""
    w, h = seen.size
    place = (
        f"left:{100 * face.left / w:.2f}%;top:{100 * face.top / h:.2f}%;"
        f"width:{100 * face.width / w:.2f}%;height:{100 * face.height / h:.2f}%"
    )
    read = number == seen.face
    name = text.face_name(number, count)
    return Html(
        f'<button type="button" data-face="{number}" aria-pressed="{str(read).lower()}" '
        f'style="{place}" aria-label="{esc(name)}" title="{esc(name)}"><b>{number}</b></button>'
    )


SHOWN = 384  # px
GREY = (124, 116, 104)


def regions(p: Prediction, words: Sequence[Word], image: Image.Image | None, source: str) -> Html:
    """The section; empty without grid or picture. words: of the text."""
    if p.grid is None or image is None:
        return Html("")
    weights = summed(p.grid, words)  # (side, side, W)
    side = p.grid.shape[0]
    cells = "".join(
        f'<button type="button" data-cell="{r * side + c}"{later(r + c)} aria-label="'
        f'{esc(text.REGION.format(row=r + 1, column=c + 1))}"></button>'
        for r in range(side)
        for c in range(side)
    )
    buttons = "".join(
        f'<button type="button" data-word="{i}"{later(i)} dir="auto">{esc(w.text)}</button>'
        for i, w in enumerate(words)
    )
    data = json.dumps(np.round(weights.reshape(side * side, -1).astype(float), 4).tolist())
    direction, lang = "rtl" if is_rtl(p) else "ltr", esc(p.language or "")
    saved = Saved(name="picture-and-words", title=text.REGIONS_TITLE, source=source)
    figure = (
        f'<div class="look"><div class="grid" data-arrows="{side}" style="--side:{side};'
        f'background-image:url({picture_data(_as_seen(image))})">'
        f'<div class="smooth"></div>{cells}</div><div class="beside">'
        f'<p class="words" data-arrows dir="{direction}" lang="{lang}">{buttons}</p>'
        f'<p class="readout" aria-live="polite">{esc(text.REGIONS_START)}</p></div></div>'
    )
    state = (
        f'data-weights="{esc(data)}" data-say-word="{esc(text.WORD_CHOSEN)}" '
        f'data-say-cell="{esc(text.REGION_CHOSEN)}"'
    )
    return card(
        drawn(saved, Html(figure), _region_rows(weights, [w.text for w in words])),
        kind="regions",
        title=text.REGIONS_TITLE,
        lead=text.REGIONS_LEAD,
        attributes=state,
    )


def _region_rows(weights: np.ndarray, words: list[str]) -> Rows:
    """Each part of the picture by words, as shares; the head first. Shape: weights (S, S, W)."""
    side = weights.shape[0]
    values = np.round(weights.astype(float), 6).tolist()
    parts = ([r + 1, c + 1, *values[r][c]] for r in range(side) for c in range(side))
    return [[*text.PICTURE_COLUMNS, *words], *parts]


def _as_seen(image: Image.Image) -> Image.Image:
    """Padded to a square like the model's input, so that the grid lies where it was read."""
    return ImageOps.pad(image, (SHOWN, SHOWN), Image.Resampling.BICUBIC, color=GREY)


def translation(p: Prediction, words: Sequence[Word], english: str, source: str) -> Html:
    """The section; empty where no translation was given. words: of the text."""
    if p.translation is None or not p.translation_tokens:
        return Html("")
    columns = merge(english, p.translation_tokens)
    values = _by_words(p, words, columns)
    k = own_index(p) if p.families else 0
    shown = min(k, len(values) - 1)  # no disentangler has no row in Eq. 6
    heat = HeatMap(
        values=values[shown],
        columns=[w.text for w in columns],
        rows=[w.text for w in words],
        lang="en",
    )
    table = heat_table(
        heat,
        corner="",
        heads=[
            Html(f'<span data-w="{i}">{foreign(w.text, p.language or "")}</span>')
            for i, w in enumerate(words)
        ],
        beside=[Html("")] * len(words),
        beside_head="",
    )
    names = [family_name(r.family) for r in p.families or ()][: len(values)] or [*FAMILY_NAMES]
    state = (
        f'data-values="{esc(json.dumps(np.round(values.astype(float), 4).tolist()))}" '
        f'data-names="{esc(json.dumps(names))}" data-numbers="on"'
    )
    lead = f"{esc(text.TRANSLATION_LEAD)}<b data-family-name>{esc(names[shown])}</b>."
    head = f'<p class="lead">{lead}</p>'
    saved = Saved(name="translation", title=text.TRANSLATION_TITLE, source=source)
    rows = [[text.COLUMN_FAMILY, text.WORD_COLUMN, *heat.columns], *_rows(values, names, heat.rows)]
    return card(
        drawn(saved, Html(f"{head}{scroll(Html(table), text.TRANSLATION_TITLE)}"), rows),
        kind="translation",
        title=text.TRANSLATION_TITLE,
        attributes=state,
    )


def _rows(values: np.ndarray, families: Sequence[str], words: Sequence[str]) -> Rows:
    """Every family's reading, whichever is shown. Shape: values (K, W, A)."""
    return [
        [family, word, *line]
        for family, lines in zip(families, np.round(values.astype(float), 6).tolist(), strict=True)
        for word, line in zip(words, lines, strict=True)
    ]


def _by_words(p: Prediction, words: Sequence[Word], columns: Sequence[Word]) -> np.ndarray:
    """Over words on both sides: mean over a word's own tokens, sum over the English ones.

    Shape: (K, W, A). The mean keeps a word of many pieces comparable with one of few.
    """
    assert p.translation is not None  # `translation` asked
    over_english = summed(p.translation, columns)  # (K, T, A)
    return np.stack([over_english[:, list(w.tokens)].mean(axis=1) for w in words], axis=1)
