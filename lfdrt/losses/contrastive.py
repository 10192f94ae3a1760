"""The alignment losses, Eq. 2 and 4: symmetric in-batch contrastive loss.

Knows vectors, not where they come from.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def contrastive_loss(
    a: Tensor,
    b: Tensor,
    tau: float,
    groups: Tensor | None = None,
    negatives: Tensor | None = None,
) -> Tensor:
    """Eq. 2 and 4: each row of `a` finds its partner among all rows of `b`, and the reverse.

    L = -1/2 mean_i [ mean_{p in P(i)} log softmax_p(s(a_i, b)/tau) + the same with a, b swapped ]

    with s the cosine and P(i) = {i}, or all rows of the same group where `groups` is given (rows
    whose image and text were paired by label, not by origin). Deviation: Eq. 2 as printed repeats
    the negative term; the standard symmetric form is meant. 0 for fewer than two rows.
    `negatives` are further rows that no row of `a` may find: in the softmax, never partners.

    Shape: a, b (B, D), groups (B,), negatives (N, D) -> scalar, in nats.
    """
    B = a.shape[0]
    if B < 2:
        return a.sum() * 0
    s = F.normalize(a.float(), dim=-1) @ F.normalize(b.float(), dim=-1).T / tau  # (B, B)
    if groups is None:
        target = torch.eye(B, device=s.device)
    else:
        target = (groups[:, None] == groups[None, :]).float()
        target = target / target.sum(dim=1, keepdim=True)
    finds = s
    if negatives is not None:
        away = F.normalize(a.float(), dim=-1) @ F.normalize(negatives.float(), dim=-1).T / tau
        finds = torch.cat([s, away], dim=1)  # (B, B + N)
    to_b = F.cross_entropy(finds, F.pad(target, (0, finds.shape[1] - B)))
    return (to_b + F.cross_entropy(s.T, target)) / 2
