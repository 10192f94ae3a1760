"""The columns that a prediction adds to a table; other programs rely on their names. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence


def added_columns(labels: Sequence[str], prefix: str = "") -> tuple[str, ...]:
    """labels: the classes of the model. prefix: before every name."""
    named = ("label", "agree", "label_1", "label_2", "language", "family")
    return tuple(f"{prefix}{name}" for name in (*named, *(f"p_{c}" for c in labels), "note"))
