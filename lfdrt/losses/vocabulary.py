"""Eq. 8, 9 and 15 over a large vocabulary without ever holding (positions x vocabulary).

Logits are made in chunks of positions, and their gradient is taken at once, while the chunk is
there: one product with the word matrix forward, one backward, and no recomputation. Equal to the
naive forms in `masked.py` and `uniformity.py` in values and gradients (a test).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

CHUNK_BYTES = 128 * 2**20
"""Room for one chunk of float32 logits; three such buffers exist at a time."""


def chunk_rows(words: int) -> int:
    """Positions in a chunk for a vocabulary of `words`."""
    return max(1, CHUNK_BYTES // (4 * words))


class _VocabularyLoss(torch.autograd.Function):
    """sum_n ce_n * CE(h_n W^T, t_n) + sum_n kl_n * KL(softmax(h_n W^T) || uniform)."""

    @staticmethod
    def forward(ctx, h: Tensor, W: Tensor, targets: Tensor, ce: Tensor, kl: Tensor) -> Tensor:
        need_h, need_W = ctx.needs_input_grad[:2]
        d_h = torch.zeros_like(h, dtype=torch.float32) if need_h else None
        d_W = torch.zeros_like(W, dtype=torch.float32) if need_W else None
        sums = torch.zeros(2, device=h.device)
        rows = chunk_rows(W.shape[0])
        for start in range(0, h.shape[0], rows):
            part = slice(start, start + rows)
            values, g = _chunk(h[part], W, targets[part], ce[part], kl[part])
            sums += values
            if d_h is not None:
                d_h[part] = (g @ W).float()
            if d_W is not None:
                d_W += (g.T @ h[part].to(g.dtype)).float()
        ctx.save_for_backward(d_h, d_W)
        ctx.dtypes = h.dtype, W.dtype
        return sums.sum()

    @staticmethod
    @once_differentiable
    def backward(ctx, upstream: Tensor):
        d_h, d_W = ctx.saved_tensors
        to_h, to_W = ctx.dtypes
        grad_h = None if d_h is None else (d_h * upstream).to(to_h)
        grad_W = None if d_W is None else (d_W * upstream).to(to_W)
        return grad_h, grad_W, None, None, None


def _chunk(h: Tensor, W: Tensor, targets: Tensor, ce: Tensor, kl: Tensor) -> tuple[Tensor, Tensor]:
    """Both loss sums of one chunk, and their gradient by the logits in W's number format.

    d CE / d logits = p - onehot(t);  d KL / d logits = p * (log p - sum_v p_v log p_v).
    """
    log_p = F.log_softmax((h.to(W.dtype) @ W.T).float(), dim=-1)  # (n, V)
    rows = torch.arange(h.shape[0], device=h.device)
    cross_entropy = -log_p[rows, targets]  # (n,)
    p = log_p.exp()
    if not bool(kl.any()):
        g = p.mul_(ce[:, None])
        divergence = torch.zeros_like(cross_entropy)
    else:
        negative_entropy = (p * log_p).sum(dim=-1)  # (n,)
        divergence = math.log(W.shape[0]) + negative_entropy
        slope = log_p.sub_(negative_entropy[:, None]).mul_(kl[:, None]).add_(ce[:, None])
        g = p.mul_(slope)
    g[rows, targets] -= ce
    return torch.stack([(ce * cross_entropy).sum(), (kl * divergence).sum()]), g.to(W.dtype)


def vocabulary_loss(
    h: Tensor, W: Tensor, *, targets: Tensor | None = None, weight: Tensor | None = None
) -> Tensor:
    """Masked-language loss where `targets` are given (Eq. 8, 15), uniformity where not (Eq. 9).

    Mean over positions, or the weighted sum with `weight`; 0 for no position.
    Shape: h (N, D), W (V, D), targets (N,), weight (N,) -> scalar, in nats.
    """
    N = h.shape[0]
    if N == 0:
        return h.sum() * 0
    share = torch.full((N,), 1 / N, device=h.device) if weight is None else weight
    nothing = torch.zeros_like(share)
    if targets is None:
        first = torch.zeros(N, dtype=torch.int64, device=h.device)
        return _VocabularyLoss.apply(h, W, first, nothing, share)
    return _VocabularyLoss.apply(h, W, targets, share, nothing)


@torch.no_grad()
def vocabulary_uniformity(h: Tensor, parts: Iterable[Tensor]) -> Tensor:
    """KL from uniform of each position's vocabulary prediction, from the word matrix in parts: a
    running maximum m, sum of e^(x - m) and of x e^(x - m) over the logits x are all it takes.

    Shape: h (N, D), parts (n, D) that together are W (V, D) -> (N,), in nats.
    """
    m = torch.full(h.shape[:1], -math.inf, device=h.device)  # (N,)
    total, weighted = torch.zeros_like(m), torch.zeros_like(m)
    V = 0
    for words in parts:
        x = (h.to(words.dtype) @ words.T).float()  # (N, n)
        before, m = m, torch.maximum(m, x.amax(dim=-1))
        e = (x - m[:, None]).exp_()
        fade = (before - m).exp_()
        total = total * fade + e.sum(dim=-1)
        weighted = weighted * fade + e.mul_(x).sum(dim=-1)
        V += len(words)
    return math.log(V) + weighted / total - (m + total.log())
