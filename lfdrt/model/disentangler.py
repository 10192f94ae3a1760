"""Language-family disentanglers, Eq. 5: one matrix W^k for each of K families, and below them, of
low rank, parts of branches and languages.

Paper §3.3; parts are none of its equations.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lfdrt.batch import NO_FAMILY
from lfdrt.parts import NO_PART

NOISE = 1e-3


def disentangle(x: Tensor, W: Tensor) -> Tensor:
    """Eq. 5: f = W x for every token. Shape: x (..., D), W (D, D) -> (..., D)."""
    return x @ W.T


def below(x: Tensor, down: Tensor, up: Tensor) -> Tensor:
    """What the J parts of each text add to Eq. 5: f = W x + sum_j up_j (down_j x), of rank R each.

    Shape: x (B, L, D), down (B, J, R, D), up (B, J, D, R) -> (B, L, D).
    """
    ranks = x @ down.flatten(1, 2).transpose(1, 2)  # (B, L, J·R)
    return ranks @ up.transpose(2, 3).flatten(1, 2)


class Disentanglers(nn.Module):
    """K matrices W^k, starting at the identity plus small noise; P parts that add nothing at first.

    The identity keeps the encoder's features readable from the first step; without the noise all
    families would receive the same gradient from shared terms.
    """

    def __init__(self, *, families: int, width: int, parts: int = 0, rank: int = 0) -> None:
        super().__init__()
        eye = torch.eye(width).expand(families, width, width)
        self.weight = nn.Parameter(eye + NOISE * torch.randn(families, width, width))
        if parts:
            self.down = nn.Parameter(torch.randn(parts, rank, width) / width**0.5)
            self.up = nn.Parameter(torch.zeros(parts, width, rank))

    def forward(
        self, x: Tensor, family: Tensor, strength: float = 1.0, *, parts: Tensor | None = None
    ) -> Tensor:
        """Each text through the matrix of its family; `NO_FAMILY` leaves it as it is.

        strength: gamma of f = x + gamma (W x - x); 1 is Eq. 5.
        parts: numbers of what each text is read through beside its family, `NO_PART` for none.

        One product a family present: a matrix copied out for every text, and added back in
        backward, took a tenth of a training step.
        Shape: x (B, L, D), family (B,), parts (B, J) -> (B, L, D).
        """
        present, counts = family.unique(return_counts=True)  # sorted
        matrices = self.weight.unbind()
        order = family.argsort(stable=True)
        read = [
            part if k == NO_FAMILY else disentangle(part, matrices[k].to(x.dtype))
            for k, part in zip(present.tolist(), x[order].split(counts.tolist()), strict=True)
        ]
        f = torch.cat(read)[order.argsort()]
        if parts is not None and bool((parts != NO_PART).any()):
            f = f + self._below(x, parts).to(f.dtype)
        return f if strength == 1 else torch.lerp(x, f.to(x.dtype), strength)

    def _below(self, x: Tensor, parts: Tensor) -> Tensor:
        """Shape: x (B, L, D), parts (B, J) -> (B, L, D)."""
        there = (parts != NO_PART)[:, :, None, None]
        down, up = (factor[parts.clamp(min=0)].to(x.dtype) for factor in (self.down, self.up))
        return below(x, down, up * there)

    def mixed(self, x: Tensor, shares: Tensor, strength: float = 1.0) -> Tensor:
        """Each text through a mix of matrices; what the shares leave of 1 stays as it is.

        Shape: x (B, L, D), shares (B, K), not below 0 and at most 1 together -> (B, L, D).
        """
        W = torch.einsum("bk,kij->bij", shares.to(x.dtype), self.weight.to(x.dtype))
        left = (1 - shares.sum(1)).to(x.dtype)[:, None, None]
        f = x @ W.transpose(1, 2) + left * x
        return f if strength == 1 else torch.lerp(x, f, strength)
