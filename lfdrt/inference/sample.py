"""What a prediction is asked for: one sample, and which views of it.

Knows no model. Texts and pictures are already cleaned (`lfdrt.data`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto

from PIL import Image

from lfdrt.output import Photograph

OWN_FAMILY = "own"
NO_DISENTANGLER = "none"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A text, a picture, or both.

    `language`: any language tag; None detects it. `family`: a family's code, `OWN_FAMILY` for that
    of the language, or `NO_DISENTANGLER`. `translation`: the same text in the anchor language.
    `photograph`: what `image` is a part of (`lfdrt.data.photographs.look`).
    """

    text: str | None = None
    image: Image.Image | None = None
    language: str | None = None
    family: str = OWN_FAMILY
    translation: str | None = None
    photograph: Photograph | None = None


class View(Flag):
    """Intermediates to compute beside the prediction; each costs time.

    FAMILIES: attention and prediction through every family and none. SHARPNESS: KL from uniform of
    each family's vocabulary prediction (reads the whole word matrix). REGIONS: attention of the
    picture's regions over the tokens. TRANSLATION: Eq. 6 attention.
    """

    NOTHING = 0
    FAMILIES = auto()
    SHARPNESS = auto()
    REGIONS = auto()
    TRANSLATION = auto()
