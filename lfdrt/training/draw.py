"""Which labelled English rows a step reads, and which face each of them gets.

Pairs of text and face are *constructed*: a face is drawn for its label, not for its origin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lfdrt.data.records import LabelledText, read_labelled
from lfdrt.data.sampling import StepSampler
from lfdrt.labels import LabelSet
from lfdrt.training.settings import Source

ANCHOR = "en"


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Rows of one step and the face of each. Shape: rows, labels, faces (B,), log_prior (B, C)."""

    rows: np.ndarray
    labels: Tensor
    log_prior: Tensor
    faces: list[int]


class LabelledDraw:
    """Which labelled English rows a step reads, each with a face of its label at every visit.

    lengths: of the rows, in any unit; faces: labels of the faces, (N,), or None to draw none.
    """

    def __init__(
        self,
        rows: Sequence[Sequence[LabelledText]],
        sources: Sequence[Source],
        labels: LabelSet,
        *,
        lengths: Sequence[int],
        faces: Tensor | None,
        count: int,
        pairing_noise: float,
        prior: str,
        seed: int,
    ) -> None:
        weights = []
        for source, own in zip(sources, rows, strict=True):
            sizes = Counter(r.label for r in own)
            chances = np.array([sizes[r.label] ** -source.class_balance for r in own])
            weights.append(source.weight * chances / chances.sum())
        self._labels = torch.tensor([labels.index(r.label) for own in rows for r in own])
        self._source = torch.tensor([s for s, own in enumerate(rows) for _ in own])
        self._log_priors = torch.stack(
            [
                log_prior([r.label for r in own], source.class_balance, labels, prior)
                for source, own in zip(sources, rows, strict=True)
            ]
        )
        self._sampler = StepSampler(
            weights=np.concatenate(weights), lengths=lengths, rows=count, seed=seed
        )
        self._faces, self._count = faces, 0 if faces is None else len(faces)
        if faces is not None:
            self._by_label = [(faces == c).nonzero().flatten().numpy() for c in range(len(labels))]
        self._noise = pairing_noise

    def __call__(self, step: int, rng: np.random.Generator) -> Drawn:
        """`rng` draws the faces: one of the step's own."""
        rows = self._sampler(step)
        labels = self._labels[rows]
        faces = [] if self._faces is None else [self._face(int(c), rng) for c in labels]
        log_prior = self._log_priors[self._source[rows]]
        return Drawn(rows=rows, labels=labels, log_prior=log_prior, faces=faces)

    def _face(self, label: int, rng: np.random.Generator) -> int:
        same = self._by_label[label]
        if len(same) == 0 or rng.random() < self._noise:
            return int(rng.integers(self._count))
        return int(rng.choice(same))


def log_prior(names: Sequence[str], balance: float, labels: LabelSet, prior: str) -> Tensor:
    """What `prior_corrected_loss` adds for rows of a source whose labels are `names`. Shape: (C,).

    prior: "source", log pi with pi(c) ~ n_c^(1 - balance), the classes as they are drawn; "absent",
    -inf for the classes that the source does not have and 0 for the others; "none", 0 for all.
    """
    sizes = Counter(names)
    n = torch.tensor([float(sizes[name]) for name in labels.labels])
    if prior == "none":
        return torch.zeros_like(n)
    drawn = torch.where(n > 0, n ** (1 - balance if prior == "source" else 0), 0)
    return (drawn / (drawn.sum() if prior == "source" else 1)).log()


def read_sources(data: Path, sources: Sequence[Source]) -> list[list[LabelledText]]:
    """The English training rows of each source; DataError names a file that is missing."""
    return [read_labelled(data, source.name, ANCHOR, "train") for source in sources]
