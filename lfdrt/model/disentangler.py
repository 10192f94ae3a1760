"""Language-family disentanglers, Eq. 5: one matrix W^k for each of K families.

Knows family *indices*, not languages. Paper §3.3.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lfdrt.batch import NO_FAMILY


def disentangle(x: Tensor, W: Tensor) -> Tensor:
    """Eq. 5: f = W x for every token.

    Shape: x (B, L, D), W (B, D, D) -> (B, L, D).
    """
    return torch.bmm(x, W.transpose(1, 2))


class Disentanglers(nn.Module):
    """K matrices W^k, starting at the identity plus small noise.

    The identity keeps the encoder's features readable from the first step; without the noise all
    families would receive the same gradient from shared terms.
    """

    def __init__(self, *, families: int, width: int, noise: float = 1e-3) -> None:
        super().__init__()
        eye = torch.eye(width).expand(families, width, width)
        self.weight = nn.Parameter(eye + noise * torch.randn(families, width, width))

    def forward(self, x: Tensor, family: Tensor) -> Tensor:
        """Each text through the matrix of its family; `NO_FAMILY` leaves it as it is.

        Shape: x (B, L, D), family (B,) -> (B, L, D).
        """
        f = disentangle(x, self.weight[family.clamp(min=0)].to(x.dtype))
        return torch.where((family == NO_FAMILY)[:, None, None], x, f)
