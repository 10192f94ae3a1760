"""The shared cross-attention, Eq. 6 and 11: one W_q, W_k, W_v for both paths.

Letters as in the paper: q queries, k keys, v values, d_k their width. Single head, no bias.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class Attended:
    """Shape: values (B, Q, D); weights (B, Q, L), rows summing to 1 over unmasked tokens."""

    values: Tensor
    weights: Tensor


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Attended:
    """Eq. 6: softmax(q k^T / sqrt(d_k)) v, over the tokens where `mask` is True.

    Shape: q (B, Q, D), k and v (B, L, D), mask (B, L). Weights are computed in float32. A row
    without any token would divide by zero; callers give such rows one stand-in token.
    """
    scores = torch.bmm(q, k.transpose(1, 2)).float() / k.shape[-1] ** 0.5  # (B, Q, L)
    weights = scores.masked_fill(~mask[:, None, :], float("-inf")).softmax(dim=-1)
    return Attended(values=torch.bmm(weights.to(v.dtype), v), weights=weights)


class SharedAttention(nn.Module):
    """W_q, W_k, W_v, used by the disentanglement path (Eq. 6) and the fusion path (Eq. 11).

    W_v starts near the identity and W_q, W_k small: attention is then nearly uniform and its value
    is the mean of the tokens, which is the pooling that sentence encoders were trained for.
    """

    def __init__(self, *, width: int) -> None:
        super().__init__()
        self.W_q = nn.Linear(width, width, bias=False)
        self.W_k = nn.Linear(width, width, bias=False)
        self.W_v = nn.Linear(width, width, bias=False)
        for linear in (self.W_q, self.W_k):
            nn.init.normal_(linear.weight, std=0.5 / width**0.5)
        with torch.no_grad():
            self.W_v.weight.mul_(0.05).add_(torch.eye(width))

    def forward(self, query: Tensor, text: Tensor, mask: Tensor) -> Attended:
        """Queries read the text. Shape: query (B, Q, D), text (B, L, D), mask (B, L).

        Fewer queries than tokens take the products that run over all tokens upon themselves:
        (W_q q).(W_k x) = (W_k^T W_q q).x, and W_v comes after the weighted mean. One query then
        costs 3 products of D x D instead of 1 + 2 L.
        """
        q = self.W_q(query)
        if query.shape[1] >= text.shape[1]:
            return attention(q, self.W_k(text), self.W_v(text), mask)
        attended = attention(q @ self.W_k.weight.to(q.dtype), text, text, mask)
        return Attended(values=self.W_v(attended.values), weights=attended.weights)
