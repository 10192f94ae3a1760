"""What the heads of all families make of a text's own words, each of them hidden once (Eq. 5-7).

A sharp head knows the language; one that does not should say nothing. T counts the user's tokens,
K families, D the width, V words.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import TextBatch
from lfdrt.encoders.text import WORDS_AT_ONCE
from lfdrt.inference.views import Anchor, all_words
from lfdrt.losses import VocabularySums, vocabulary_sums
from lfdrt.model.lfdrt import LFDRT
from lfdrt.output import HeadGuesses

COPIES = 4
"""Of the text, each with every fourth token hidden: as many as the families' stage hides."""
TOKENS = 16
"""Of the text's beginning that are looked at where not all are asked for."""
FREQUENT, STRIDE = 1000, 16
"""Words that an estimate counts whatever the text: the first, which are the most frequent ones and
get much of what an undecided head gives, and every 16th of the others."""
SHARPEST = 2
"""Of an estimate's predictions, times the tokens, counted over all words: the sharpest, because
their weight lies on few words, which a sample may miss. With 13 families a sixth."""


def head_guesses(
    model: LFDRT,
    text: TextBatch,
    places: tuple[int, ...],
    mask_id: int,
    anchor: Anchor | None,
    *,
    exact: bool,
) -> HeadGuesses | None:
    """Every token predicted from the rest of its text, which without an anchor is also what is
    asked. text: one row; places: the columns of the user's tokens. None: no token, or fewer than
    two families to compare.

    exact: all tokens, each counted over all words; else the first `TOKENS`, estimated. For 16
    tokens and the compact model that is 0.12 s of one CPU core in place of 0.23 (4.4 against 20
    billion multiplications), head means within 0.2 nats and log-probabilities within 0.5, heads
    that have learned and heads that have not (`python -m tests.benchmarks.heads`, ten languages).
    """
    shown = places if exact else places[:TOKENS]
    if not shown or len(model.config.families) < 2:
        return None
    h = _hidden(model, text, places, mask_id, anchor)[:, : len(shown)]  # (K, t, D)
    K, t, D = h.shape
    targets = text.ids[0, list(shown)]  # (t,)
    rows = h.reshape(K * t, D)
    W = model.text.kept_words(rows.dtype)  # (V, D)
    if exact:
        sums = _all(W, rows, targets.repeat(K))
    else:
        sums = _estimated(W, rows, targets, sharpest=SHARPEST * t)
    apart, log_p = (_numbers(v).reshape(K, t) for v in (sums.uniformity, sums.own - sums.log_total))
    return HeadGuesses(sharpness=apart, log_probability=log_p, words=len(W), exact=exact)


def _hidden(
    model: LFDRT, text: TextBatch, places: tuple[int, ...], mask_id: int, anchor: Anchor | None
) -> Tensor:
    """`LFDRT.word_vectors` of every token in the copy that hides it. Shape: (K, T, D)."""
    copies = min(COPIES, len(places))
    ids = text.ids.repeat(copies, 1)
    for c in range(copies):
        ids[c, list(places[c::copies])] = mask_id
    mask, family = text.mask.repeat(copies, 1), text.family.repeat(copies)
    x = model.encode(replace(text, ids=ids, mask=mask, family=family))  # (copies, L, D)
    h = x.new_empty(len(model.config.families), len(places), x.shape[-1])
    for c in range(copies):
        x_an, mask_an = (x[c : c + 1], text.mask) if anchor is None else (anchor.x, anchor.mask)
        asking = x[c : c + 1, list(places[c::copies])]
        h[:, c::copies] = all_words(model, asking, x_an, mask_an).h
    return h


def _all(W: Tensor, rows: Tensor, targets: Tensor) -> VocabularySums:
    return vocabulary_sums(rows, W.split(WORDS_AT_ONCE), targets)


def _estimated(W: Tensor, rows: Tensor, targets: Tensor, *, sharpest: int) -> VocabularySums:
    """The text's own words and the frequent ones counted, the others by a sample; then the
    sharpest rows over all. Shape: W (V, D), rows (K t, D), targets (t,)."""
    V = len(W)
    known = torch.cat([targets, torch.arange(min(FREQUENT, V), device=rows.device)]).unique()
    drawn = torch.arange(0, V, STRIDE, device=rows.device)
    drawn = drawn[~torch.isin(drawn, known)]
    every = targets.repeat(len(rows) // len(targets))  # (K t,)
    a = vocabulary_sums(rows, [W[known]], torch.searchsorted(known, every))
    found = a
    if len(drawn):
        b = vocabulary_sums(rows, W[drawn].split(WORDS_AT_ONCE))
        found = _joined(a, b, known=len(known), drawn=len(drawn), V=V)
    top = found.uniformity.topk(min(sharpest, len(rows))).indices
    counted = _all(W, rows[top], every[top])
    for name in ("log_total", "uniformity", "own"):
        getattr(found, name)[top] = getattr(counted, name)
    return found


def _joined(
    a: VocabularySums, b: VocabularySums, *, known: int, drawn: int, V: int
) -> VocabularySums:
    """Sums over V words from those over `known` of them and over a sample of the others.

    Mean logit under a part's prediction: uniformity - log n + log_total, with its n words.
    """
    log_b = b.log_total + math.log((V - known) / drawn)
    total = torch.logaddexp(a.log_total, log_b)
    share = (a.log_total - total).exp()
    mean_a = a.uniformity - math.log(known) + a.log_total
    mean_b = b.uniformity - math.log(drawn) + b.log_total
    mean = share * mean_a + (1 - share) * mean_b
    return VocabularySums(
        log_total=total, uniformity=math.log(V) + mean - total, first=a.first, own=a.own
    )


def _numbers(t: Tensor) -> np.ndarray:
    return t.float().cpu().numpy()
