"""Runs a model over labelled texts and scores what it predicts.

Text only; knows no training. `excluded` classes are never predicted: for sets that do not have
them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import length_buckets, pad_text_batch
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.evaluation.metrics import Scores, score
from lfdrt.model.classifiers import decide
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime


@torch.inference_mode()
def text_probabilities(
    model: LFDRT,
    tokenizer: TextTokenizer,
    texts: Sequence[str],
    family: int,
    runtime: Runtime,
    *,
    rows: int = 64,
) -> tuple[Tensor, Tensor]:
    """Both classifiers' probabilities of texts read through one family.

    Shape: -> p_1, p_2 (N, C) float32, in the order of `texts`.
    """
    model.eval()
    ids = [e.ids for e in tokenizer.encode(texts)]
    p_1 = torch.empty(len(texts), len(model.config.label_set))
    p_2 = torch.empty_like(p_1)
    for bucket in length_buckets([len(i) for i in ids], rows=rows):
        batch = pad_text_batch([ids[i] for i in bucket], [family] * len(bucket), tokenizer.pad)
        batch = batch.to(runtime.device)
        with runtime.autocast():
            x = model.encode(batch)
            reading = model.read(x, batch.mask, batch.family, model.without_image(len(batch)))
        p_1[bucket] = reading.logits_1.float().softmax(-1).cpu()
        p_2[bucket] = reading.logits_2.float().softmax(-1).cpu()
    return p_1, p_2


def labels_of(
    p_1: Tensor, p_2: Tensor, labels: tuple[str, ...], excluded: tuple[str, ...] = ()
) -> list[str]:
    """Decided labels (§3.5), never an excluded one. Shape: p_1, p_2 (N, C)."""
    allowed = torch.tensor([name not in excluded for name in labels])
    chosen = decide(p_1.masked_fill(~allowed, -1), p_2.masked_fill(~allowed, -1))
    return np.asarray(labels)[chosen.numpy()].tolist()


def score_texts(
    model: LFDRT,
    tokenizer: TextTokenizer,
    texts: Sequence[str],
    gold: Sequence[str],
    family: int,
    runtime: Runtime,
    *,
    excluded: tuple[str, ...] = (),
) -> Scores:
    """Scores of text-only predictions. ValueError for labels the model does not have."""
    labels = model.config.label_set.labels
    foreign = sorted(set(gold) - set(labels))
    if foreign:
        raise ValueError(f"the model has no label {', '.join(foreign)} (it has {labels})")
    p_1, p_2 = text_probabilities(model, tokenizer, texts, family, runtime)
    return score(gold, labels_of(p_1, p_2, labels, excluded))
