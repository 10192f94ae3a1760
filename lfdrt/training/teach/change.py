"""Puts what was learned into a model: the only part of teaching that writes weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from lfdrt.model.lfdrt import LFDRT
from lfdrt.training.teach.learn import Change
from lfdrt.training.teach.reading import flat_logits


@torch.no_grad()
def apply(
    model: LFDRT, change: Change | None, mix: Sequence[float] | None, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Changes the model in place; both classifiers' logits then, under a flat mix.

    None: the mix alone, exactly. Weights are rounded as a checkpoint stores them, so that these
    logits are those of the saved model. Shape: z (N, D) -> (N, C), (N, C).
    """
    if change is None:
        model.expect(mix)
        return flat_logits(model, z)
    for n, head in enumerate((model.classifier_1, model.classifier_2)):
        weight = head.out.weight + torch.from_numpy(change.weight[n]).to(head.out.weight)
        head.out.weight.copy_(weight.half().float())
        head.out.bias.add_(torch.from_numpy(change.bias[n]).to(head.out.bias))
    model.expect(tuple(change.prior.tolist()))
    return flat_logits(model, z)
