"""The combined objectives, Eq. 10, 16, 17: named terms, weights, and their sum.

Knows scalars only. Every term is kept apart, so that each can be reported and switched off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights of the terms of Eq. 17; 0 switches a term off (Table 7's ablations are settings).

    The paper's: alpha_1 0.3, alpha_2 0.1, beta 1, 1, 0.3, alignment 1. `post_alignment` (no
    equation: alignment after the disentanglers, see DESIGN) and `consistency` (no equation: a
    translation is classified as its original) are 0 in the paper.
    """

    cross_lingual: float = 1.0
    cross_modal: float = 1.0
    post_alignment: float = 0.0
    consistency: float = 0.0
    mask_1: float = 0.3
    uniformity: float = 0.1
    classifier_1: float = 1.0
    classifier_2: float = 1.0
    mask_2: float = 0.3

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 <= value < math.inf:
                raise ValueError(f"weight {name} is {value}; weights are finite and 0 or more")
        if not any(vars(self).values()):
            raise ValueError("every weight is 0: there is nothing to train")


PARALLEL_TERMS = ("cross_lingual", "post_alignment", "consistency", "mask_1", "uniformity")
"""Terms of the parallel text; without any of them a run sees English labels alone."""


def total_loss(terms: Mapping[str, Tensor], weights: Weights) -> Tensor:
    """Eq. 17 (with Eq. 10 and 16 inside): the weighted sum of the terms that were computed.

    Raises KeyError for a term without a weight, so that no term is ever silently left out. A term
    of weight 0 is left out altogether: 0 times a value that is not a number is not 0.
    """
    table = vars(weights)
    weighted = [table[name] * value for name, value in terms.items() if table[name]]
    return torch.stack(weighted).sum()
