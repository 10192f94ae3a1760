"""What a visitor asks a model and what it may choose, what comes back, and what is known of a
checkpoint's folder without loading it: its hash, its card, and how it is cited. Plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from app.models.shelf import BASE, Choice, facts_in
from app.page import say
from app.page.saving import Weights
from lfdrt.digest import training_seed, weights_digest
from lfdrt.languages import FAMILIES, LANGUAGES
from lfdrt.words import Units, Word, units

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from lfdrt.output import HeadGuesses, Prediction, Scores


LARGEST, WHOLE = 1, 0
"""Of a picture's faces, as `lfdrt.data.photographs` counts them; that module needs torch."""

NONE = "none"
"""The family of a request that reads through no disentangler."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a visitor asks for. `picture`: a file, or the content of one; `language` None: detect;
    `family`: a code, "own" or NONE; `checkpoint`: the key of a choice; `face`: which one of the
    picture is read, as `lfdrt.data.photographs` counts them; `mix`: whether the model expects its
    class mix, if any."""

    text: str = ""
    picture: Path | bytes | None = None
    language: str | None = None
    family: str = "own"
    translation: str = ""
    checkpoint: str = BASE
    face: int = LARGEST
    mix: bool = True


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A prediction, the weights that made it, and what of picture and translation was read.
    `picture`: the whole one. heads: finds out how each family's head guesses the text's own words,
    exactly or estimated; None without text or heads. others: the scores of the same sample with
    other texts in place of its own. mixed: the reading through a mix of families, by their
    shares. mix: shares of the classes that the model expects,
    whether this answer does or not; None: it expects all alike."""

    prediction: Prediction
    weights: Weights
    picture: Image.Image | None
    image: Image.Image | None
    english: str
    heads: Callable[[bool], HeadGuesses | None]
    others: Callable[[Sequence[str]], list[Scores]]
    mixed: Callable[[np.ndarray], Scores]
    mix: tuple[float, ...] | None = None

    @cached_property
    def units(self) -> Units:
        """The text as words and as tokens: every panel shows them, and cutting takes a while."""
        return units(self.prediction)

    @property
    def words(self) -> tuple[Word, ...]:
        return next(iter(self.units.values()))


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


def digest(folder: Path) -> str:
    """Of its weights, as a recording names them; "" where it has none. 0.1 s, once."""
    files = [(path.name, path.stat()) for path in sorted(folder.glob("*.safetensors"))]
    return _digest(folder, tuple((name, s.st_mtime_ns, s.st_size) for name, s in files))


@lru_cache(maxsize=64)
def _digest(folder: Path, written: tuple[tuple[str, int, int], ...]) -> str:
    """written: read again when it is another one."""
    return weights_digest(folder) if written else ""


def cited_from(folder: Path, name: str) -> Weights:
    """Of a checkpoint that is not in memory."""
    return cited(facts_in(folder / "card.json"), digest(folder), name)


def cited(card: Mapping[str, Any], sha256: str, name: str) -> Weights:
    """card: of the checkpoint; a tuned one's rule and seed are those of its tuning."""
    tuning = card.get("rethought")
    facts = tuning if isinstance(tuning, dict) else card
    return Weights(
        name=name,
        sha256=sha256,
        selection=str(facts.get("selection", ""))[:MOST_RULE],
        seed=training_seed(facts),
    )


def models(found: Sequence[Choice]) -> list[tuple[str, str]]:
    return [(say.model_choice(c.name, c.labels, c.tuned), c.key) for c in found]


def languages(first: str) -> list[tuple[str, str]]:
    """`first`: what choosing none is called; its value is ""."""
    named = [(say.language_name(one), one.code) for one in LANGUAGES.values()]
    named.sort(key=lambda one: normalize("NFKD", one[0]).casefold())  # á beside a
    return [(first, ""), *((f"{name} ({code})", code) for name, code in named)]


def families() -> list[tuple[str, str]]:
    return [(say.OWN, "own"), *((say.family_of(f), f.code) for f in FAMILIES), (say.NONE, "none")]


def model(choices: Sequence[Choice], key: str) -> Choice:
    """Refused: it is not among those that the visitor may ask."""
    for choice in choices:
        if choice.key == key:
            return choice
    raise Refused(say.MODEL_GONE)


Tuned = Callable[[str], Sequence[str]]
"""Keys of a visitor's tuned models, which the service knows from then on."""
