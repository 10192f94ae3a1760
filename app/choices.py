"""Choices of models, languages and families for dropdowns: (what is shown, value)."""

from __future__ import annotations

from collections.abc import Sequence

from app import text
from app.shelf import Choice
from lfdrt.languages import FAMILIES, LANGUAGES


def models(found: Sequence[Choice]) -> list[tuple[str, str]]:
    return [(text.model_choice(c.name, c.labels, c.tuned), c.key) for c in found]


def languages(first: str) -> list[tuple[str, str]]:
    """`first`: what choosing none is called; its value is ""."""
    named = sorted(LANGUAGES.values(), key=lambda language: language.name)
    return [(first, ""), *((f"{v.name} ({v.code})", v.code) for v in named)]


def families() -> list[tuple[str, str]]:
    return [(text.OWN, "own"), *((f.name, f.code) for f in FAMILIES), (text.NONE, "none")]
