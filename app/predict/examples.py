"""The bundled examples: texts written and faces drawn for this project.

Reads `assets/examples.json` and its pictures once. Knows no components and no model.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from app.places import ASSETS


@dataclass(frozen=True, kw_only=True)
class Example:
    """`lang` None for an example without text; `meant`: the emotion its writer had in mind."""

    text: str
    lang: str | None
    picture: Path | None
    translation: str
    meant: str
    note: str


def read_examples(assets: Path = ASSETS) -> tuple[Example, ...]:
    """All examples, in their order; none where the file is absent."""
    path = assets / "examples.json"
    if not path.is_file():
        return ()
    return tuple(
        Example(
            text=row["text"] or "",
            lang=row["lang"],
            picture=assets / row["image"] if row["image"] else None,
            translation=row["translation"] or "",
            meant=row["emotion_meant"],
            note=row["note"] or "",
        )
        for row in json.loads(path.read_text(encoding="utf-8"))
    )
