"""A residual bottleneck on token features, which rethinking may train in place of the encoder.

No equation of the paper.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Adapter(nn.Module):
    """x + W_up relu(W_down norm(x)), W_up starting at 0."""

    def __init__(self, *, width: int, bottleneck: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.down = nn.Linear(width, bottleneck)
        self.up = nn.Linear(bottleneck, width)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, L, D) -> (B, L, D)."""
        return x + self.up(torch.relu(self.down(self.norm(x))))
