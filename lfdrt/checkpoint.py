"""Checkpoints: a folder of `config.json`, safetensors, `tokenizer.json` and `card.json`.

Nothing is unpickled. Every name, shape and number format is checked against the configuration
from a file's header before a weight of it is read; saving is atomic. Knows no training and no data.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import torch
from huggingface_hub import save_torch_state_dict
from safetensors import SafetensorError, safe_open
from torch import Tensor

from lfdrt.config import ModelConfig, from_dict, to_dict
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.model.lfdrt import LFDRT

SHARD_BYTES = 49_000_000
"""No file of a checkpoint is larger than this, so that it can live in a git repository."""

_CPU = torch.device("cpu")
_FLOATS = ("F16", "BF16", "F32")
_WHOLE = {torch.uint8: ("U8",), torch.int64: ("I64",)}


class CheckpointError(ValueError):
    """A folder that is not a usable checkpoint: which file, what is wrong, what to do."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A loaded checkpoint. `card`: what it was trained on, for how long, with what scores."""

    folder: Path
    model: LFDRT
    tokenizer: TextTokenizer
    card: dict[str, Any]


def load_checkpoint(folder: Path, device: torch.device = _CPU) -> Checkpoint:
    """Read and check a checkpoint; CheckpointError names the file and the next step."""
    if not (folder / "config.json").is_file():
        kept = _kept_aside(folder)
        advice = (
            f"Saving was interrupted: rename {kept.name} to {folder.name}."
            if (kept / "config.json").is_file()
            else "Name a folder such as checkpoints/compact."
        )
        raise CheckpointError(f"{folder} is not a checkpoint: it has no config.json. {advice}")
    settings, card = read_json(folder / "config.json"), read_json(_file(folder, "card.json"))
    if not isinstance(card, dict):
        raise CheckpointError("card.json is not a JSON object. Copy it again.")
    tokens = _file(folder, "tokenizer.json")
    try:
        config = from_dict(ModelConfig, settings)
        model = LFDRT(config)
        tokenizer = TextTokenizer.read(tokens, config.text)
    except ValueError as error:
        raise CheckpointError(f"{folder.name}: {error}") from None
    words = config.text.backbone["vocab_size"]
    if tokenizer.size > words:
        raise CheckpointError(
            f"{folder.name}: tokenizer.json has {tokenizer.size} tokens, config.json {words}: they "
            "belong to different models"
        )
    model.load_state_dict(_read_weights(folder, model.state_dict()), assign=False)
    return Checkpoint(
        folder=folder,
        model=model.eval().requires_grad_(False).to(device),
        tokenizer=tokenizer,
        card=card,
    )


def save_checkpoint(
    folder: Path, model: LFDRT, tokenizer: TextTokenizer, card: dict[str, Any]
) -> None:
    """Write a checkpoint beside `folder`, then put it in its place in one step.

    Matrices are stored as float16, vectors (biases, norms, running statistics) as float32.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.parent / f".{folder.name}-{uuid4().hex}"
    temporary.mkdir()
    try:
        state = {name: stored_format(t).contiguous() for name, t in model.state_dict().items()}
        save_torch_state_dict(state, temporary, max_shard_size=SHARD_BYTES)
        tokenizer.save(temporary / "tokenizer.json")
        write_json(temporary / "config.json", to_dict(model.config))
        write_json(temporary / "card.json", card)
        for file in temporary.iterdir():
            file.chmod(0o644)  # safetensors writes files that only their owner can read
        replace_folder(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def stored_format(t: Tensor) -> Tensor:
    """A weight as it is stored. Shape: unchanged."""
    t = t.detach().cpu()
    if not t.is_floating_point():
        return t
    return t.half() if t.dim() > 1 else t.float()


def replace_folder(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; the old one is kept until the new one stands.

    Two renames, because a folder cannot be replaced in one on every system. Where the second fails
    the first is undone; after a crash between them the old folder is found beside, under `.old`.
    """
    old = _kept_aside(folder)
    if not folder.exists():
        new.replace(folder)  # an `.old` without `folder` is the last good copy until now
    else:
        shutil.rmtree(old, ignore_errors=True)
        folder.replace(old)
        try:
            new.replace(folder)
        except BaseException:
            old.replace(folder)
            raise
    shutil.rmtree(old, ignore_errors=True)


def _kept_aside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.old")


def read_json(path: Path) -> Any:
    """Parsed JSON; CheckpointError names the file and the place of the fault."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CheckpointError(f"{path.name} is not readable JSON: {error}") from None


def write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _file(folder: Path, name: str) -> Path:
    if not (folder / name).is_file():
        raise CheckpointError(f"{folder.name} is incomplete: {name} is missing. Copy it again.")
    return folder / name


def _shards(folder: Path) -> list[Path]:
    """The weight files, by the index where there is one. File names cannot leave the folder."""
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return [_file(folder, "model.safetensors")]
    table = read_json(index)
    names = table.get("weight_map") if isinstance(table, dict) else None
    if not isinstance(names, dict) or not all(isinstance(n, str) for n in names.values()):
        raise CheckpointError(f"{index.name} has no weight_map")
    return [_file(folder, Path(name).name) for name in sorted(set(names.values()))]


def _read_weights(folder: Path, expected: dict[str, Tensor]) -> dict[str, Tensor]:
    """All tensors, after their headers agreed with `expected`."""
    found: dict[str, Tensor] = {}
    for path in _shards(folder):
        try:
            with safe_open(path, framework="pt") as file:
                names = list(file.keys())
                _check_header(path, file, names, expected)
                found.update({name: _finite(path, name, file.get_tensor(name)) for name in names})
        except (SafetensorError, OSError) as error:
            raise CheckpointError(
                f"{path.name} is damaged or not safetensors ({error}). Copy it again."
            ) from None
    missing = sorted(set(expected) - set(found))
    if missing:
        raise CheckpointError(
            f"{folder.name}: {len(missing)} weights are missing, first {missing[0]!r}: its weights "
            "belong to another config.json"
        )
    return found


def _finite(path: Path, name: str, t: Tensor) -> Tensor:
    """Refuses weights that would make every prediction NaN. Costs 0.05 s for the compact model."""
    if t.is_floating_point() and not bool(torch.isfinite(t).all()):
        raise CheckpointError(f"{path.name}: {name!r} holds values that are not numbers")
    return t


def _check_header(path: Path, file: Any, names: list[str], expected: dict[str, Tensor]) -> None:
    for name in names:
        if name not in expected:
            raise CheckpointError(f"{path.name} holds {name!r}, which config.json does not have")
        header, wanted = file.get_slice(name), expected[name]
        if tuple(header.get_shape()) != tuple(wanted.shape):
            raise CheckpointError(
                f"{path.name}: {name!r} has shape {list(header.get_shape())}, config.json asks "
                f"for {list(wanted.shape)}"
            )
        usable = _FLOATS if wanted.is_floating_point() else _WHOLE.get(wanted.dtype, ())
        if header.get_dtype() not in usable:
            raise CheckpointError(
                f"{path.name}: {name!r} is {header.get_dtype()}, usable is {' or '.join(usable)}"
            )
