"""Predictions of one labelled file, row by row.

Holds no text: a row is known by its id.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from sklearn.metrics import confusion_matrix
from torch import Tensor

from lfdrt.evaluation.bootstrap import resampled_confusions
from lfdrt.languages import resolve
from lfdrt.model.classifiers import decide


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """What the two classifiers said of each row of a file.

    read_through: the family whose disentangler read the texts; None for no disentangler.
    labels: the model's classes. excluded: those that the data do not have: never chosen, and the
    probabilities stay as they are, so the others do not sum to 1.
    Shape: gold (N,) class numbers; p_1, p_2 (N, C) float32.
    """

    source: str
    language: str
    split: str
    read_through: str | None
    labels: tuple[str, ...]
    excluded: tuple[str, ...]
    ids: tuple[str, ...]
    gold: np.ndarray
    p_1: Tensor
    p_2: Tensor

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def name(self) -> str:
        return f"{self.source} {self.language} {self.split}"

    @property
    def family(self) -> str:
        """The language's own family, whether it has a disentangler or not."""
        return resolve(self.language).family.code

    @property
    def seed(self) -> int:
        """Of the resamples."""
        return seed_of(self.name)

    @cached_property
    def _allowed(self) -> tuple[Tensor, Tensor]:
        """Probabilities with -1 at excluded classes. Shape: (N, C), (N, C)."""
        out = torch.tensor([name in self.excluded for name in self.labels])
        return self.p_1.masked_fill(out, -1), self.p_2.masked_fill(out, -1)

    @cached_property
    def predicted(self) -> np.ndarray:
        """Decided class numbers (§3.5). Shape: (N,)."""
        return decide(*self._allowed).numpy()

    @cached_property
    def agreed(self) -> np.ndarray:
        """Whether both classifiers choose one class. Shape: (N,) bool."""
        p_1, p_2 = self._allowed
        return (p_1.argmax(-1) == p_2.argmax(-1)).numpy()

    @cached_property
    def confidence(self) -> np.ndarray:
        """Probability of the decided class, as given by the classifier that was surer and so
        decided. Not rescaled over the classes that are not excluded. Shape: (N,)."""
        return torch.maximum(*(p.amax(-1) for p in self._allowed)).numpy()

    @property
    def correct(self) -> np.ndarray:
        return self.predicted == self.gold

    @cached_property
    def confusion(self) -> np.ndarray:
        """Rows gold, columns predicted. Shape: (C, C)."""
        return confusion_matrix(self.gold, self.predicted, labels=np.arange(len(self.labels)))

    @cached_property
    def resampled(self) -> np.ndarray:
        """Shape: (R, C, C), see `resampled_confusions`."""
        return resampled_confusions(self.gold, self.predicted, len(self.labels), seed=self.seed)

    def names(self, classes: np.ndarray) -> list[str]:
        """Labels of class numbers. Shape: (N,)."""
        return [self.labels[c] for c in classes.tolist()]


def seed_of(name: str) -> int:
    """Of what is drawn for a file: one a file, so that readings of one file are compared in
    pairs. `name`: of the file, as `Predictions.name`."""
    return zlib.crc32(name.encode())


def joined_predictions(chunks: Sequence[Predictions]) -> Predictions:
    """The rows of one file that was predicted in pieces."""
    return replace(
        chunks[0],
        ids=tuple(name for one in chunks for name in one.ids),
        gold=np.concatenate([one.gold for one in chunks]),
        p_1=torch.cat([one.p_1 for one in chunks]),
        p_2=torch.cat([one.p_2 for one in chunks]),
    )
