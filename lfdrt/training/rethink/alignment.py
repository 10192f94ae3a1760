"""Distribution alignment of two classifiers' predictions over unlabelled rows (no paper equation).

A classifier that was trained on English prefers some classes everywhere: its mean prediction over
the rows of another language says which. ReMixMatch (Berthelot et al. 2020) divides by that mean;
logit adjustment (Menon et al. 2021) does the same in the output's bias, where a checkpoint keeps
it.
"""

from __future__ import annotations

from torch import Tensor


def aligned(p: Tensor, gamma: float) -> Tensor:
    """p~_c proportional to p_c / pbar_c^gamma, with pbar the mean of p over the rows.

    gamma 0 changes nothing; 1 takes the whole preference away. Shape: p (N, C) -> (N, C).
    """
    q = p * bias(p, gamma).exp()
    return q / q.sum(dim=-1, keepdim=True)


def bias(p: Tensor, gamma: float) -> Tensor:
    """-gamma log pbar, with mean 0: added to the logits of `p`, it gives the logits of `aligned`.

    Shape: p (N, C) -> (C,). A class that no row is given at all counts as one in a million.
    """
    shift = -gamma * p.mean(dim=0).clamp(min=1e-6).log()
    return shift - shift.mean()
