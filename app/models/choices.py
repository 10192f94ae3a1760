"""Choices of models, languages and families for dropdowns: (what is shown, value)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.models.requests import Refused
from app.models.shelf import Choice
from app.page import say
from lfdrt.languages import FAMILIES, LANGUAGES


def models(found: Sequence[Choice]) -> list[tuple[str, str]]:
    return [(say.model_choice(c.name, c.labels, c.tuned), c.key) for c in found]


def languages(first: str) -> list[tuple[str, str]]:
    """`first`: what choosing none is called; its value is ""."""
    named = sorted(LANGUAGES.values(), key=lambda language: language.name)
    return [(first, ""), *((f"{v.name} ({v.code})", v.code) for v in named)]


def families() -> list[tuple[str, str]]:
    return [(say.OWN, "own"), *((f.name, f.code) for f in FAMILIES), (say.NONE, "none")]


def model(choices: Sequence[Choice], key: str) -> Choice:
    """Refused: it is not among those that the visitor may ask."""
    for choice in choices:
        if choice.key == key:
            return choice
    raise Refused(say.MODEL_GONE)


Tuned = Callable[[str], Sequence[str]]
"""Keys of a visitor's tuned models, which the service knows from then on."""
