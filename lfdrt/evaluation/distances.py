"""How far the disentanglers are apart, by what they do to the same tokens.

Two matrices can differ much and still treat every token of a language alike, so tokens are read,
not matrices compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.evaluation.evaluate import encoded_batches
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime

_TOKENS = 512  # at once: 13 families of 384 numbers each take 11 MB


@dataclass(frozen=True, kw_only=True)
class DistanceSums:
    """Sums over tokens, R readings: the families in their order, then none (the token itself).

    Shape: one_minus_cosine, relative_l2 (R, R) float64.
    """

    tokens: int
    one_minus_cosine: Tensor
    relative_l2: Tensor

    def __add__(self, other: DistanceSums) -> DistanceSums:
        return DistanceSums(
            tokens=self.tokens + other.tokens,
            one_minus_cosine=self.one_minus_cosine + other.one_minus_cosine,
            relative_l2=self.relative_l2 + other.relative_l2,
        )


def token_distances(x: Tensor, W: Tensor) -> DistanceSums:
    """1 − cos(f^k, f^l) and ‖f^k − f^l‖ / ((‖f^k‖ + ‖f^l‖) / 2) of f^k = W^k x (Eq. 5), summed over
    tokens; the last reading is x itself.

    1 − cos is taken as half the squared distance of unit vectors, since the difference of two
    numbers near 1 would be rounding. Shape: x (T, D), W (K, D, D), both float32.
    """
    f = torch.cat([torch.einsum("kde,te->tkd", W, x), x[:, None]], dim=1)  # (T, R, D)
    unit = F.normalize(f, dim=-1)
    length = f.norm(dim=-1)  # (T, R)
    mean = (length[:, :, None] + length[:, None, :]) / 2
    return DistanceSums(
        tokens=len(x),
        one_minus_cosine=(_apart(unit) ** 2 / 2).double().sum(0),
        relative_l2=(_apart(f) / mean).double().sum(0),
    )


def _apart(f: Tensor) -> Tensor:
    """Shape: (T, R, D) -> (T, R, R)."""
    return torch.cdist(f, f, compute_mode="donot_use_mm_for_euclid_dist")


@torch.inference_mode()
def text_distances(
    model: LFDRT, tokenizer: TextTokenizer, texts: list[str], runtime: Runtime
) -> DistanceSums:
    """Over every token that the attention reads, those of the prefix and the ends among them."""
    model.eval()
    W = model.disentanglers.weight.float().cpu()
    R = len(W) + 1
    empty = torch.zeros(R, R, dtype=torch.float64)
    total = DistanceSums(tokens=0, one_minus_cosine=empty, relative_l2=empty)
    for _, batch, x in encoded_batches(model, tokenizer, texts, runtime):
        for tokens in x[batch.mask].float().cpu().split(_TOKENS):
            total += token_distances(tokens, W)
    return total
