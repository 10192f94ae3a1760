"""Towers as the kit carries them come out as they went in."""

from __future__ import annotations

from pathlib import Path

import torch

from lfdrt.checkpoint import stored_format
from lfdrt.encoders.quantised import pack, unpack
from lfdrt.kit.towers import carry_towers, in_blocks, out_of_blocks, unpack_towers
from lfdrt.training.tower_folder import read_image_tower, read_text_tower
from tests.tiny_towers import tiny_towers


def test_blocks_are_used_where_nothing_is_lost() -> None:
    """`rounded` was 4-bit blocks once: 4.5 bits a weight in place of 32. `other` was not, `narrow`
    has no whole blocks, `bias` is no matrix."""
    torch.manual_seed(0)
    state = {
        "rounded": unpack(*pack(torch.randn(6, 64))),
        "other": torch.randn(6, 64),
        "narrow": torch.zeros(6, 40),
        "bias": torch.zeros(64),
    }
    held = in_blocks(state)
    assert held.keys() == {"rounded.blocks", "rounded.scales", "other", "narrow", "bias"}
    assert sum(held[f"rounded.{k}"].nbytes for k in ("blocks", "scales")) * 64 == (
        state["rounded"].nbytes * 9
    )
    back = out_of_blocks(held)
    assert back.keys() == state.keys()
    assert all(torch.equal(back[name], t) for name, t in state.items())


def test_a_folder_of_towers_comes_out_again(tmp_path: Path) -> None:
    """The text tower to the bit; the image tower as a checkpoint stores it, trained by faces."""
    towers = tiny_towers(tmp_path / "towers")
    text, image = read_text_tower(towers), read_image_tower(towers)
    (tmp_path / "held").mkdir()
    carry_towers(tmp_path / "held", text, image)
    unpack_towers(tmp_path / "held", tmp_path / "out")
    text_2, image_2 = read_text_tower(tmp_path / "out"), read_image_tower(tmp_path / "out")
    assert (text_2.name, text_2.config) == (text.name, text.config)
    assert (image_2.name, image_2.config) == (image.name, image.config)
    assert text_2.tokenizer.to_str() == text.tokenizer.to_str()
    assert all(torch.equal(text_2.state[name], t) for name, t in text.state.items())
    assert all(torch.equal(image_2.state[n], stored_format(t)) for n, t in image.state.items())
