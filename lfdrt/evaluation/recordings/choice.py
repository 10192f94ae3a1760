"""Which samples of a recording are played: what counts, what is shown, in which order.

Torch-free.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lfdrt.evaluation.recordings.recording import Recording

ONLY = ("all", "errors", "disagreements", "differences")
MIXED_SEED = 0


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which samples count, which of them are shown, and in which order.

    sources, languages, families, classes (of the gold label): samples that count; an empty one
    leaves nothing out. only: those of them that are shown, one of `ONLY`; the others still count,
    or the running accuracy of "errors" would always be 0. "differences" needs two recordings.
    mixed: in a fixed random order, else set after set as recorded.
    """

    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    only: str = "all"
    mixed: bool = False

    def __post_init__(self) -> None:
        if self.only not in ONLY:
            raise ValueError(f"only {self.only!r} is not one of {', '.join(ONLY)}")


def counting_rows(recording: Recording, choice: Choice, rows: np.ndarray) -> np.ndarray:
    """Those of `rows` that count, in playing order. Shape: (M,) -> (N,)."""
    wanted = {
        "source": choice.sources,
        "language": choice.languages,
        "family": choice.families,
    }
    sets = [
        all(not values or getattr(one, field) in values for field, values in wanted.items())
        for one in recording.run.sets
    ]
    kept = rows[np.array(sets, dtype=bool)[recording.set_of[rows]]]
    if choice.classes:
        numbers = [c for c, label in enumerate(recording.labels) if label in choice.classes]
        kept = kept[np.isin(recording.gold[kept], numbers)]
    if choice.mixed:
        kept = np.random.default_rng(MIXED_SEED).permutation(kept)
    return kept


def shown_rows(recording: Recording, only: str) -> np.ndarray:
    """Whether a row is shown; "differences" are not known here. Shape: (N,) bool."""
    if only == "errors":
        return ~recording.correct
    if only == "disagreements":
        return ~recording.agree
    return np.ones(len(recording), dtype=bool)
