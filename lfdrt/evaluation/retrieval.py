"""How well translations find their English sentence: accuracy@1 among all of a language's pairs.

Measured on parallel text that training held out, on the encoder's mean-pooled vectors (before the
disentanglers) and on z (after them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from lfdrt.batch import disentangler_index
from lfdrt.data.records import read_parallel
from lfdrt.encoders.text import mean_pool
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.evaluation.evaluate import encoded_batches
from lfdrt.evaluation.suites import own_reading
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime


@dataclass(frozen=True, kw_only=True)
class Retrieval:
    """Shares of `pairs` translations whose nearest English sentence is their own."""

    language: str
    pairs: int
    before: float
    after: float


def accuracy_at_1(queries: Tensor, pool: Tensor) -> float:
    """Share of queries whose nearest row of `pool`, by cosine, is the one of the same number.

    Shape: (N, D), (N, D).
    """
    nearest = (F.normalize(queries, dim=-1) @ F.normalize(pool, dim=-1).T).argmax(dim=-1)
    return float((nearest == torch.arange(len(queries))).float().mean())


def retrieval(
    model: LFDRT, tokenizer: TextTokenizer, data: Path, language: str, runtime: Runtime
) -> Retrieval:
    """Held-out pairs of one language; DataError where there are none on this machine."""
    pairs = read_parallel(data, language, "dev")
    anchor = model.config.anchor
    vectors = [
        _vectors(model, tokenizer, texts, tag, runtime)
        for texts, tag in (
            ([p.translation for p in pairs], language),
            ([p.anchor for p in pairs], anchor),
        )
    ]
    (pooled, z), (pooled_an, z_an) = vectors
    return Retrieval(
        language=language,
        pairs=len(pairs),
        before=accuracy_at_1(pooled, pooled_an),
        after=accuracy_at_1(z, z_an),
    )


@torch.inference_mode()
def _vectors(
    model: LFDRT, tokenizer: TextTokenizer, texts: Sequence[str], language: str, runtime: Runtime
) -> tuple[Tensor, Tensor]:
    """Mean-pooled x and z, each text through its own family. Shape: (N, D), (N, D)."""
    model.eval()
    index = disentangler_index(own_reading(model, language), model.config.families)
    pooled = torch.empty(len(texts), model.config.width)
    z = torch.empty_like(pooled)
    for bucket, batch, x in encoded_batches(model, tokenizer, texts, runtime):
        through = torch.full_like(batch.family, index)
        with runtime.autocast():
            reading = model.read(x, batch.mask, through, model.without_image(len(batch)))
        pooled[bucket] = mean_pool(x, batch.mask).float().cpu()
        z[bucket] = reading.z.float().cpu()
    return pooled, z
