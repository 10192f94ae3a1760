"""Checkpoints: a folder of `config.json`, safetensors, `tokenizer.json` and `card.json`.

A *head* is a small checkpoint that uses the encoders and tokenizer of another one, its base, in the
folder beside it: it holds `config.json`, safetensors and `card.json`. Files are checked by
`lfdrt.weights`; saving is atomic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import save_torch_state_dict
from torch import Tensor, nn

from lfdrt.config import HeadConfig, ModelConfig, from_dict, to_dict
from lfdrt.encoders.image import build_tower
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runs.files import kept_aside, replacing, write_json
from lfdrt.weights import (
    CHECKSUMS,
    CheckpointError,
    check_sums,
    checksums,
    find_file,
    read_json,
    read_weights,
)

SHARD_BYTES = 49_000_000
"""No file of a checkpoint is larger than this, so that it can live in a git repository, but for one
tensor that is larger itself: mBERT's word embeddings are a file of 184 MB."""

OF_HEADS = (
    "attention.",
    "classifier_1.",
    "classifier_2.",
    "disentanglers.",
    "image.projection.",
    "no_image",
    "no_text",
)
"""What a head holds of its own, by the start of the weights' names. All else is its base's: both
encoders and the vocabulary heads."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A loaded checkpoint. `card`: what it was trained on, for how long, with what scores; without
    the checksums of its files, which are of this folder alone."""

    folder: Path
    model: LFDRT
    tokenizer: TextTokenizer
    card: dict[str, Any]


TOWER = "image.tower."
"""What can be read later than all else, by the start of the weights' names."""


def is_checkpoint(folder: Path) -> bool:
    """Whether the folder looks like one: towers have no config.json."""
    return (folder / "config.json").is_file()


def load_checkpoint(folder: Path, *, sees: bool = True) -> Checkpoint:
    """Read and check a checkpoint or a head; CheckpointError names the file and the next step.

    sees: with the image tower; without, `read_tower` reads it later. A head comes with it always.
    """
    settings = _settings(folder)
    card = read_json(find_file(folder, "card.json"))
    if not isinstance(card, dict):
        raise CheckpointError("card.json is not a JSON object. Copy it again.")
    try:
        if "base" in settings:
            model, tokenizer = _load_head(folder, from_dict(HeadConfig, settings))
        else:
            model, tokenizer = _build(folder, from_dict(ModelConfig, settings), sees=sees)
            later = () if sees else (TOWER,)
            model.load_state_dict(read_weights(folder, model.state_dict(), passed_over=later))
    except CheckpointError:
        raise
    except ValueError as error:
        raise CheckpointError(f"{folder.name}: {error}") from None
    check_sums(folder, card)  # last: whatever else is wrong says more
    return Checkpoint(
        folder=folder,
        model=model.eval().requires_grad_(False),
        tokenizer=tokenizer,
        card={name: value for name, value in card.items() if name != CHECKSUMS},
    )


def read_tower(folder: Path, model: LFDRT) -> nn.Module:
    """The image tower of a model that was loaded without, with its weights. CheckpointError as
    `load_checkpoint` raises it."""
    others = tuple(model.state_dict())
    try:
        tower: nn.Module = build_tower(model.config.image.tower)
        expected = {TOWER + name: t for name, t in tower.state_dict().items()}
        found = read_weights(folder, expected, passed_over=others)
    except CheckpointError:
        raise
    except ValueError as error:
        raise CheckpointError(f"{folder.name}: {error}") from None
    tower.load_state_dict({name.removeprefix(TOWER): t for name, t in found.items()})
    return tower.eval().requires_grad_(False)


def _settings(folder: Path) -> dict[str, Any]:
    """config.json of a checkpoint."""
    if not (folder / "config.json").is_file():
        kept = kept_aside(folder)
        advice = (
            f"Saving was interrupted: rename {kept.name} to {folder.name}."
            if (kept / "config.json").is_file()
            else "Name a folder such as checkpoints/compact."
        )
        raise CheckpointError(f"{folder} is not a checkpoint: it has no config.json. {advice}")
    settings = read_json(folder / "config.json")
    if not isinstance(settings, dict):
        raise CheckpointError(f"{folder.name}: config.json is not a JSON object: no ModelConfig.")
    return settings


def _build(folder: Path, config: ModelConfig, *, sees: bool = True) -> tuple[LFDRT, TextTokenizer]:
    """A model without its weights, and the folder's tokenizer."""
    tokens = find_file(folder, "tokenizer.json")
    model, tokenizer = LFDRT(config, sees=sees), TextTokenizer.read(tokens, config.text)
    words = config.text.backbone["vocab_size"]
    if tokenizer.size > words:
        raise CheckpointError(
            f"{folder.name}: tokenizer.json has {tokenizer.size} tokens, config.json {words}: they "
            "belong to different models"
        )
    return model, tokenizer


def _load_head(folder: Path, head: HeadConfig) -> tuple[LFDRT, TextTokenizer]:
    """The base's encoders with the head's own weights."""
    base = folder.resolve().parent / head.base
    if not (base / "config.json").is_file():
        raise CheckpointError(
            f"{folder.name} is a head on the checkpoint {head.base!r}, which is not beside it: put "
            f"the folder {head.base} there too."
        )
    settings = _settings(base)
    if "base" in settings:
        raise CheckpointError(f"{folder.name}: its base {head.base!r} is a head itself.")
    model, tokenizer = _build(base, head.on(from_dict(ModelConfig, settings)))
    state = model.state_dict()
    own = {name: t for name, t in state.items() if name.startswith(OF_HEADS)}
    encoders = {name: t for name, t in state.items() if name not in own}
    taken = read_weights(base, encoders, passed_over=OF_HEADS)
    if encoder_digest(taken) != head.base_weights:
        raise CheckpointError(
            f"{folder.name}: this head was trained on another version of {head.base}. Train it "
            "again (python -m lfdrt head), or put back the version that it was trained on."
        )
    model.load_state_dict(taken | read_weights(folder, own))
    check_sums(base, read_json(find_file(base, "card.json")))
    return model, tokenizer


def encoder_digest(state: Mapping[str, Tensor]) -> str:
    """SHA-256 of what a head takes from its base, in the format that it is stored in.

    `state`: of a model in float32, as it was loaded. Costs 0.08 s for the compact model.
    """
    total = hashlib.sha256()
    for name, t in sorted(state.items()):
        if not name.startswith(OF_HEADS):
            stored = stored_format(t)
            total.update(f"{name} {stored.dtype} {list(stored.shape)}\n".encode())
            total.update(stored.numpy().tobytes())
    return total.hexdigest()


def save_checkpoint(
    folder: Path, model: LFDRT, tokenizer: TextTokenizer, card: dict[str, Any]
) -> None:
    """Write a checkpoint beside `folder`, then put it in its place in one step.

    Matrices are stored as float16, vectors (biases, norms, running statistics) as float32.
    """
    with replacing(folder) as temporary:
        tokenizer.save(temporary / "tokenizer.json")
        _write(temporary, model.state_dict(), model.config, card)


def save_head(folder: Path, model: LFDRT, config: HeadConfig, card: dict[str, Any]) -> None:
    """Write what `model` holds beyond its base as a head, as `save_checkpoint` does."""
    own = {n: t for n, t in model.state_dict().items() if n.startswith(OF_HEADS)}
    with replacing(folder) as temporary:
        _write(temporary, own, config, card)


def _write(
    folder: Path,
    state: Mapping[str, Tensor],
    config: ModelConfig | HeadConfig,
    card: dict[str, Any],
) -> None:
    stored = {name: stored_format(t).contiguous() for name, t in state.items()}
    save_torch_state_dict(stored, folder, max_shard_size=SHARD_BYTES)
    write_json(folder / "config.json", to_dict(config))
    write_json(folder / "card.json", card | {CHECKSUMS: checksums(folder)})


def stored_format(t: Tensor) -> Tensor:
    """A weight as it is stored. Shape: unchanged."""
    t = t.detach().cpu()
    if not t.is_floating_point():
        return t
    return t.half() if t.dim() > 1 else t.float()
