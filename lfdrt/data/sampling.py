"""Which rows a training step reads: weighted, similar in length, and a function of the step alone.

Because nothing is remembered between steps, a run resumed at step s reads exactly what an
uninterrupted one would have read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

POOL = 8
"""Batches drawn together and cut by length: more wastes less padding, but correlates lengths."""


def family_shares(family: Mapping[str, str], balance: float) -> dict[str, float]:
    """Relative chance of each language, ~ (languages of its family)^-balance.

    `family` of each language that may be drawn, by codes.
    """
    relatives = Counter(family.values())
    return {code: relatives[name] ** -balance for code, name in family.items()}


class StepSampler:
    """Rows of each step, drawn with replacement.

    `weights` (N,) relative chances, `lengths` (N,) token counts, `rows` a batch.
    """

    def __init__(
        self, *, weights: Sequence[float] | np.ndarray, lengths: Sequence[int], rows: int, seed: int
    ) -> None:
        w = np.asarray(weights, dtype=np.float64)
        if w.size == 0 or w.sum() <= 0:
            raise ValueError("nothing to sample from: every row has weight 0")
        self._cumulative = np.cumsum(w / w.sum())
        self._lengths = np.asarray(lengths)
        self._rows = rows
        self._seed = seed

    def __call__(self, step: int) -> np.ndarray:
        """Row numbers of `step`. Shape: (rows,)."""
        rng = np.random.default_rng([self._seed, step // POOL])
        at = np.searchsorted(self._cumulative, rng.random(self._rows * POOL), side="right")
        drawn = np.minimum(at, len(self._cumulative) - 1)
        batches = drawn[np.argsort(self._lengths[drawn], kind="stable")].reshape(POOL, self._rows)
        batch = batches[rng.permutation(POOL)[step % POOL]]
        return np.random.default_rng([self._seed, step, 1]).permutation(batch)
