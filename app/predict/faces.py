"""The picture with the faces that were found in it; clicking one reads that one instead.

Knows no components: the click event carries the face's number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.page.html import Html, card, esc, picture_data
from app.predict import words

if TYPE_CHECKING:
    from PIL import Image

    from lfdrt.output import Box, Photograph

SHOWN = 720  # px

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
        f'<div class="photograph"><img alt="{esc(words.faces_alt(count))}" '
        f'src="{picture_data(shrink(picture, SHOWN))}">{boxes}</div>'
    )
    lead = words.FACES_LEAD if count > 1 else words.FACE_LEAD
    return card(Html(photograph), kind="faces", title=words.FACES_TITLE, lead=lead)


def _box(face: Box, number: int, count: int, seen: Photograph) -> Html:
    """Placed in shares of the picture, since its size on the page varies."""
    w, h = seen.size
    place = (
        f"left:{100 * face.left / w:.2f}%;top:{100 * face.top / h:.2f}%;"
        f"width:{100 * face.width / w:.2f}%;height:{100 * face.height / h:.2f}%"
    )
    read = number == seen.face
    name = words.face_name(number, count)
    return Html(
        f'<button type="button" data-face="{number}" aria-pressed="{str(read).lower()}" '
        f'style="{place}" aria-label="{esc(name)}" title="{esc(name)}"><b>{number}</b></button>'
    )
