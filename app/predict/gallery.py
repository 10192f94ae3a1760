"""The bundled examples as cards; clicking one reports its number."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageOps

from app.page import say
from app.page.html import Html, esc, picture_data
from app.predict import words as text
from app.predict.examples import Example
from lfdrt.languages import resolve

THUMB = 144  # px, twice its size on the page

ON_LOAD = """element.addEventListener('click', event => {
  const card = event.target.closest('[data-example]');
  if (card) trigger('click', {index: Number(card.dataset.example)});
});"""
"""gr.HTML's hook: the click event carries the example's number."""


def gallery(examples: Sequence[Example]) -> Html:
    cards = "".join(_card(i, e) for i, e in enumerate(examples))
    hint = f"{text.EXAMPLES_HINT} {say.CONSTRUCTED}"
    return (
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
    return (
        f'<button type="button" class="example" data-example="{i}" title="{esc(e.note)}">{picture}'
        f'<span class="says"><span class="words" dir="auto"{lang}>{esc(words)}</span>'
        f'<span class="foot">{esc(foot)}</span></span></button>'
    )


def _thumbnail(e: Example) -> str:
    with Image.open(e.picture) as image:
        return picture_data(ImageOps.fit(image.convert("RGB"), (THUMB, THUMB)))
