"""Predictions of one labelled file, row by row, and the compact file that holds them.

Holds no text: a row is known by its id. Knows no model; decides by the rule of §3.5.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import confusion_matrix
from torch import Tensor

from lfdrt.evaluation.bootstrap import resampled_confusions
from lfdrt.languages import resolve
from lfdrt.model.classifiers import decide

DECIMALS = 4


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
        """Of the resamples: one a file, so that readings of one file are compared in pairs."""
        return zlib.crc32(self.name.encode())

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


def write_predictions(path: Path, predictions: Sequence[Predictions]) -> None:
    """One row a text and reading, as gzipped CSV; written aside first, the same bytes every time.

    Columns: id, source, split, language, family (the language's), read_through ("none": no
    disentangler), gold, predicted, agree, correct (0 or 1), then each classifier's probabilities,
    p1_<label> and p2_<label>, to 4 decimals. `predicted` and `agree` come from unrounded numbers.
    """
    aside = path.with_name(path.name + ".part")
    with (
        aside.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
    ):
        table = csv.writer(text, lineterminator="\n")
        labels = predictions[0].labels
        probabilities = [f"p{k}_{name}" for k in (1, 2) for name in labels]
        table.writerow([*_COLUMNS, *probabilities])
        for one in predictions:
            table.writerows(_rows(one))
    aside.replace(path)


_COLUMNS = (
    "id", "source", "split", "language", "family", "read_through", "gold", "predicted", "agree",
    "correct",
)  # fmt: skip


def _rows(one: Predictions) -> Iterator[list[str | int]]:
    same = [one.source, one.split, one.language, one.family, one.read_through or "none"]
    columns = (
        one.ids,
        one.names(one.gold),
        one.names(one.predicted),
        one.agreed.astype(int).tolist(),
        one.correct.astype(int).tolist(),
        torch.cat([one.p_1, one.p_2], dim=1).tolist(),
    )
    for id_, gold, predicted, agree, correct, shares in zip(*columns, strict=True):
        probabilities = [f"{p:.{DECIMALS}f}" for p in shares]
        yield [id_, *same, gold, predicted, agree, correct, *probabilities]
