"""The settings of a training for the page: presets, and what a visitor changed of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_type_hints

from app.models.requests import Refused


def presets() -> tuple[str, ...]:
    """Names, the default first."""
    from lfdrt.training.rethink.settings import PRESETS

    return tuple(PRESETS)


def preset(name: str) -> dict[str, object]:
    """Every setting of a preset by its name. Raises Refused."""
    from lfdrt.config import to_dict
    from lfdrt.training.rethink.settings import PRESETS

    if name not in PRESETS:
        raise Refused(f"There is no preset {name!r}; choose one of {', '.join(PRESETS)}.")
    return dict(to_dict(PRESETS[name]))


def changes(name: str, values: Mapping[str, object]) -> dict[str, object]:
    """Those of `values` that differ from the preset's; Refused names a setting that cannot be.

    values: as a page's components give them: whole numbers may come as 3.0, numbers as text.
    """
    from dataclasses import replace

    from lfdrt.training.rethink.settings import PRESETS, RethinkSettings

    base, kinds = preset(name), get_type_hints(RethinkSettings)
    found: dict[str, Any] = {}
    for field, value in values.items():
        if field not in base:
            raise Refused(f"There is no setting {field!r}.")
        changed = _as(kinds[field], field, value)
        if changed != base[field]:
            found[field] = changed
    try:
        replace(PRESETS[name], **found)
    except ValueError as error:
        raise Refused(str(error)) from error
    return found


def _as(kind: type, field: str, value: object) -> object:
    try:
        if kind is bool:
            return bool(value)
        if kind is int:
            whole = int(float(value))  # type: ignore[arg-type]
            if whole != float(value):  # type: ignore[arg-type]
                raise ValueError
            return whole
        return kind(value)
    except (TypeError, ValueError, OverflowError):
        what = {int: "a whole number", float: "a number"}.get(kind, "a text")
        raise Refused(f"{field} is {value!r}; it must be {what}.") from None
