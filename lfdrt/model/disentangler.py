"""Language-family disentanglers, Eq. 5: one matrix W^k for each of K families.

Paper §3.3.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lfdrt.batch import NO_FAMILY

NOISE = 1e-3


def disentangle(x: Tensor, W: Tensor) -> Tensor:
    """Eq. 5: f = W x for every token. Shape: x (..., D), W (D, D) -> (..., D)."""
    return x @ W.T


class Disentanglers(nn.Module):
    """K matrices W^k, starting at the identity plus small noise.

    The identity keeps the encoder's features readable from the first step; without the noise all
    families would receive the same gradient from shared terms.
    """

    def __init__(self, *, families: int, width: int) -> None:
        super().__init__()
        eye = torch.eye(width).expand(families, width, width)
        self.weight = nn.Parameter(eye + NOISE * torch.randn(families, width, width))

    def forward(self, x: Tensor, family: Tensor, strength: float = 1.0) -> Tensor:
        """Each text through the matrix of its family; `NO_FAMILY` leaves it as it is.

        strength: gamma of f = x + gamma (W x - x); 1 is Eq. 5.

        One product a family present: a matrix copied out for every text, and added back in
        backward, took a tenth of a training step.
        Shape: x (B, L, D), family (B,) -> (B, L, D).
        """
        present, counts = family.unique(return_counts=True)  # sorted
        matrices = self.weight.unbind()
        order = family.argsort(stable=True)
        read = [
            part if k == NO_FAMILY else disentangle(part, matrices[k].to(x.dtype))
            for k, part in zip(present.tolist(), x[order].split(counts.tolist()), strict=True)
        ]
        f = torch.cat(read)[order.argsort()]
        return f if strength == 1 else torch.lerp(x, f.to(x.dtype), strength)

    def mixed(self, x: Tensor, shares: Tensor, strength: float = 1.0) -> Tensor:
        """Each text through a mix of matrices; what the shares leave of 1 stays as it is.

        Shape: x (B, L, D), shares (B, K), not below 0 and at most 1 together -> (B, L, D).
        """
        W = torch.einsum("bk,kij->bij", shares.to(x.dtype), self.weight.to(x.dtype))
        left = (1 - shares.sum(1)).to(x.dtype)[:, None, None]
        f = x @ W.transpose(1, 2) + left * x
        return f if strength == 1 else torch.lerp(x, f, strength)
