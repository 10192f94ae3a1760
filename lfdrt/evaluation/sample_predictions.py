"""Predictions on our own sample set: sentences, their drawn faces, or both together.

A demonstration set and no evidence (assets/benchmarks/sample/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, disentangler_index
from lfdrt.data.images import read_image
from lfdrt.data.sources.sample import SampleRow
from lfdrt.encoders.image import prepare_image
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.evaluation.evaluate import encoded_batches, unread
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
    blank = unread(rows, model.config.label_set)
    p_1, p_2 = _probabilities(model, tokenizer, rows, read_through, inputs, runtime)
    read_through = None if inputs == IMAGE else read_through
    return replace(blank, read_through=read_through, p_1=p_1, p_2=p_2)


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
            text, mask, through = x, batch.mask, index
            if inputs == IMAGE:  # as in training: a stand-in for the text, through no disentangler
                (text, mask), through = model.without_text(len(batch)), NO_FAMILY
            reading = model.read(text, mask, torch.full_like(batch.family, through), image)
        p[0, bucket] = reading.logits_1.float().softmax(-1).cpu()
        p[1, bucket] = reading.logits_2.float().softmax(-1).cpu()
    return p


def _faces(model: LFDRT, rows: Sequence[SampleRow], runtime: Runtime) -> Tensor:
    """Pooled vectors of the rows' pictures. Shape: (B, D)."""
    config = model.config.image
    pictures = [read_image(row.image.data, name=row.image.name) for row in rows]
    pixels = torch.stack([prepare_image(picture, config) for picture in pictures])
    pixels = pixels.to(runtime.device, runtime.dtype, memory_format=torch.channels_last)
    return model.image(pixels).pooled
