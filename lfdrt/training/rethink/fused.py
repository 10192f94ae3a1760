"""What the classifiers read of each row: z, from the row's features, computed as often as needed.

Where nothing below the classifiers learns, z is computed once a row and view and kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from lfdrt.runtime import Runtime
from lfdrt.training.rethink.features import FeatureStore
from lfdrt.training.rethink.model import Rethinker

VIEWS = ("whole", "masked", "text")
"""A row as it is; with some of its words hidden; its text without its picture."""


@dataclass(frozen=True, kw_only=True)
class HiddenWords:
    """Hidden positions of n rows. Shape: z (N, D), Z of Eq. 14; rows, targets (N,)."""

    z: Tensor
    rows: Tensor
    targets: Tensor


class FusedStore:
    """z of a store's rows by number. Kept z are float16: 77 MB for 100,000 rows and a view."""

    def __init__(self, rethinker: Rethinker, store: FeatureStore, runtime: Runtime) -> None:
        self._rethinker, self.store, self._runtime = rethinker, store, runtime
        self.keeps = store.cached and rethinker.frozen_below
        self._z: dict[str, np.ndarray] = {}
        self._has: dict[str, np.ndarray] = {}
        self._hidden: dict[int, HiddenWords] = {}

    def __len__(self) -> int:
        return len(self.store)

    def adopt(self, other: FusedStore) -> None:
        """Share what another one keeps of the same rows and the same weights below."""
        self._z, self._has, self._hidden = other._z, other._has, other._hidden

    def read(self, numbers: Sequence[int], view: str = "whole") -> Tensor:
        """Shape: -> (n, D). With a gradient where something below the classifiers learns."""
        if not self._rethinker.frozen_below:
            return self._compute(numbers, view)
        at = np.asarray(numbers, dtype=np.int64)
        if not self.keeps:
            return self._rounded(self._compute(numbers, view))
        if view not in self._z:
            width = self._rethinker.model.config.width
            self._z[view] = np.zeros((len(self), width), dtype=np.float16)
            self._has[view] = np.zeros(len(self), dtype=bool)
        missing = at[~self._has[view][at]]
        if len(missing):
            self._z[view][missing] = self._compute(missing.tolist(), view).half().cpu().numpy()
            self._has[view][missing] = True
        return torch.from_numpy(self._z[view][at]).to(self._runtime.device).float()

    def hidden_words(self, numbers: Sequence[int]) -> HiddenWords:
        """The hidden words of rows that have texts; a short text may hide nothing."""
        if not self.keeps:
            found = self._compute_hidden(numbers)
            if self._rethinker.frozen_below:
                return replace(found, z=self._rounded(found.z))
            return found
        missing = [n for n in numbers if n not in self._hidden]
        if missing:
            new = self._compute_hidden(missing)
            for i, n in enumerate(missing):
                own = new.rows == i
                self._hidden[n] = HiddenWords(
                    z=new.z[own].half(), rows=new.rows[own] * 0, targets=new.targets[own]
                )
        kept = [self._hidden[n] for n in numbers]
        return HiddenWords(
            z=torch.cat([k.z.float() for k in kept]),  # autocast joins no float16 on a CPU
            rows=torch.cat([k.rows + i for i, k in enumerate(kept)]),
            targets=torch.cat([k.targets for k in kept]),
        )

    def _compute(self, numbers: Sequence[int], view: str) -> Tensor:
        """Rows without a text have no masked view: they stay as they are."""
        f = self.store.read_masked(numbers)[0] if view == "masked" else self.store.read(numbers)
        if view == "text":
            f = replace(f, image=self._rethinker.model.without_image(len(numbers)))
        with torch.set_grad_enabled(not self._rethinker.frozen_below and torch.is_grad_enabled()):
            return self._rethinker.fuse(f)

    def _compute_hidden(self, numbers: Sequence[int]) -> HiddenWords:
        features, masked = self.store.read_masked(numbers)
        device = self._runtime.device
        rows, columns = masked.rows.to(device), masked.columns.to(device)
        with torch.set_grad_enabled(not self._rethinker.frozen_below and torch.is_grad_enabled()):
            z = self._rethinker.fuse_hidden(features, rows, columns)
        return HiddenWords(z=z, rows=rows, targets=masked.targets.to(device))

    @staticmethod
    def _rounded(z: Tensor) -> Tensor:
        """As it would be read from what is kept."""
        return z.half().float()
