"""Consistency: a translation is to be classified as its original is. No equation of the paper.

Knows logits, not where they come from.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F


def consistency_loss(teacher: Tensor, logits: Tensor) -> Tensor:
    """KL(teacher || softmax(logits)), mean over rows; 0 for none. `teacher` is not taught.

    The printed losses never tell a classifier anything about a language without labels. The
    original's own prediction is the only label a translation has.

    Shape: teacher (B, C) probabilities, logits (B, C) -> scalar, in nats.
    """
    if logits.shape[0] == 0:
        return logits.sum() * 0
    log_q = F.log_softmax(logits.float(), dim=-1)
    return F.kl_div(log_q, teacher.detach().float(), reduction="batchmean")
