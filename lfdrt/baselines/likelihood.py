"""How likely a causal language model finds each of several endings after one context.

Scores are sums over an ending's tokens, log p(ending | context) = sum_t log p(ending_t | context,
ending_<t): the probability that the model writes exactly this ending, so a softmax over the endings
is its choice among them. Not divided by length: a mean per token would call long, predictable words
likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import torch
from torch import Tensor, nn

from lfdrt.batch import NO_FAMILY, pad_text_batch


@dataclass(frozen=True, kw_only=True)
class Endings:
    """The ids that all of a row's candidates begin with, and how each goes on; neither is empty."""

    context: tuple[int, ...]
    endings: tuple[tuple[int, ...], ...]

    @classmethod
    def split(cls, candidates: Sequence[Sequence[int]], known: int) -> Endings:
        """Cuts whole tokenised candidates behind the tokens that they share, at most `known`.

        `known`: tokens that lie within the prompt. Where a token of one candidate reaches over the
        prompt's end, the others are cut there too, so that all are judged after one context.
        ValueError: no context, or a candidate that adds nothing to it.
        """
        shared = takewhile(lambda ids: len(set(ids)) == 1, zip(*candidates, strict=False))
        cut = min(known, sum(1 for _ in shared))
        found = cls(
            context=tuple(candidates[0][:cut]), endings=tuple(tuple(c[cut:]) for c in candidates)
        )
        if not found.context or not all(found.endings):
            raise ValueError("a candidate needs a token of context and one of its own")
        return found


@dataclass(frozen=True, kw_only=True)
class Padded:
    """Token rows padded on the left, so that all of them end in the last column.

    Shape: ids (B, L) int64; mask (B, L) bool; positions (B, L) int64, counted from a row's first
    token.
    """

    ids: Tensor
    mask: Tensor
    positions: Tensor


def pad_left(rows: Sequence[Sequence[int]], pad: int, device: torch.device) -> Padded:
    """Shape: (B, L) with L = the longest row."""
    B, L = len(rows), max(map(len, rows))
    ids = torch.full((B, L), pad, dtype=torch.int64)
    mask = torch.zeros((B, L), dtype=torch.bool)
    for b, row in enumerate(rows):
        ids[b, L - len(row) :] = torch.tensor(row, dtype=torch.int64)
        mask[b, L - len(row) :] = True
    ids, mask = ids.to(device), mask.to(device)
    return Padded(ids=ids, mask=mask, positions=(mask.cumsum(dim=1) - 1).clamp(min=0))


def log_likelihood(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """sum_t mask_t · log softmax(logits_t)[target_t], in float32.

    Shape: logits (N, M, V), targets and mask (N, M) -> (N,).
    """
    of_tokens = logits.float().log_softmax(dim=-1).gather(-1, targets[..., None]).squeeze(-1)
    return of_tokens.masked_fill(~mask, 0).sum(dim=-1)  # (N, M) -> (N,)


def ending_scores(model: nn.Module, rows: Sequence[Endings], pad: int) -> Tensor:
    """log p(ending | context) of every row's C endings; call it inside inference mode.

    `model`: a causal language model of `transformers`. Each context is read once and its keys and
    values are used for all of its endings; of endings of one token nothing more is read.
    Shape: -> (B, C) float32.
    """
    B, C = len(rows), len(rows[0].endings)
    contexts = pad_left([row.context for row in rows], pad, _device(model))
    read = _read(model, contexts, keep=1, use_cache=True)
    endings = [ending for row in rows for ending in row.endings]
    after = pad_text_batch(endings, [NO_FAMILY] * len(endings), pad).to(contexts.ids.device)
    targets, mask = after.ids, after.mask  # (B·C, M)
    logits = read.logits.repeat_interleave(C, dim=0)  # (B·C, 1, V)
    M = targets.shape[1]
    if M > 1:
        cache = read.cache
        cache.batch_repeat_interleave(C)
        first = contexts.positions[:, -1:].repeat_interleave(C, dim=0) + 1  # (B·C, 1)
        known = contexts.mask.repeat_interleave(C, dim=0)  # (B·C, L)
        more = model(
            input_ids=targets[:, :-1],
            attention_mask=torch.cat([known, mask[:, :-1]], dim=1).long(),
            position_ids=first + torch.arange(M - 1, device=first.device),
            cache=cache,
            use_cache=True,
        )
        logits = torch.cat([logits, more.logits], dim=1)  # (B·C, M, V)
    return log_likelihood(logits, targets, mask).view(B, C)


def ending_loss(
    model: nn.Module, rows: Sequence[tuple[Sequence[int], Sequence[int]]], pad: int
) -> Tensor:
    """Mean over the rows of -log p(ending | context): minus the score that `ending_scores` gives.

    rows: (context, ending) of ids. Scalar, with gradient.
    """
    M = max(len(ending) for _, ending in rows)
    batch = pad_left([(*context, *ending) for context, ending in rows], pad, _device(model))
    logits = _read(model, batch, keep=M + 1, use_cache=False).logits[:, :-1]  # (B, M, V)
    lengths = torch.tensor([len(ending) for _, ending in rows], device=logits.device)
    from_end = torch.arange(M, 0, -1, device=logits.device)  # the last token has 1
    return -log_likelihood(logits, batch.ids[:, -M:], from_end <= lengths[:, None]).mean()


def _read(model: nn.Module, batch: Padded, *, keep: int, use_cache: bool) -> Any:
    """`keep`: only the last positions get logits; all of them would be (B, L, V)."""
    return model(
        input_ids=batch.ids,
        attention_mask=batch.mask.long(),
        position_ids=batch.positions,
        logits_to_keep=keep,
        use_cache=use_cache,
    )


def _device(model: nn.Module) -> torch.device:
    return next(model.parameters()).device
