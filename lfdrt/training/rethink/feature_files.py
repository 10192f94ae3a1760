"""Token features of a run's rows in files that are mapped into memory, plain and masked.

A row's features are complete when its flag is set, and flags are set after the features are on the
disk: a run that was killed goes on with what it had encoded. Knows numbers, no model and no texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

NAMES = ("tokens.f16", "masked.f16")
"""The two views of every row; a flag for each lies in `has.u8`."""


class FeatureFiles:
    """Features of rows of `lengths` tokens in `folder`, which may hold some already.

    100,000 rows of 22 tokens of 384 numbers take 1.7 GB of disk a view; memory holds what the
    system keeps of them.
    """

    def __init__(self, folder: Path, lengths: Sequence[int], width: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        shape = (max(1, int(self._starts[-1])), width)
        self._files = [_mapped(folder / name, np.dtype(np.float16), shape) for name in NAMES]
        self._has = _mapped(folder / "has.u8", np.dtype(np.uint8), (2, max(1, len(lengths))))

    def holds(self, numbers: Sequence[int], view: int) -> np.ndarray:
        """Shape: (n,) bool."""
        return self._has[view, np.asarray(numbers, dtype=np.int64)].astype(bool)

    def gather(self, numbers: Sequence[int], mask: np.ndarray, view: int) -> np.ndarray:
        """Features of rows side by side, what stands at the padding is not theirs.

        Shape: mask (n, L), True at tokens -> (n, L, D) float16.
        """
        starts = self._starts[np.asarray(numbers, dtype=np.int64)][:, None]
        return self._files[view][np.where(mask, starts + np.arange(mask.shape[1]), 0)]

    def put(self, numbers: Sequence[int], features: Sequence[np.ndarray], view: int) -> None:
        """Shape: features of n rows, each (its length, D) float16."""
        file = self._files[view]
        for n, x in zip(numbers, features, strict=True):
            file[self._starts[n] : self._starts[n + 1]] = x
        file.flush()
        self._has[view, np.asarray(numbers, dtype=np.int64)] = 1
        self._has.flush()

    def close(self) -> None:
        """Let go of the files; some systems remove no file that is mapped. Nothing is read after
        this."""
        del self._files, self._has


def _mapped(path: Path, dtype: np.dtype, shape: tuple[int, int]) -> np.memmap:
    """The file as an array; begun anew where it is not there or of another size."""
    kept = path.is_file() and path.stat().st_size == dtype.itemsize * shape[0] * shape[1]
    return np.memmap(path, dtype=dtype, mode="r+" if kept else "w+", shape=shape)
