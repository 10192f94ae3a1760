"""Predictions on our own sample set: sentences, their drawn faces, or both together.

A demonstration set and no evidence (assets/benchmarks/sample/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, TextBatch, disentangler_index
from lfdrt.data.images import read_image
from lfdrt.data.sources.sample import SampleRow
from lfdrt.encoders.image import prepare_image
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.evaluation.evaluate import encoded_batches, gold_classes
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.recordings.recording import INPUTS
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime

TEXT, IMAGE, BOTH = INPUTS


def predict_sample(
    model: LFDRT,
    tokenizer: TextTokenizer,
    rows: Sequence[SampleRow],
    read_through: str | None,
    inputs: str,
    runtime: Runtime,
) -> Predictions:
    """Rows of one language, read as `inputs`, one of `INPUTS`; a face alone through no family.

    ValueError: no rows, or a label that the model does not have.
    """
    gold = gold_classes(rows, model.config.label_set)
    p_1, p_2 = _probabilities(model, tokenizer, rows, read_through, inputs, runtime)
    return Predictions(
        source=rows[0].source,
        language=rows[0].language,
        split=rows[0].split,
        read_through=None if inputs == IMAGE else read_through,
        labels=model.config.label_set.labels,
        excluded=(),
        ids=tuple(r.id for r in rows),
        gold=gold,
        p_1=p_1,
        p_2=p_2,
    )


@torch.inference_mode()
def _probabilities(
    model: LFDRT,
    tokenizer: TextTokenizer,
    rows: Sequence[SampleRow],
    read_through: str | None,
    inputs: str,
    runtime: Runtime,
) -> Tensor:
    """Of both classifiers. Shape: -> (2, N, C) float32."""
    model.eval()
    p = torch.empty(2, len(rows), len(model.config.label_set))
    index = disentangler_index(read_through, model.config.families)
    for bucket, batch, x in encoded_batches(model, tokenizer, [r.text for r in rows], runtime):
        image = model.without_image(len(batch))
        with runtime.autocast():
            if inputs != TEXT:
                image = _faces(model, [rows[i] for i in bucket], runtime)
            text = _text(model, x, batch, index) if inputs != IMAGE else _nothing(model, batch)
            reading = model.read(*text, image)
        p[0, bucket] = reading.logits_1.float().softmax(-1).cpu()
        p[1, bucket] = reading.logits_2.float().softmax(-1).cpu()
    return p


def _text(model: LFDRT, x: Tensor, batch: TextBatch, index: int) -> tuple[Tensor, Tensor, Tensor]:
    return x, batch.mask, torch.full_like(batch.family, index)


def _nothing(model: LFDRT, batch: TextBatch) -> tuple[Tensor, Tensor, Tensor]:
    """As in training: a stand-in for the text, through no disentangler."""
    return *model.without_text(len(batch)), torch.full_like(batch.family, NO_FAMILY)


def _faces(model: LFDRT, rows: Sequence[SampleRow], runtime: Runtime) -> Tensor:
    """Pooled vectors of the rows' pictures. Shape: (B, D)."""
    config = model.config.image
    pictures = [read_image(row.image.data, name=row.image.name) for row in rows]
    pixels = torch.stack([prepare_image(picture, config) for picture in pictures])
    pixels = pixels.to(runtime.device, runtime.dtype, memory_format=torch.channels_last)
    return model.image(pixels).pooled
