"""Masked-language modelling: which tokens are hidden, and the loss of Eq. 8 and 15 on them.

Knows token ids, not texts.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True, kw_only=True)
class Masked:
    """Shape: ids (B, L) with hidden tokens; rows, columns (N,) of the N positions to predict;
    targets (N,) the ids that stood there."""

    ids: Tensor
    rows: Tensor
    columns: Tensor
    targets: Tensor


def mask_tokens(
    ids: Tensor,
    candidates: Tensor,
    *,
    rate: float,
    mask_id: int,
    words: int,
    generator: torch.Generator,
) -> Masked:
    """BERT's masking: `rate` of the candidates; of those 80 % mask, 10 % random, 10 % unchanged.

    Shape: ids (B, L), candidates (B, L) bool (no special, prefix or padding positions), both on
    the generator's device. `words`: random tokens are drawn from [0, words).
    """
    r = torch.rand(ids.shape, generator=generator)
    chosen = candidates & (r < rate)
    rows, columns = chosen.nonzero(as_tuple=True)  # (N,)
    targets = ids[rows, columns]
    fate = torch.rand(targets.shape, generator=generator)
    drawn = torch.randint(0, words, targets.shape, generator=generator)
    shown = torch.where(fate < 0.8, torch.full_like(targets, mask_id), drawn)
    hidden = ids.clone()
    hidden[rows, columns] = torch.where(fate < 0.9, shown, targets)
    return Masked(ids=hidden, rows=rows, columns=columns, targets=targets)


def masked_language_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Eq. 8 and 15: -1/N sum_n log p_n[target_n]; 0 for no position.

    Deviation: the printed equations sum over a text's hidden positions and average over texts; the
    mean over all N hidden positions weighs each alike and does not grow with the texts' length.

    Shape: logits (N, V), targets (N,) -> scalar, in nats a token. The naive form, which holds all
    N x V logits: `vocabulary.vocabulary_loss` is the one that scales.
    """
    if targets.numel() == 0:
        return logits.sum() * 0
    return F.cross_entropy(logits.float(), targets)
