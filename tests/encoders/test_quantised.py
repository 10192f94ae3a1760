"""4-bit blocks by hand, their error bound, and their safety from casts of a parent."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lfdrt.encoders.quantised import BLOCK, PackedEmbedding, pack, unpack


def test_a_block_worked_out_by_hand() -> None:
    """Byte 0 = 0x2F: weight 0 has nibble 15, weight 16 nibble 2. Scale 0.5.

    Weight 0 = (15 - 8) · 0.5 = 3.5, weight 16 = (2 - 8) · 0.5 = -3. Byte 15 = 0x90: weight 15 =
    (0 - 8) · 0.5 = -4, weight 31 = (9 - 8) · 0.5 = 0.5. All other bytes are 0x88: 0.
    """
    packed = torch.full((1, 16), 0x88, dtype=torch.uint8)
    packed[0, 0], packed[0, 15] = 0x2F, 0x90
    expected = torch.zeros(1, 32)
    expected[0, [0, 16, 15, 31]] = torch.tensor([3.5, -3.0, -4.0, 0.5])
    assert torch.equal(unpack(packed, torch.tensor([[0.5]], dtype=torch.float16)), expected)


def test_packing_worked_out_by_hand() -> None:
    """Largest magnitude 4 (weight 1) -> scale = 4 / -8 = -0.5, weight 1 has nibble 0.

    Weight 0 = 1 -> 1 / -0.5 + 8 = nibble 6; weight 17 = -4 -> 16, cut to 15: comes back as -3.5,
    off by one whole scale. A zero has nibble 8. Bytes: 0x86 (weights 0, 16), 0xF0 (1, 17), 0x88.
    """
    weight = torch.zeros(1, 32)
    weight[0, [0, 1, 17]] = torch.tensor([1.0, 4.0, -4.0])
    packed, scale = pack(weight)
    assert scale.tolist() == [[-0.5]]
    assert packed[0, :3].tolist() == [0x86, 0xF0, 0x88]
    weight[0, 17] = -3.5
    assert torch.equal(unpack(packed, scale), weight)


def test_packing_stays_within_its_bound() -> None:
    weight = torch.randn(64, 96, generator=torch.Generator().manual_seed(0))
    packed, scale = pack(weight)
    error = (unpack(packed, scale) - weight).abs().view(64, 3, 32)
    step = scale.float().abs()[..., None]
    beyond = -weight.view(64, 3, 32) * scale.float().sign()[..., None] < -7.5 * step
    assert (error <= 1.005 * step).all()
    assert (error[~beyond] <= (0.505 * step).expand_as(error)[~beyond]).all()
    assert beyond.any()


def test_what_was_packed_packs_to_itself() -> None:
    weight = unpack(*pack(torch.randn(8, 64, generator=torch.Generator().manual_seed(1))))
    assert torch.equal(unpack(*pack(weight)), weight)


def test_zero_blocks_stay_zero() -> None:
    assert torch.equal(unpack(*pack(torch.zeros(2, 32))), torch.zeros(2, 32))


def make_embedding(words: int = 5000) -> PackedEmbedding:
    """More rows than one chunk of `dense`."""
    embedding = PackedEmbedding(words=words, width=64)
    weight = torch.randn(words, 64, generator=torch.Generator().manual_seed(2))
    embedding.packed, embedding.scale = pack(weight)
    return embedding


def test_rows_and_the_whole_table_agree_and_nothing_is_trainable() -> None:
    embedding = make_embedding()
    ids = torch.tensor([[0, 4999, 4096], [4095, 7, 7]])
    found = embedding(ids)
    assert found.shape == (2, 3, 64)
    assert torch.equal(found, embedding.dense(torch.float32)[ids])
    assert not list(embedding.parameters())


def test_ids_outside_the_table_are_errors() -> None:
    for wrong in (-1, 10):
        with pytest.raises((IndexError, RuntimeError)):
            make_embedding(10)(torch.tensor([wrong]))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_casting_a_parent_changes_the_output_only(dtype: torch.dtype) -> None:
    embedding = make_embedding(10)
    parent = nn.ModuleDict({"words": embedding, "linear": nn.Linear(64, 2)})
    before = {name: value.clone() for name, value in embedding.state_dict().items()}
    exact = embedding(torch.arange(10))
    parent.to(dtype)
    assert embedding(torch.arange(10)).dtype == dtype
    assert torch.equal(embedding(torch.arange(10)), exact.to(dtype))
    parent.half().bfloat16().to("cpu").float()
    for name, value in embedding.state_dict().items():
        assert value.dtype == before[name].dtype
        assert torch.equal(value, before[name])
    assert torch.equal(embedding(torch.arange(10)), exact)


def test_the_state_is_two_buffers_and_loads_back() -> None:
    embedding = make_embedding(10)
    assert set(embedding.state_dict()) == {"packed", "scale"}
    other = PackedEmbedding(words=10, width=64)
    assert torch.equal(other.dense(torch.float32), torch.zeros(10, 64))
    other.load_state_dict(embedding.state_dict())
    assert torch.equal(other.dense(torch.float32), embedding.dense(torch.float32))


def test_it_moves_to_the_meta_device_and_back_to_memory() -> None:
    empty = make_embedding(10).to("meta").to_empty(device="cpu")
    assert empty.scale.dtype == torch.float16
    assert empty.packed.shape == (10, 32)


def test_the_kept_table_is_unpacked_once_until_it_moves() -> None:
    table = PackedEmbedding(words=6, width=BLOCK)
    table.packed, table.scale = pack(torch.randn(6, BLOCK))
    kept = table.kept(torch.float32)
    assert table.kept(torch.float32) is kept
    torch.testing.assert_close(kept, table.dense(torch.float32))
    assert table.kept(torch.bfloat16).dtype == torch.bfloat16
    table.to(torch.float32)
    assert table.kept(torch.float32) is not kept
    assert "_kept" not in str(list(table.state_dict()))
