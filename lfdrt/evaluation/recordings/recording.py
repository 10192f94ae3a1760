"""A recording: what both classifiers of one checkpoint said of every sample of some sets.

Torch-free. `files` reads and writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lfdrt.config import STRICT
from lfdrt.errors import UserError

FORMAT = 1
OURS = ("sample",)
"""Sources whose texts and pictures were made for this project: a recording may carry no others."""
INPUTS = ("text", "image", "text and image")


class RecordingError(UserError):
    """No recording, a damaged one, or two that do not fit: what is wrong, and what to do."""


@dataclass(frozen=True, kw_only=True)
class RecordedSet:
    """One file of a data set. family: of the language. read_through: the family whose disentangler
    read the texts; None for no disentangler. excluded: classes that the data do not have, never
    predicted."""

    __pydantic_config__ = STRICT
    source: str
    split: str
    language: str
    family: str
    read_through: str | None
    excluded: tuple[str, ...]
    rows: int

    @property
    def name(self) -> str:
        return f"{self.source} {self.language} {self.split}"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the numbers of a recording come from. checkpoint: its folder's name, or its run's.
    weights_sha256: of its weight files in the order of their names. seed: of its training."""

    __pydantic_config__ = STRICT
    format: int
    name: str
    note: str
    checkpoint: str
    weights_sha256: str
    trained: str
    selection: str
    seed: int | None
    device: str
    date: str
    versions: dict[str, str]

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"format {self.format} is not the one this program reads ({FORMAT})")


@dataclass(frozen=True, kw_only=True)
class RecordedRun(Origin):
    """run.json. inputs: one of `INPUTS`. carries: whether the rows hold texts and names of
    pictures. sets: in the order of the rows. classifiers: 1 where there is one alone, whose
    probabilities then stand twice. prior: how frequent the classes were taken to be, in the order
    of the labels; None for all alike, or where nobody knows."""

    __pydantic_config__ = STRICT
    inputs: str
    carries: bool
    labels: tuple[str, ...]
    sets: tuple[RecordedSet, ...]
    classifiers: int = 2
    prior: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.prior is not None and len(self.prior) != len(self.labels):
            raise ValueError(f"prior has {len(self.prior)} shares for {len(self.labels)} classes")
        if self.classifiers not in (1, 2):
            raise ValueError(f"classifiers is {self.classifiers}; there are one or two")
        if self.inputs not in INPUTS:
            raise ValueError(f"inputs {self.inputs!r} is not one of {', '.join(INPUTS)}")
        names = [one.name for one in self.sets]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} is recorded twice")
        if self.carries and (theirs := {s.source for s in self.sets} - set(OURS)):
            raise ValueError(f"texts of {', '.join(sorted(theirs))} are not ours to carry")

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.sets)


@dataclass(frozen=True, kw_only=True, eq=False)
class Recording:
    """All rows of a run, set by set.

    texts, pictures: of each row where the run carries them, else None; "" for a row without one.
    Pictures are file names in the sample set's folder.
    Shape: gold, predicted (N,) class numbers; agree (N,) bool; p_1, p_2 (N, C) float32.
    """

    run: RecordedRun
    ids: tuple[str, ...]
    gold: np.ndarray
    predicted: np.ndarray
    agree: np.ndarray
    p_1: np.ndarray
    p_2: np.ndarray
    texts: tuple[str, ...] | None = None
    pictures: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.ids) != self.run.rows:
            raise RecordingError(f"{len(self.ids):,} rows, and run.json counts {self.run.rows:,}")
        if self.run.classifiers == 1 and not (self.agree.all() and (self.p_1 == self.p_2).all()):
            raise RecordingError("one classifier alone, and two different answers")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.run.labels

    @cached_property
    def set_of(self) -> np.ndarray:
        """The number of each row's set. Shape: (N,)."""
        return np.repeat(np.arange(len(self.run.sets)), [one.rows for one in self.run.sets])

    @property
    def correct(self) -> np.ndarray:
        """Shape: (N,) bool."""
        return self.predicted == self.gold

    @cached_property
    def keys(self) -> list[tuple[str, str, str, str]]:
        """Source, split, language and id: what makes a sample the same in two recordings."""
        sets = self.run.sets
        return [
            (sets[k].source, sets[k].split, sets[k].language, name)
            for k, name in zip(self.set_of.tolist(), self.ids, strict=True)
        ]

    def values(self, field: str) -> tuple[str, ...]:
        """The distinct values of 'source', 'split', 'language' or 'family', in their order."""
        return tuple(dict.fromkeys(getattr(one, field) for one in self.run.sets))


def joined(run: RecordedRun, parts: Sequence[Recording]) -> Recording:
    """The rows of all parts, in order, as one recording of `run`, whose sets are theirs."""
    names = ("gold", "predicted", "agree", "p_1", "p_2")
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in names
    }
    carried: dict[str, Any] = {
        name: tuple(value for part in parts for value in getattr(part, name))
        for name in (("texts", "pictures") if run.carries else ())
    }
    ids = tuple(name for part in parts for name in part.ids)
    return Recording(run=run, ids=ids, **arrays, **carried)
