"""Choices of languages and families for dropdowns: (what is shown, value)."""

from __future__ import annotations

from app import text
from lfdrt.languages import FAMILIES, LANGUAGES


def languages(first: str) -> list[tuple[str, str]]:
    """`first`: what choosing none is called; its value is ""."""
    named = sorted(LANGUAGES.values(), key=lambda language: language.name)
    return [(first, ""), *((f"{v.name} ({v.code})", v.code) for v in named)]


def families() -> list[tuple[str, str]]:
    return [(text.OWN, "own"), *((f.name, f.code) for f in FAMILIES), (text.NONE, "none")]
