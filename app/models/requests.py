"""What a visitor asks a model, and what comes back: plain values.

Knows no model, no components, no HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.models.shelf import BASE
from app.page.citation import Weights

if TYPE_CHECKING:
    from PIL import Image

    from lfdrt.output import Prediction


NONE = "none"
"""The family of a request that reads through no disentangler."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a visitor asks for. `language` None: detect; `family`: a code, "own" or NONE;
    `checkpoint`: the key of a choice."""

    text: str = ""
    picture: Path | None = None
    language: str | None = None
    family: str = "own"
    translation: str = ""
    checkpoint: str = BASE


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A prediction, the weights that made it, and picture and translation as they were read."""

    prediction: Prediction
    weights: Weights
    image: Image.Image | None
    english: str


@dataclass(frozen=True, kw_only=True)
class Original:
    """An answer that a change is compared with. request: with the text, language and family that
    were read, so that a change of one thing changes nothing else. prediction: without views. about:
    what its citation says of the sample."""

    request: Request
    prediction: Prediction
    weights: Weights
    about: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the page says about the checkpoint."""

    weights: Weights
    card: dict[str, Any]
    labels: tuple[str, ...]
    families: tuple[str, ...]
    device: str


class Refused(ValueError):
    """An input that cannot be predicted, or a model that is not there; the message is a sentence
    for the visitor."""
