"""What is known of a checkpoint's folder without loading the model: its hash, its card, and how it
is cited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.page.citation import Weights
from lfdrt.digest import training_seed, weights_digest

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
