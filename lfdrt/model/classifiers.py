"""The two classifiers, Eq. 12, and the inference rule of §3.5."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Classifier(nn.Module):
    """Eq. 12: o = MLP(z), one hidden layer, ReLU.

    Two of these start from different random weights and use different dropout, or they would
    agree on everything and rethinking would have nothing to work on. The input is normalised
    first (decision): features of different encoders differ in scale by an order of magnitude.
    """

    def __init__(self, *, width: int, hidden: int, classes: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.into = nn.Linear(width, hidden)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, classes)

    def hidden(self, z: Tensor) -> Tensor:
        """The hidden layer, which rethinking reads. Shape: (..., D) -> (..., H)."""
        return torch.relu(self.into(self.norm(z)))

    def forward(self, z: Tensor) -> Tensor:
        """Logits in float32. Shape: (..., D) -> (..., C)."""
        return self.out(self.dropout(self.hidden(z))).float()


def decide(p_1: Tensor, p_2: Tensor) -> Tensor:
    """§3.5: the agreed class; on disagreement the class with the highest probability of either.

    Shape: p_1, p_2 (B, C) -> (B,). The class of the surer one covers both cases: where the
    classifiers agree, it is their common class. A tie is the first classifier's, as in `Scores`.
    """
    (top_1, class_1), (top_2, class_2) = p_1.max(dim=-1), p_2.max(dim=-1)
    return torch.where(top_1 >= top_2, class_1, class_2)
