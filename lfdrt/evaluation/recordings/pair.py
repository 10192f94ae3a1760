"""Two recordings played side by side on the samples that both have, and where they differ.

Samples are the same by source, split, language and id. Torch-free; draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from lfdrt.evaluation.recordings.choice import Choice, counting_rows, shown_rows
from lfdrt.evaluation.recordings.playback import Playback, PlayedSample, PlayState
from lfdrt.evaluation.recordings.recording import Recording, RecordingError


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """Rows of two recordings that are the same sample, in the first one's order. alone: how many
    rows each has for itself. Shape: first, second (M,)."""

    first: np.ndarray
    second: np.ndarray
    alone: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class PairState:
    """Both after the same samples; of the counted ones, how many each has right, and on how many
    they predict different classes."""

    first: PlayState
    second: PlayState
    both_right: int
    only_first: int
    only_second: int
    both_wrong: int
    differing: int


class Difference(NamedTuple):
    """A shown sample on which two recordings predict different classes. n: its position, from 1."""

    n: int
    source: str
    split: str
    language: str
    id: str
    gold: str
    first: str
    second: str


class PairPlayback:
    """Two recordings on the same samples in the same order.

    first, second: of each one. differing: positions n, from 1, of the shown samples on which they
    predict different classes. Shape: differing (D,).
    """

    def __init__(self, first: Playback, second: Playback, alone: tuple[int, int]) -> None:
        self.first, self.second, self.alone = first, second, alone
        a, b = (one.recording.predicted[one.rows] for one in (first, second))
        right_a, right_b = (one.recording.correct[one.rows] for one in (first, second))
        self.differing = np.flatnonzero((a != b)[first.shown]) + 1
        flags = [right_a & right_b, right_a & ~right_b, ~right_a & right_b, a != b]
        self._sums = np.zeros((len(a) + 1, 4), dtype=np.int64)
        np.cumsum(np.stack(flags, axis=1), axis=0, out=self._sums[1:])

    def __len__(self) -> int:
        return len(self.first)

    def state(self, n: int) -> PairState:
        """After the first n shown samples; IndexError beyond."""
        first, second = self.first.state(n), self.second.state(n)
        both, only_first, only_second, differing = self._sums[first.counted].tolist()
        return PairState(
            first=first,
            second=second,
            both_right=both,
            only_first=only_first,
            only_second=only_second,
            both_wrong=first.counted - both - only_first - only_second,
            differing=differing,
        )

    def samples(self, n: int) -> tuple[PlayedSample, PlayedSample]:
        """The n-th shown sample, from 1, in both."""
        return self.first.sample(n), self.second.sample(n)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Of all shown samples, wherever one stands: 10 ms for 5,000."""
        a, b = (one.rows[one.shown[self.differing - 1]] for one in (self.first, self.second))
        first, second = self.first.recording, self.second.recording
        labels = first.labels
        return tuple(
            Difference(n, *first.keys[row], *(labels[c] for c in (gold, one, other)))
            for n, row, gold, one, other in zip(
                self.differing.tolist(), a.tolist(), first.gold[a].tolist(),
                first.predicted[a].tolist(), second.predicted[b].tolist(), strict=True,
            )
        )  # fmt: skip


@lru_cache(maxsize=4)
def align(first: Recording, second: Recording) -> Aligned:
    """Kept for the next choice of samples: 0.1 s for 100,000.

    RecordingError: other labels, no sample in common, or one with two true labels.
    """
    names = f"{first.run.name} and {second.run.name}"
    if first.labels != second.labels:
        raise RecordingError(f"{names} have different labels, so no sample can be compared.")
    rows = {key: row for row, key in enumerate(second.keys)}
    pairs = [(row, rows[key]) for row, key in enumerate(first.keys) if key in rows]
    if not pairs:
        raise RecordingError(f"{names} have no sample in common: choose two of the same data.")
    a, b = np.array(pairs).T
    if len(wrong := np.flatnonzero(first.gold[a] != second.gold[b])):
        sample = " ".join(first.keys[a[wrong[0]]])
        raise RecordingError(f"{names} give {sample} different true labels: record one again.")
    return Aligned(first=a, second=b, alone=(len(first) - len(a), len(second) - len(b)))


def play_pair(first: Recording, second: Recording, choice: Choice) -> PairPlayback:
    """What is shown: errors or disagreements of either one. RecordingError: see `align`."""
    aligned = align(first, second)
    partner = np.full(len(first), -1)
    partner[aligned.first] = aligned.second
    a = counting_rows(first, choice, aligned.first)
    b = partner[a]
    if choice.only == "differences":
        shown = first.predicted[a] != second.predicted[b]
    elif choice.only == "all":
        shown = np.ones(len(a), dtype=bool)
    else:
        shown = shown_rows(first, choice.only)[a] | shown_rows(second, choice.only)[b]
    positions = np.flatnonzero(shown)
    return PairPlayback(
        Playback(first, a, positions), Playback(second, b, positions), aligned.alone
    )
