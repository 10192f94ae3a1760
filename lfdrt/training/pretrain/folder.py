"""A pre-training run in its folder: begun, gone on with, and finished there.

The folder holds settings.json, events.jsonl, curves.csv, the training state, and at the end the
checkpoint.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from lfdrt.checkpoint import save_checkpoint
from lfdrt.config import from_dict, to_dict
from lfdrt.errors import UserError
from lfdrt.events import Event
from lfdrt.runs.files import write_json
from lfdrt.runs.log import follow, write_curves
from lfdrt.runtime import Runtime
from lfdrt.training.pretrain.assemble import prepare_run
from lfdrt.training.pretrain.run import describe
from lfdrt.training.settings import PretrainSettings
from lfdrt.training.tower_folder import tower_names
from lfdrt.weights import read_object


def pretrain_in(
    folder: Path,
    settings: PretrainSettings,
    *,
    towers: Path,
    data: Path,
    runtime: Runtime,
    show: Callable[[Event], None],
    features: Path | None = None,
) -> Path | None:
    """Train in `folder`, from where it stands; its checkpoint, or None in processes that do not
    write. Runs on the same towers and data may share what is computed before the first step in
    a folder `features`. UserError for a folder of other settings, towers or data that
    cannot be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = folder / "settings.json"
    refuse_other_settings(held, settings)
    if (folder / "checkpoint" / "card.json").is_file():
        return folder / "checkpoint"
    training = prepare_run(settings, towers, data, folder, runtime, features=features or folder)
    if training.share.rank != 0:  # only the first process of several writes
        deque(training.events(), maxlen=0)
        return None
    write_json(held, to_dict(settings))
    names = tower_names(towers)
    finished = follow(training, folder / "events.jsonl", show)
    write_curves(folder / "events.jsonl", folder / "curves.csv")
    card = describe(training, finished) | {"towers": names}
    save_checkpoint(folder / "checkpoint", training.model, training.tokenizer, card)
    return folder / "checkpoint"


def refuse_other_settings(path: Path, settings: Any, **more: object) -> None:
    """A run folder belongs to one set of settings (a dataclass; `more` stands beside it in the
    file): mixing two would be neither. What changes no number may change: a run that had no room
    goes on with less; and one that was begun before there was a setting has its default."""
    if not path.is_file():
        return
    held, names = read_object(path), {f.name for f in fields(settings)}
    known = from_dict(type(settings), {k: v for k, v in held.items() if k in names})
    wanted = {**to_dict(settings), **json.loads(json.dumps(more))}
    held |= to_dict(known)
    wanted.pop("recompute", None)
    other = [k for k, v in wanted.items() if held.get(k) != v]
    if other:
        raise UserError(f"{path.parent} holds a run with another {other[0]}: name a new --out.")
