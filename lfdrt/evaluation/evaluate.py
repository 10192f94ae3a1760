"""Runs a model over labelled texts and scores what it predicts.

Text only; knows no training. `excluded` classes are never predicted: for sets that do not have
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import TextBatch, length_buckets, pad_text_batch
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.evaluation.metrics import Scores, score
from lfdrt.model.classifiers import decide
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime


def encoded_batches(
    model: LFDRT, tokenizer: TextTokenizer, texts: Sequence[str], runtime: Runtime, rows: int = 64
) -> Iterator[tuple[list[int], TextBatch, Tensor]]:
    """Texts of similar length together: their positions in `texts`, the batch, x (B, L, D).

    Families are left open (all 0), since the encoder does not depend on them. Call it inside
    inference mode.
    """
    ids = [e.ids for e in tokenizer.encode(texts)]
    for bucket in length_buckets([len(i) for i in ids], rows=rows):
        batch = pad_text_batch([ids[i] for i in bucket], [0] * len(bucket), tokenizer.pad)
        batch = batch.to(runtime.device)
        with runtime.autocast():
            yield bucket, batch, model.encode(batch)


def text_probabilities(
    model: LFDRT,
    tokenizer: TextTokenizer,
    texts: Sequence[str],
    families: Sequence[int],
    runtime: Runtime,
    *,
    rows: int = 64,
) -> tuple[Tensor, Tensor]:
    """Both classifiers' probabilities of texts, read through each of F families; encoded once.

    Shape: -> p_1, p_2 (F, N, C) float32, in the order of `families` and `texts`.
    """
    model.eval()
    p_1 = torch.empty(len(families), len(texts), len(model.config.label_set))
    p_2 = torch.empty_like(p_1)
    with torch.inference_mode():
        for bucket, batch, x in encoded_batches(model, tokenizer, texts, runtime, rows):
            no_image = model.without_image(len(batch))
            for f, family in enumerate(families):
                through = torch.full_like(batch.family, family)
                with runtime.autocast():
                    reading = model.read(x, batch.mask, through, no_image)
                p_1[f, bucket] = reading.logits_1.float().softmax(-1).cpu()
                p_2[f, bucket] = reading.logits_2.float().softmax(-1).cpu()
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
    families: Sequence[int],
    runtime: Runtime,
    *,
    excluded: tuple[str, ...] = (),
) -> list[Scores]:
    """Scores of text-only predictions through each family; ValueError for foreign labels."""
    labels = model.config.label_set.labels
    foreign = sorted(set(gold) - set(labels))
    if foreign:
        raise ValueError(f"the model has no label {', '.join(foreign)} (it has {labels})")
    readings = zip(*text_probabilities(model, tokenizer, texts, families, runtime), strict=True)
    return [score(gold, labels_of(p_1, p_2, labels, excluded)) for p_1, p_2 in readings]
