"""The uniformity loss of Eq. 9: other families' vocabulary predictions should say nothing.

Knows distributions, not families.
"""

from __future__ import annotations

import math

from torch import Tensor


def uniformity(logits: Tensor) -> Tensor:
    """KL(p || uniform) = log V + sum_v p_v log p_v, for each row.

    Shape: logits (..., V) -> (...), in nats: 0 for a uniform p, log V for a certain one.
    """
    log_p = logits.float().log_softmax(dim=-1)
    return math.log(logits.shape[-1]) + (log_p.exp() * log_p).sum(dim=-1)


def uniformity_loss(logits: Tensor) -> Tensor:
    """Eq. 9: mean of `uniformity`; 0 for no row. Shape: (N, V) -> scalar.

    The naive form, which holds all N x V logits: `vocabulary.vocabulary_loss` scales.
    """
    if logits.shape[0] == 0:
        return logits.sum() * 0
    return uniformity(logits).mean()
