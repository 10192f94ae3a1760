"""What the encoder's frozen lower layers make of a corpus' texts, kept from the first visit on.

With 8 of 12 layers frozen a step costs 12 layers' passes (4 forward, 8 backward) instead of 28.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from lfdrt.batch import TextBatch
from lfdrt.encoders.text import TextEncoder
from lfdrt.runtime import Runtime
from lfdrt.training.feature_files import FeatureFiles, rows_digest


class Lower(Protocol):
    """A batch of the corpus' rows `numbers` with their lower states, or without, as it came."""

    def __call__(self, texts: TextBatch, numbers: np.ndarray) -> TextBatch: ...


Keep = Callable[[str, Sequence[tuple[int, ...]]], Lower]
"""Makes the `Lower` of a corpus' part by its name and its rows' token ids."""


def keep_nothing(name: str, ids: Sequence[tuple[int, ...]]) -> Lower:
    """Every visit computes every layer."""
    return lambda texts, numbers: texts


class LowerStates:
    """States of rows after the lowest `layers`, in files of `folder` that later runs may share.

    A row is computed when it is first drawn. float16; 200,000 texts of 22 tokens of 384 numbers
    take 3.4 GB of disk.
    """

    def __init__(
        self,
        text: TextEncoder,
        ids: Sequence[tuple[int, ...]],
        *,
        layers: int,
        folder: Path,
        width: int,
        runtime: Runtime,
    ) -> None:
        self._text, self._layers, self._runtime = text, layers, runtime
        self._lengths = np.array([len(i) for i in ids])
        self._files = FeatureFiles(
            folder / rows_digest(ids), self._lengths.tolist(), width, views=1
        )

    def __call__(self, texts: TextBatch, numbers: np.ndarray) -> TextBatch:
        missing = np.flatnonzero(~self._files.holds(numbers, 0))
        if len(missing):
            found = self._computed(texts, missing)
            lengths = self._lengths[numbers[missing]]
            rows = [row[:length] for row, length in zip(found, lengths, strict=True)]
            self._files.put(numbers[missing], rows, 0)
        kept = self._files.gather(numbers, texts.mask.numpy(), 0)
        return replace(texts, lower=torch.from_numpy(kept).to(self._runtime.dtype))

    @torch.inference_mode()
    def _computed(self, texts: TextBatch, rows: np.ndarray) -> np.ndarray:
        """Shape: -> (n, L, D) float16."""
        at = torch.from_numpy(rows)
        ids, mask = (t[at].to(self._runtime.device) for t in (texts.ids, texts.mask))
        with self._runtime.autocast():
            return self._text.lower(ids, mask, self._layers).half().cpu().numpy()
