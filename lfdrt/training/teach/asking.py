"""Which text a person is asked about next.

Twenty questions at a time: every fifth is drawn by chance and speaks for all texts. The others lie
in the middle of groups of texts (k-means over z, rows of rarely predicted classes weighing more),
so that they are as many different things; those on which the two classifiers disagree come first,
then those with small margins, a predicted class after the other. Depends on the seed and on what
was asked alone.

Weighing rows by how unsure the model is of them, too, measured worse than chance at 50 and 100
labels (XED fi, M-MELD es): many of these are texts that nobody can tell. This order itself gains no
more than chance does (assets/benchmarks/teaching); it shows a person more of what there is.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from lfdrt.training.teach.mix import probabilities
from lfdrt.training.teach.reading import Read

BLOCK, CHANCE = 20, 5
WIDTH = 32
"""Main directions of z in which groups are looked for: a tenth of the time that all would take."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """because: "disagree", "margin" or "random"."""

    row: int
    id: str
    random: bool
    because: str


class Asking:
    """Questions about a table's rows."""

    def __init__(self, read: Read, seed: int = 0) -> None:
        self._read, self._seed = read, seed
        p_1, p_2 = probabilities(read.logits_1), probabilities(read.logits_2)
        top = np.sort((p_1 + p_2) / 2, axis=1)
        self._disagree = p_1.argmax(1) != p_2.argmax(1)
        self._unsure = 1 - (top[:, -1] - top[:, -2]) + self._disagree  # from 0 to 2
        self._predicted = (p_1 + p_2).argmax(1)
        self._weight = np.bincount(self._predicted)[self._predicted] ** -0.5
        self._x = _main_directions(read.z)
        self._row = {name: n for n, name in enumerate(read.ids)}
        self._block: tuple[tuple[str, ...], list[int], list[int]] | None = None

    def next(self, asked: Sequence[str]) -> Question | None:
        """asked: ids that were asked about, skipped ones too, in order. None: all were."""
        done = {self._row[name] for name in asked if name in self._row}
        if len(done) >= len(self._read.ids):
            return None
        start = len(asked) - len(asked) % BLOCK
        chosen, drawn = self._plan(tuple(asked[:start]))
        by_chance = len(asked) % CHANCE == CHANCE - 1
        first, second = (drawn, chosen) if by_chance else (chosen, drawn)
        row = next(r for r in (*first, *drawn, *second) if r not in done)
        because = "random" if by_chance else "disagree" if self._disagree[row] else "margin"
        return Question(row=row, id=self._read.ids[row], random=by_chance, because=because)

    def _plan(self, before: tuple[str, ...]) -> tuple[list[int], list[int]]:
        """Rows to ask in a block that begins after `before`: chosen ones, and all by chance."""
        if self._block is None or self._block[0] != before:
            done = {self._row[name] for name in before if name in self._row}
            left = np.array([n for n in range(len(self._read.ids)) if n not in done])
            rng = np.random.default_rng([self._seed, len(before)])
            drawn = rng.permutation(left).tolist()
            self._block = before, self._in_turn(self._middles(left)), drawn
        return self._block[1], self._block[2]

    def _middles(self, left: np.ndarray) -> list[int]:
        """A row in the middle of each group of those that are left."""
        count = min(BLOCK - BLOCK // CHANCE, len(left))
        x, weight = self._x[left], self._weight[left]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # texts that are the same
            groups = KMeans(count, n_init=1, max_iter=30, random_state=self._seed).fit(
                x, sample_weight=weight
            )
        away = ((x - groups.cluster_centers_[groups.labels_]) ** 2).sum(1)
        found = []
        for k in range(count):
            own = np.flatnonzero(groups.labels_ == k)
            if len(own):
                found.append(int(left[own[np.argmin(away[own])]]))
        return found

    def _in_turn(self, rows: list[int]) -> list[int]:
        """Surest last, a predicted class after the other."""
        order = sorted(rows, key=lambda r: -self._unsure[r])
        seen: dict[int, int] = {}
        rank = {}
        for r in order:
            c = int(self._predicted[r])
            rank[r] = seen[c] = seen.get(c, 0) + 1
        return sorted(order, key=lambda r: (not self._disagree[r], rank[r]))


def _main_directions(z: np.ndarray) -> np.ndarray:
    """Shape: (N, D) -> (N, at most WIDTH)."""
    x = z - z.mean(0)
    values, vectors = np.linalg.eigh(x.T @ x)
    return x @ vectors[:, -WIDTH:]
