"""Runs a model over texts: both classifiers' probabilities, through any family.

Text only. `excluded` classes are never predicted: for sets that do not have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import TextBatch, disentangler_index, length_buckets, pad_text_batch
from lfdrt.data.records import LabelledText
from lfdrt.data.sources.sample import SampleRow
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.errors import UserError
from lfdrt.evaluation.predictions import Predictions
from lfdrt.labels import LabelSet
from lfdrt.languages import resolve
from lfdrt.model.lfdrt import LFDRT
from lfdrt.parts import FAMILY, part_numbers
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
    parts: Sequence[tuple[int, int]] | None = None,
    rows: int = 64,
) -> tuple[Tensor, Tensor]:
    """Both classifiers' probabilities of texts, read through each of F families; encoded once.

    parts: of each reading, beside its family; none by default.

    Shape: -> p_1, p_2 (F, N, C) float32, in the order of `families` and `texts`.
    """
    model.eval()
    p_1 = torch.empty(len(families), len(texts), len(model.config.label_set))
    p_2 = torch.empty_like(p_1)
    with torch.inference_mode():
        for bucket, batch, x in encoded_batches(model, tokenizer, texts, runtime, rows):
            no_image = model.without_image(len(batch))
            for f, family in enumerate(families):
                through, below = torch.full_like(batch.family, family), None
                if parts is not None:
                    below = through.new_tensor([parts[f]]).expand(len(batch), -1)
                with runtime.autocast():
                    reading = model.read(x, batch.mask, through, no_image, parts=below)
                p_1[f, bucket] = reading.logits_1.float().softmax(-1).cpu()
                p_2[f, bucket] = reading.logits_2.float().softmax(-1).cpu()
    return p_1, p_2


def predict_texts(
    model: LFDRT,
    tokenizer: TextTokenizer,
    rows: Sequence[LabelledText],
    readings: Sequence[str | None],
    runtime: Runtime,
    *,
    excluded: tuple[str, ...] = (),
    level: str = FAMILY,
) -> list[Predictions]:
    """Text-only predictions of the rows of one file through each of `readings`: families, or None
    for no disentangler. level: how deep the own family's is. UserError: no rows, or a label that
    the model does not have."""
    blank = unread(rows, model.config.label_set, excluded)
    config, language = model.config, resolve(rows[0].language)
    families = [disentangler_index(r, config.families) for r in readings]
    own = config.disentangler_of(language.code, language.family.code)
    levels = [level if reading and reading == own else FAMILY for reading in readings]
    parts = [part_numbers(language.code, config.parts, one) for one in levels]
    texts = [r.text for r in rows]
    p_1, p_2 = text_probabilities(model, tokenizer, texts, families, runtime, parts=parts)
    return [
        replace(blank, read_through=reading, p_1=p_1[f], p_2=p_2[f])
        for f, reading in enumerate(readings)
    ]


def unread(
    rows: Sequence[LabelledText | SampleRow], label_set: LabelSet, excluded: tuple[str, ...] = ()
) -> Predictions:
    """The rows of one file before anything is predicted, p_1 and p_2 being 0; errors as
    `predict_texts`."""
    gold = gold_classes(rows, label_set)
    blank = torch.zeros(len(rows), len(label_set))
    return Predictions(
        source=rows[0].source,
        language=rows[0].language,
        split=rows[0].split,
        read_through=None,
        labels=label_set.labels,
        excluded=excluded,
        ids=tuple(r.id for r in rows),
        gold=gold,
        p_1=blank,
        p_2=blank,
    )


def gold_classes(rows: Sequence[LabelledText | SampleRow], label_set: LabelSet) -> np.ndarray:
    """Class numbers of the rows' labels; errors as `predict_texts`. Shape: (N,)."""
    if not rows:
        raise UserError("there are no labelled rows to score")
    labels = label_set.labels
    if foreign := sorted({r.label for r in rows} - set(labels)):
        raise UserError(
            f"the model has no label {', '.join(foreign)} (it has {', '.join(labels)}): "
            f"{rows[0].source} cannot score it"
        )
    return np.array([labels.index(r.label) for r in rows])
