"""What a visitor asks a model, what comes back, and what is known of a checkpoint's folder without
loading it: its hash, its card, and how it is cited. Plain values; knows no components, no HTML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.models.shelf import BASE
from app.page.saving import Weights
from lfdrt.digest import training_seed, weights_digest

if TYPE_CHECKING:
    from PIL import Image

    from lfdrt.output import Prediction


LARGEST, WHOLE = 1, 0
"""Of a picture's faces, as `lfdrt.data.photographs` counts them; that module needs torch."""

NONE = "none"
"""The family of a request that reads through no disentangler."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a visitor asks for. `language` None: detect; `family`: a code, "own" or NONE;
    `checkpoint`: the key of a choice; `face`: which one of the picture is read, as
    `lfdrt.data.photographs` counts them."""

    text: str = ""
    picture: Path | None = None
    language: str | None = None
    family: str = "own"
    translation: str = ""
    checkpoint: str = BASE
    face: int = LARGEST


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A prediction, the weights that made it, and what of picture and translation was read.
    `picture`: the whole one."""

    prediction: Prediction
    weights: Weights
    picture: Image.Image | None
    image: Image.Image | None
    english: str


@dataclass(frozen=True, kw_only=True)
class Original:
    """An answer that a change is compared with. request: with the text, language and family that
    were read, so that a change of one thing changes nothing else. asked: as it was asked, for
    another face. prediction: without views. about: what its citation says of the sample."""

    request: Request
    asked: Request
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


MOST_RULE = 1000
"""Characters of a selection rule that are cited: a stranger's card may be a book."""


@lru_cache(maxsize=64)
def digest(folder: Path) -> str:
    """Of its weights, as a recording names them; "" where it has none. 0.1 s, once."""
    return weights_digest(folder) if any(folder.glob("*.safetensors")) else ""


def facts_in(path: Path) -> Mapping[str, Any]:
    """A JSON object; {} for what is none, since that it cannot be used is said elsewhere."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def cited(folder: Path, name: str) -> Weights:
    """A tuned one's rule and seed are those of its tuning."""
    card = facts_in(folder / "card.json")
    tuning = card.get("rethought")
    facts = tuning if isinstance(tuning, dict) else card
    return Weights(
        name=name,
        sha256=digest(folder),
        selection=str(facts.get("selection", ""))[:MOST_RULE],
        seed=training_seed(facts),
    )
