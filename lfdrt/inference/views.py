"""The intermediates behind a prediction: what each family's reading attends to and predicts.

Functions of the model and one encoded sample. T counts the user's own tokens, L all of the model's;
K families, P image regions, A tokens of the anchor text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY
from lfdrt.inference.prepare import Prepared
from lfdrt.model.lfdrt import LFDRT, Words
from lfdrt.output import FamilyReading, Scores


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """The text in the anchor language, encoded. Shape: x (1, A, D), mask (1, A)."""

    prepared: Prepared
    x: Tensor
    mask: Tensor


@dataclass(frozen=True, kw_only=True)
class AllFamilies:
    """The own reading's scores, and all readings where they were computed."""

    own: Scores
    readings: tuple[FamilyReading, ...] | None


def all_families(
    model: LFDRT, sample: Prepared, x: Tensor, mask: Tensor, image: Tensor, labels: tuple[str, ...]
) -> AllFamilies:
    """One sample through all K disentanglers and through none, as a batch of K + 1.

    Shape: x (1, L, D), mask (1, L), image (1, D). The encoders ran once; this adds K + 1 rows of
    D x D products.
    """
    K = len(model.config.families)
    family = torch.tensor([*range(K), NO_FAMILY], device=x.device)
    rows = K + 1
    reading = model.read(
        x.expand(rows, -1, -1), mask.expand(rows, -1), family, image.expand(rows, -1)
    )
    scores = Scores.from_logits(reading.logits_1, reading.logits_2, labels)
    weights = _numbers(reading.attention)[:, list(sample.positions)]  # (K + 1, T)
    readings = tuple(
        FamilyReading(family=name, attention=a, mass=float(a.sum()), scores=s)
        for name, a, s in zip((*model.config.families, None), weights, scores, strict=True)
    )
    own = K if sample.family_index == NO_FAMILY else sample.family_index
    return AllFamilies(own=scores[own], readings=readings)


def regions(model: LFDRT, sample: Prepared, x: Tensor, mask: Tensor, grid: Tensor) -> np.ndarray:
    """Each region's attention over the user's tokens, read through the sample's family.

    Shape: x (1, L, D), grid (1, P, D) -> (side, side, T).
    """
    family = torch.tensor([sample.family_index], device=x.device)
    weights = _numbers(model.regions(grid, x, mask, family))[0]  # (P, L)
    side = round(weights.shape[0] ** 0.5)
    return weights[:, list(sample.positions)].reshape(side, side, -1)


def translation(model: LFDRT, sample: Prepared, x: Tensor, anchor: Anchor) -> np.ndarray:
    """Eq. 6: attention of the user's tokens over those of the translation.

    Shape: x (1, L, D) -> (K, T, A).
    """
    weights = _numbers(all_words(model, x, anchor.x, anchor.mask).attention)
    return weights[:, list(sample.positions)][:, :, list(anchor.prepared.positions)]


def all_words(model: LFDRT, x: Tensor, x_an: Tensor, mask_an: Tensor) -> Words:
    """`LFDRT.word_vectors` through every family. Shape: x (1, L, D) -> h (K, L, D)."""
    K = len(model.config.families)
    family = torch.arange(K, device=x.device)
    return model.word_vectors(
        x.expand(K, -1, -1), family, x_an.expand(K, -1, -1), mask_an.expand(K, -1)
    )


def _numbers(t: Tensor) -> np.ndarray:
    return t.float().cpu().numpy()
