"""Tiny towers with random weights in the layout that `lfdrt towers` writes."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

from lfdrt.checkpoint import write_json
from lfdrt.encoders.image import build_tower
from lfdrt.encoders.quantised import pack
from lfdrt.encoders.text import build_backbone
from tests.tiny import IMAGE_TOWER, TEXT_TOWER, tiny_tokenizer


def tiny_towers(folder: Path) -> Path:
    """A BERT of width 32 with packed words, and a small ViT."""
    folder.mkdir()
    tokenizer = tiny_tokenizer()
    words = tokenizer.get_vocab_size()
    text = {**TEXT_TOWER, "vocab_size": words, "max_position_embeddings": 128}
    torch.manual_seed(0)
    state = build_backbone(text, packed_words=True).state_dict()
    packed, scale = pack(torch.randn(words, text["hidden_size"]))
    state["embeddings.word_embeddings.packed"] = packed
    state["embeddings.word_embeddings.scale"] = scale
    save_file(state, folder / "text.safetensors")
    write_json(folder / "text.json", text)
    tokenizer.save(str(folder / "tokenizer.json"))
    for name in ("image", "faces"):
        save_file(build_tower(IMAGE_TOWER).state_dict(), folder / f"{name}.safetensors")
    write_json(folder / "image.json", IMAGE_TOWER)
    return folder
