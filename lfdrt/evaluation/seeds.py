"""Scores of several training seeds as a mean with an interval, and as a difference from another
run's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Mean over seeds; `interval` is Student's 95 % interval of that mean, None for one seed."""

    seeds: int
    mean: float
    interval: tuple[float, float] | None


def spread(values: Sequence[float]) -> Spread:
    """Mean and interval of one number over seeds; ValueError for none."""
    if not values:
        raise ValueError("there are no seeds to average")
    n, mean = len(values), float(np.mean(values))
    if n == 1:
        return Spread(seeds=1, mean=mean, interval=None)
    half = float(stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) / n**0.5)
    return Spread(seeds=n, mean=mean, interval=(mean - half, mean + half))


def difference(ours: Mapping[int, float], theirs: Mapping[int, float]) -> Spread:
    """Ours minus theirs, seed by seed, over the seeds that both have; ValueError for none."""
    shared = sorted(ours.keys() & theirs.keys())
    return spread([ours[s] - theirs[s] for s in shared])
