"""Say what is installed, what a checkpoint is, and which languages and families it reads."""

from __future__ import annotations

import argparse
import json
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import lfdrt
from lfdrt.commands.options import add_checkpoint, add_device
from lfdrt.languages import FAMILIES, LANGUAGES

if TYPE_CHECKING:
    from lfdrt.checkpoint import Checkpoint
    from lfdrt.config import ModelConfig

HELP = "versions, device, and what a checkpoint was trained on"
_LIBRARIES = ("torch", "transformers", "open_clip_torch", "timm", "tokenizers", "gradio")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_checkpoint(parser)
    add_device(parser)


def run(args: argparse.Namespace) -> int:
    """Loads the checkpoint, so that a damaged one is told. Raises UserError."""
    import torch

    from lfdrt.checkpoint import load_checkpoint
    from lfdrt.runtime import resolve_runtime

    runtime = resolve_runtime(args.device)
    checkpoint = load_checkpoint(args.checkpoint)
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    print(f"LFD-RT {lfdrt.__version__}, Python {platform.python_version()}, {libraries}")
    print(f"Device: {runtime.description}, {torch.get_num_threads()} CPU threads")
    print(f"\nCheckpoint: {args.checkpoint}")
    print("\n".join(f"  {line}" for line in _sizes(checkpoint)))
    print("\nCard:")
    print("\n".join(f"  {line}" for line in card_lines(checkpoint.card)))
    print("\nFamilies and languages:")
    print("\n".join(f"  {line}" for line in _families(checkpoint.model.config)))
    return 0


def card_lines(card: Any) -> list[str]:
    """A card as an indented list, whatever it holds."""
    if not isinstance(card, dict | list):
        return [card if isinstance(card, str) else json.dumps(card, ensure_ascii=False)]
    lines = []
    for key, value in card.items() if isinstance(card, dict) else (("-", item) for item in card):
        label = "-" if key == "-" else f"{key}:"
        inner = card_lines(value)
        if isinstance(value, dict | list):
            lines += [label, *(f"  {line}" for line in inner)]
        else:
            lines.append(f"{label} {inner[0]}")
    return lines


def _sizes(checkpoint: Checkpoint) -> list[str]:
    config = checkpoint.model.config
    files = [path for path in checkpoint.folder.iterdir() if path.is_file()]
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    numbers = sum(p.numel() for p in checkpoint.model.parameters()) / 1e6
    text = config.text.backbone
    vision = config.image.tower["vision_cfg"]
    return [
        f"{config.name}: {megabytes:.1f} MB in {len(files)} files, {numbers:.1f} million weights "
        "(packed word embeddings not counted)"
        if config.text.packed_words
        else f"{config.name}: {megabytes:.1f} MB in {len(files)} files, "
        f"{numbers:.1f} million weights",
        f"text: {text.get('model_type')}, width {config.width}, {text.get('vocab_size'):,} words, "
        f"up to {config.text.max_tokens} tokens",
        f"image: {vision.get('timm_model_name', 'ViT')}, {config.image.size} px",
        f"classes ({config.label_set.name}): {', '.join(config.label_set.labels)}",
    ]


def _families(config: ModelConfig) -> list[str]:
    names = {family.code: family.name for family in FAMILIES}
    lines = []
    for code in config.families:
        members = [f"{x.name} ({x.code})" for x in LANGUAGES.values() if x.family.code == code]
        lines.append(f"{code}, {names.get(code, code)}: {', '.join(members)}")
    return lines
