"""Information maximisation: each row sure, all rows diverse. No equation of the paper.

Knows logits, not where they come from. Source: Liang et al. 2020 (SHOT), their L_IM.
"""

from __future__ import annotations

from torch import Tensor


def information_loss(logits: Tensor) -> Tensor:
    """mean_i H(p_i) - H(mean_i p_i), in nats: minus the mutual information of rows and classes.

    0 for no row. Shape: logits (B, C) -> scalar, at least -log C.
    """
    if logits.shape[0] == 0:
        return logits.sum() * 0
    log_p = logits.float().log_softmax(dim=-1)
    p = log_p.exp()
    mean = p.mean(dim=0)
    return (mean * mean.clamp(min=1e-12).log()).sum() - (p * log_p).sum(dim=-1).mean()
