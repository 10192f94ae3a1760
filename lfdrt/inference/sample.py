"""What a prediction is asked for: one sample, and which views of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from pathlib import Path

from PIL import Image

from lfdrt.data.images import read_image
from lfdrt.data.photographs import look
from lfdrt.output import Photograph

OWN_FAMILY = "own"
NO_DISENTANGLER = "none"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A text, a picture, or both.

    `language`: any language tag; None detects it. `family`: a family's code, `OWN_FAMILY` for that
    of the language, or `NO_DISENTANGLER`. `translation`: the same text in the anchor language.
    `photograph`: what `image` is a part of (`lfdrt.data.photographs.look`). `voted`: the language
    that its table is in, for a text too short to tell.
    """

    text: str | None = None
    image: Image.Image | None = None
    language: str | None = None
    family: str = OWN_FAMILY
    translation: str | None = None
    photograph: Photograph | None = None
    voted: str | None = None


def sample_of(
    *,
    text: str | None,
    picture: Path | Image.Image | None,
    language: str | None,
    family: str,
    face: int,
    model_side: int,
    name: str = "",
    voted: str | None = None,
) -> Sample:
    """A sample with its picture read and the chosen face cut out, as `lfdrt.data.photographs`
    counts them; `name`: as a message calls the file. ImageError says what is wrong with it.

    The picture is shrunk to twice the side that the model reads, which is enough: photographs of a
    whole table would fill the memory.
    """
    if isinstance(picture, Path):
        picture = read_image(picture, name=name or picture.name)
    seen = None if picture is None else look(picture, face=face, longest=2 * model_side)
    return Sample(
        text=text,
        image=None if seen is None else seen.image,
        photograph=None if seen is None else seen.photograph,
        language=language,
        family=family,
        voted=voted,
    )


class View(Flag):
    """Intermediates to compute beside the prediction; each costs time.

    FAMILIES: attention and prediction through every family and none. SHARPNESS: KL from uniform of
    each family's prediction of the text's own words, hidden in turn (reads the whole word matrix).
    REGIONS: attention of the picture's regions over the tokens. TRANSLATION: Eq. 6 attention.
    """

    NOTHING = 0
    FAMILIES = auto()
    SHARPNESS = auto()
    REGIONS = auto()
    TRANSLATION = auto()
