"""The losses: one equation, one pure function of tensors. The letters are the paper's.

`vocabulary_loss` computes Eq. 8, 9 and 15 without ever holding (positions x vocabulary): logits are
made in chunks of positions, and their gradient is taken at once, while the chunk is there: one
product with the word matrix forward, one backward, and no recomputation. Equal to the naive forms,
cross-entropy and the mean of `uniformity`, in values and gradients (a test).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

CHUNK_BYTES = 128 * 2**20
"""Room for one chunk of float32 logits; three such buffers exist at a time."""


def contrastive_loss(
    a: Tensor,
    b: Tensor,
    tau: float,
    groups: Tensor | None = None,
    negatives: Tensor | None = None,
) -> Tensor:
    """Eq. 2 and 4: each row of `a` finds its partner among all rows of `b`, and the reverse.

    L = -1/2 mean_i [ mean_{p in P(i)} log softmax_p(s(a_i, b)/tau) + the same with a, b swapped ]

    with s the cosine and P(i) = {i}, or all rows of the same group where `groups` is given (rows
    whose image and text were paired by label, not by origin). Deviation: Eq. 2 as printed repeats
    the negative term; the standard symmetric form is meant. 0 for fewer than two rows.
    `negatives` are further rows that no row of `a` may find: in the softmax, never partners.

    Shape: a, b (B, D), groups (B,), negatives (N, D) -> scalar, in nats.
    """
    B = a.shape[0]
    if B < 2:
        return a.sum() * 0
    s = F.normalize(a.float(), dim=-1) @ F.normalize(b.float(), dim=-1).T / tau  # (B, B)
    if groups is None:
        target = torch.eye(B, device=s.device)
    else:
        target = (groups[:, None] == groups[None, :]).float()
        target = target / target.sum(dim=1, keepdim=True)
    finds = s
    if negatives is not None:
        away = F.normalize(a.float(), dim=-1) @ F.normalize(negatives.float(), dim=-1).T / tau
        finds = torch.cat([s, away], dim=1)  # (B, B + N)
    to_b = F.cross_entropy(finds, F.pad(target, (0, finds.shape[1] - B)))
    return (to_b + F.cross_entropy(s.T, target)) / 2


def uniformity(logits: Tensor) -> Tensor:
    """KL(p || uniform) = log V + sum_v p_v log p_v, for each row.

    Shape: logits (..., V) -> (...), in nats: 0 for a uniform p, log V for a certain one.
    """
    log_p = logits.float().log_softmax(dim=-1)
    return math.log(logits.shape[-1]) + (log_p.exp() * log_p).sum(dim=-1)


def consistency_loss(teacher: Tensor, logits: Tensor) -> Tensor:
    """KL(teacher || softmax(logits)), mean over rows; 0 for none. `teacher` is not taught.

    No equation of the paper: the printed losses never tell a classifier anything about a language
    without labels. The original's own prediction is the only label a translation has.

    Shape: teacher (B, C) probabilities, logits (B, C) -> scalar, in nats.
    """
    if logits.shape[0] == 0:
        return logits.sum() * 0
    log_q = F.log_softmax(logits.float(), dim=-1)
    return F.kl_div(log_q, teacher.detach().float(), reduction="batchmean")


def prior_corrected_loss(logits: Tensor, labels: Tensor, log_prior: Tensor) -> Tensor:
    """Eq. 13 with log pi of the row's source added to the logits; 0 for no row.

    Deviation, source: Menon et al. 2021, "Long-tail learning via logit adjustment".

    L = -1/B sum_i log softmax(o_i + log pi_i)[y_i]

    English sources differ in their classes and in how frequent these are. A source explains its
    own frequencies here, so the logits o alone are those of a flat prior, and a class that a source
    does not have (log pi = -inf) is never pushed down by its rows. With log pi = 0: Eq. 13.

    Shape: logits, log_prior (B, C), labels (B,), each with a finite log pi -> scalar, in nats.
    """
    if logits.shape[0] == 0:
        return logits.sum() * 0
    return F.cross_entropy(logits.float() + log_prior, labels)


def information_loss(logits: Tensor) -> Tensor:
    """mean_i H(p_i) - H(mean_i p_i), in nats: minus the mutual information of rows and classes.

    No equation of the paper: each row is to be sure, all rows diverse (Liang et al. 2020, SHOT,
    their L_IM). 0 for no row. Shape: logits (B, C) -> scalar, at least -log C.
    """
    if logits.shape[0] == 0:
        return logits.sum() * 0
    log_p = logits.float().log_softmax(dim=-1)
    p = log_p.exp()
    mean = p.mean(dim=0)
    return (mean * mean.clamp(min=1e-12).log()).sum() - (p * log_p).sum(dim=-1).mean()


def total_loss(terms: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    """Eq. 17 (with Eq. 10 and 16 inside): the weighted sum of the terms that were computed.

    Raises KeyError for a term without a weight, so that no term is ever silently left out. A term
    of weight 0 is left out altogether: 0 times a value that is not a number is not 0.
    """
    weighted = [weights[name] * value for name, value in terms.items() if weights[name]]
    return torch.stack(weighted).sum()


def sampled_vocabulary_loss(
    h: Tensor, W: Tensor, targets: Tensor, candidates: Tensor, log_chance: Tensor
) -> Tensor:
    """Eq. 8 with the sum over all words estimated on some of them; 0 for no position.

    L = -1/N sum_n log( e^{o_nt} / (e^{o_nt} + sum_{v in C, v != t_n} e^{o_nv} / pi_v) )

    with o = h W^T and pi_v the chance with which v is among the candidates C: each word that may be
    drawn then weighs what all words like it weigh, and the estimate of the sum is unbiased. Source:
    Jean et al. 2015, "On using very large target vocabulary".

    Shape: h (N, D), W (M, D) the candidates' words, candidates (M,) their ids, ascending, every
    target among them, log_chance (M,) -> scalar, in nats.
    """
    if h.shape[0] == 0:
        return h.sum() * 0
    o = (h.to(W.dtype) @ W.T).float() - log_chance  # (N, M)
    place = torch.searchsorted(candidates, targets)
    rows = torch.arange(len(place), device=o.device)
    own = torch.zeros_like(o).index_put((rows, place), log_chance[place])
    return F.cross_entropy(o + own, place)


def chunk_rows(words: int) -> int:
    """Positions in a chunk for a vocabulary of `words`."""
    return max(1, CHUNK_BYTES // (4 * words))


class _VocabularyLoss(torch.autograd.Function):
    """sum_n ce_n * CE(h_n W^T, t_n) + sum_n kl_n * KL(softmax(h_n W^T) || uniform)."""

    @staticmethod
    def forward(ctx: Any, h: Tensor, W: Tensor, targets: Tensor, ce: Tensor, kl: Tensor) -> Tensor:
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
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
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

    Mean over positions, or the weighted sum with `weight`; 0 for no position. Deviation: the
    printed equations sum over a text's hidden positions and average over texts; the mean over all
    positions weighs each alike and does not grow with the texts' length.
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


@dataclass(frozen=True, kw_only=True)
class VocabularySums:
    """What each position's logits over all words come to.

    Shape: log_total (N,), log sum_v e^{o_v}; uniformity (N,), KL from uniform of the prediction, in
    nats; first (N,), the word of the largest logit; own (N,), the target's logit, NaN without
    targets. The target's logit is taken from the same product as the others: bfloat16 would round
    another one otherwise.
    """

    log_total: Tensor
    uniformity: Tensor
    first: Tensor
    own: Tensor


@torch.no_grad()
def vocabulary_sums(
    h: Tensor, parts: Iterable[Tensor], targets: Tensor | None = None
) -> VocabularySums:
    """Sums over the whole vocabulary from the word matrix in parts: a running maximum m, the sum of
    e^(o - m) and that of o e^(o - m) are all they take.

    Shape: h (N, D), parts (n, D) that together are W (V, D), targets (N,).
    """
    m = torch.full(h.shape[:1], -math.inf, device=h.device)  # (N,)
    total, weighted, own = torch.zeros_like(m), torch.zeros_like(m), torch.full_like(m, math.nan)
    first = torch.zeros(h.shape[:1], dtype=torch.int64, device=h.device)
    V = 0
    for words in parts:
        o = (h.to(words.dtype) @ words.T).float()  # (N, n)
        if targets is not None:
            here = ((targets >= V) & (targets < V + len(words))).nonzero()[:, 0]
            own[here] = o[here, targets[here] - V]
        highest = o.amax(dim=-1)  # several times as fast as with its place, which few parts change
        risen = (highest > m).nonzero()[:, 0]
        first[risen] = o[risen].argmax(dim=-1) + V
        before, m = m, torch.maximum(m, highest)
        e = (o - m[:, None]).exp_()
        fade = (before - m).exp_()
        total = total * fade + e.sum(dim=-1)
        weighted = weighted * fade + e.mul_(o).sum(dim=-1)
        V += len(words)
    log_total = m + total.log()
    return VocabularySums(
        log_total=log_total,
        uniformity=math.log(V) + weighted / total - log_total,
        first=first,
        own=own,
    )
