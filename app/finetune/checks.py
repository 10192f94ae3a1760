"""Whether a stranger's ZIP holds what a training writes, before any of it is shown or loaded.

Every check raises ValueError with a sentence.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lfdrt.config import ModelConfig, from_dict
from lfdrt.events import RethinkStep, RunFinished, from_line

DISPUTE = {"row", "text", "first", "second", "decided"}
DISPUTE_NUMBERS = {"picture", "p_first", "p_second"}
MOST = 1e15
SPARE = 1_000_000
"""Bytes by which a checkpoint's files may be smaller than its weights as they are stored."""


def check_events(path: Path) -> None:
    """Each line is an event whose fields have the types that they are shown by."""
    kinds = set()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                kinds.add(_checked_event(line.decode("utf-8")))
            except (ValueError, RecursionError) as error:
                raise ValueError(
                    f"{path.name}, line {number} is not what a training writes."
                ) from error
    if not {RethinkStep, RunFinished} & kinds:
        raise ValueError(f"{path.name} holds no training.")


def _checked_event(line: str) -> type:
    json.loads(line, parse_constant=_number, parse_float=_number, parse_int=_number)
    event = from_line(line)
    _adapter(type(event)).validate_json(json.dumps(vars(event)), strict=True)  # type: ignore[arg-type]
    if isinstance(event, RethinkStep):
        for dispute in event.disputes:
            _check_dispute(dispute)
    return type(event)


def _check_dispute(dispute: dict[str, Any]) -> None:
    said = {key for key, value in dispute.items() if isinstance(value, str)}
    if said != DISPUTE or set(dispute) - said != DISPUTE_NUMBERS:
        raise ValueError("not a dispute")


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _number(digits: str) -> float:
    """Raises ValueError for NaN, and for what would be infinite or is beyond all counting."""
    number = float(digits)
    if not abs(number) < MOST:
        raise ValueError(f"{digits[:20]} is no number of a training")
    return number


def check_size(folder: Path) -> None:
    """The weights are as many as config.json says: building the model that it describes could
    otherwise fill the memory before the first weight is compared."""
    import torch

    from lfdrt.model.lfdrt import LFDRT

    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    with torch.device("meta"):  # shapes without memory
        state = LFDRT(from_dict(ModelConfig, settings)).state_dict()
    stored = sum(t.numel() * (2 if t.is_floating_point() else 1) for t in state.values())
    held = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    if stored > held + SPARE:
        raise ValueError(
            f"its config.json describes a model of {stored / 1e6:,.0f} MB, but its weights are "
            f"{held / 1e6:,.0f} MB."
        )
