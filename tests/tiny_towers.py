"""Tiny encoders with random weights: as the compact towers' folder, and as folders by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file

from lfdrt.encoders.image import build_tower
from lfdrt.encoders.quantised import pack
from lfdrt.encoders.text import build_backbone
from lfdrt.encoders.tower import ImageTower, TextTower
from lfdrt.encoders.towers import TIMM_NAME
from lfdrt.training.tower_folder import write_towers
from tests.tiny import tiny_config, tiny_tokenizer


def tiny_towers(folder: Path) -> Path:
    """A BERT of width 32 with packed words, and a small ViT under the compact tower's name, whose
    faces are asked for."""
    tokenizer = tiny_tokenizer()
    words = tokenizer.get_vocab_size()
    config = tiny_config(words=words)
    backbone = config.text.backbone | {"max_position_embeddings": 128}
    torch.manual_seed(0)
    state = build_backbone(backbone, packed_words=True).state_dict()
    packed, scale = pack(torch.randn(words, config.width))
    state["embeddings.word_embeddings.packed"] = packed
    state["embeddings.word_embeddings.scale"] = scale
    text = replace(config.text, backbone=backbone, packed_words=True, max_tokens=128)
    vision = build_tower(config.image.tower).state_dict()
    write_towers(
        folder,
        TextTower(name="tiny-text", config=text, state=state, tokenizer=tokenizer),
        ImageTower(name=TIMM_NAME, config=config.image, state=vision),
    )
    save_file(vision, folder / "faces.safetensors")
    return folder
