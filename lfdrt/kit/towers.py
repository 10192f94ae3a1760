"""Towers as the kit carries them, small, and put back into the ordinary folder of towers.

Of the text tower's weights nothing is lost: matrices that were once rounded to 4-bit blocks go as
these blocks. The image tower's go as in a checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from lfdrt.checkpoint import read_json, stored_format
from lfdrt.config import ImageConfig, TextConfig, from_dict, to_dict
from lfdrt.encoders.quantised import BLOCK, pack, unpack
from lfdrt.encoders.tower import ImageTower, TextTower
from lfdrt.encoders.towers import TIMM_NAME
from lfdrt.runs.files import write_json
from lfdrt.training.tower_folder import write_towers

BLOCKS, SCALES = ".blocks", ".scales"


def in_blocks(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A matrix that 4-bit blocks hold exactly, as these, under two names; all else as it is."""
    found: dict[str, Tensor] = {}
    for name, t in state.items():
        if t.dim() == 2 and t.dtype == torch.float32 and t.shape[1] % BLOCK == 0:
            blocks, scales = pack(t)
            if torch.equal(unpack(blocks, scales), t):
                found |= {f"{name}{BLOCKS}": blocks, f"{name}{SCALES}": scales}
                continue
        found[name] = t.contiguous()
    return found


def out_of_blocks(held: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What `in_blocks` was given."""
    found = {k: t for k, t in held.items() if not k.endswith((BLOCKS, SCALES))}
    for name in (k.removesuffix(BLOCKS) for k in held if k.endswith(BLOCKS)):
        found[name] = unpack(held[f"{name}{BLOCKS}"], held[f"{name}{SCALES}"])
    return found


def carry_towers(folder: Path, text: TextTower, image: ImageTower) -> None:
    """Into `folder`, which is there: text.safetensors, image.safetensors, tokenizer.json, and
    towers.json with names and configurations."""
    save_file(in_blocks(text.state), folder / "text.safetensors")
    stored = {name: stored_format(t).contiguous() for name, t in image.state.items()}
    save_file(stored, folder / "image.safetensors")
    text.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    about = {
        "text": {"name": text.name, "config": to_dict(text.config)},
        "image": {"name": image.name, "config": to_dict(image.config)},
    }
    write_json(folder / "towers.json", about)


def unpack_towers(held: Path, folder: Path) -> None:
    """A folder of towers that training begins from, out of what `carry_towers` left in `held`."""
    about = read_json(held / "towers.json")
    text = TextTower(
        name=about["text"]["name"],
        config=from_dict(TextConfig, about["text"]["config"]),
        state=out_of_blocks(load_file(held / "text.safetensors")),
        tokenizer=Tokenizer.from_file(str(held / "tokenizer.json")),
    )
    image = ImageTower(
        name=about["image"]["name"],
        config=from_dict(ImageConfig, about["image"]["config"]),
        state=load_file(held / "image.safetensors"),
    )
    write_towers(folder, text, image)
    if image.name == TIMM_NAME:  # as `lfdrt faces` leaves it, which this one was trained by
        save_file(image.state, folder / "faces.safetensors")
