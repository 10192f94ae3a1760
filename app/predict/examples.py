"""The bundled examples: texts written and faces drawn for this project, as cards to click.

Reads `assets/examples.json` and its pictures once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from app.page import say
from app.page.html import Html, esc, picture_data
from app.places import ASSETS
from app.predict import words as text
from lfdrt.languages import resolve


@dataclass(frozen=True, kw_only=True)
class Example:
    """`lang` None for an example without text; `meant`: the emotion its writer had in mind."""

    text: str
    lang: str | None
    picture: Path | None
    translation: str
    meant: str
    note: str


def read_examples(assets: Path = ASSETS) -> tuple[Example, ...]:
    """All examples, in their order; none where the file is absent."""
    path = assets / "examples.json"
    if not path.is_file():
        return ()
    return tuple(
        Example(
            text=row["text"] or "",
            lang=row["lang"],
            picture=assets / row["image"] if row["image"] else None,
            translation=row["translation"] or "",
            meant=row["emotion_meant"],
            note=row["note"] or "",
        )
        for row in json.loads(path.read_text(encoding="utf-8"))
    )


THUMB = 144  # px, twice its size on the page

ON_LOAD = """element.addEventListener('click', event => {
  const card = event.target.closest('[data-example]');
  if (card) trigger('click', {index: Number(card.dataset.example)});
});"""
"""gr.HTML's hook: the click event carries the example's number."""


def gallery(examples: Sequence[Example]) -> Html:
    cards = "".join(_card(i, e) for i, e in enumerate(examples))
    hint = f"{text.EXAMPLES_HINT} {say.CONSTRUCTED}"
    return Html(
        f'<section class="gallery"><h3>{esc(text.EXAMPLES_TITLE)} <small>{esc(hint)}'
        f'</small></h3><div class="strip-of-cards">{cards}</div></section>'
    )


def _card(i: int, e: Example) -> Html:
    if e.lang is None:
        words, foot = text.EXAMPLE_NO_TEXT, text.EXAMPLE_PICTURE_ONLY
    else:
        language = resolve(e.lang)
        words, foot = e.text, f"{language.name} · {language.family.name}"
    picture = '<span class="thumb none" aria-hidden="true"></span>'
    if e.picture is not None and e.picture.is_file():
        picture = f'<img class="thumb" alt="" src="{_thumbnail(e)}">'
    lang = f' lang="{esc(e.lang)}"' if e.lang else ""
    return Html(
        f'<button type="button" class="example" data-example="{i}" title="{esc(e.note)}">{picture}'
        f'<span class="says"><span class="words" dir="auto"{lang}>{esc(words)}</span>'
        f'<span class="foot">{esc(foot)}</span></span></button>'
    )


def _thumbnail(e: Example) -> str:
    with Image.open(e.picture) as image:
        return picture_data(ImageOps.fit(image.convert("RGB"), (THUMB, THUMB)))
