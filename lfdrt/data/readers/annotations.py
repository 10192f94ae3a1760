"""What annotation tools write (doccano, Label Studio): objects and cells to plain columns.

A label in a list is that label; several stay several, joined, so that nobody takes one of them for
the answer.
"""

from __future__ import annotations

import json
import re
from typing import Any

SEVERAL = " | "
"""Between labels of one text."""
TOOL = frozenset({"annotation_id", "lead_time", "annotator"})
"""Columns by which a table of Label Studio is known."""

_UPLOAD = re.compile(r"(?:.*/)?upload/\d+/[0-9a-f]{8}-(?P<name>[^/]+)")
_EMPTY: tuple[object, ...] = ({}, [])


def flat(found: dict[str, Any]) -> dict[str, Any]:
    """One object as columns: its `data` raised, choices of its first annotation by their names."""
    made: dict[str, Any] = {}
    for name, value in found.items():
        if name == "data" and isinstance(value, dict):
            made |= value
        elif name in ("annotations", "completions") and isinstance(value, list):
            made |= _choices(value)
        elif value not in _EMPTY and name not in ("predictions", "drafts"):
            made[name] = value
        elif value == [] and name.lower() in ("label", "labels"):
            made[name] = ""
    return {name: plain(value) for name, value in made.items()}


def _choices(annotations: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    used = [one for one in annotations if isinstance(one, dict) and not one.get("was_cancelled")]
    results = (used or [{}])[0].get("result")
    for one in results if isinstance(results, list) else ():
        value = one.get("value") if isinstance(one, dict) else None
        if isinstance(value, dict) and "choices" in value:
            made[str(one.get("from_name", "label"))] = value["choices"]
    return made


def plain(value: Any) -> Any:
    """A list of labels as a label; a picture by its name after the prefix of an upload."""
    if isinstance(value, dict) and set(value) == {"choices"}:
        value = value["choices"]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return SEVERAL.join(value)
    if isinstance(value, str) and (upload := _UPLOAD.fullmatch(value)):
        return upload["name"]
    return value


def plain_cell(cell: str) -> str:
    """The same of a cell that may hold JSON."""
    if cell[:1] in ("{", "["):
        try:
            cell = made if isinstance(made := plain(json.loads(cell)), str) else cell
        except (ValueError, RecursionError):
            return cell
    return str(plain(cell))
