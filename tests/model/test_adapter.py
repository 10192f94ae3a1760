"""The adapter of rethinking, with the arithmetic done by hand."""

from __future__ import annotations

from pathlib import Path

import torch

from lfdrt.batch import NO_FAMILY, TextBatch
from lfdrt.checkpoint import load_checkpoint, save_checkpoint
from lfdrt.model.adapter import Adapter
from tests.tiny import tiny_checkpoint


def test_by_hand() -> None:
    """x = (3, 1): mean 2, deviation 1, so norm(x) = (1, -1). W_down = (1, 0) gives 1; W_up =
    (2, 5)^T gives (2, 5); x + that = (5, 6). For x = (1, 3) the bottleneck is relu(-1) = 0."""
    adapter = Adapter(width=2, bottleneck=1)
    with torch.no_grad():
        adapter.down.weight.copy_(torch.tensor([[1.0, 0.0]]))
        adapter.down.bias.zero_()
        adapter.up.weight.copy_(torch.tensor([[2.0], [5.0]]))
    found = adapter(torch.tensor([[[3.0, 1.0], [1.0, 3.0]]]))
    assert torch.allclose(found[0], torch.tensor([[5.0, 6.0], [1.0, 3.0]]), atol=1e-4)


def test_it_starts_as_the_identity_and_is_saved(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(tiny_checkpoint(tmp_path / "tiny"))
    model = checkpoint.model
    ids = torch.tensor([[0, 5, 6, 2]])
    batch = TextBatch(ids=ids, mask=torch.ones_like(ids).bool(), family=torch.tensor([NO_FAMILY]))
    before = model.encode(batch)
    model.add_adapter(3)
    assert torch.equal(model.encode(batch), before)
    with torch.no_grad():
        model.adapter.up.bias.fill_(0.5)
    save_checkpoint(tmp_path / "adapted", model, checkpoint.tokenizer, checkpoint.card)
    again = load_checkpoint(tmp_path / "adapted").model
    assert again.config.adapter_width == 3
    assert torch.allclose(again.encode(batch), before + 0.5, atol=2e-3)
