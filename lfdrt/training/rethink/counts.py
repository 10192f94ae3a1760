"""What rethinking counts: an epoch's sums, whether it collapsed, and what the classifiers quarrel
over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
import torch

from lfdrt.events import EpochDone, RethinkStep, Watched
from lfdrt.training.rethink.features import Row
from lfdrt.training.rethink.step import Said

DISPUTES = 3
CLIP = 160
"""Characters of a text that are told."""
WATCHED = 200
"""Rows that are followed by name: an epoch's line has 1.5 kB of them."""
UNSEEN = -1
MUCH, WAS = 0.9, 0.6
"""One class above MUCH of the pseudo-labels that had been under WAS in the first epoch."""
LESS_DIVERSE = 0.5
"""Full agreement counts as collapse where the labels' entropy fell below this share of its first
value: full agreement alone may be right."""


@dataclass
class EpochCounts:
    """Sums of an epoch's steps so far; they belong to the saved state. said: by the number of a
    watched row, both classifiers' classes."""

    agree: int = 0
    disagree: int = 0
    used: int = 0
    flips: int = 0
    seconds: float = 0.0
    labels: dict[str, int] = field(default_factory=dict)
    said: dict[int, tuple[int, int]] = field(default_factory=dict)

    def add(self, step: RethinkStep) -> None:
        for one in fields(self):
            if one.name not in ("labels", "said"):
                setattr(self, one.name, getattr(self, one.name) + getattr(step, one.name))
        for name, count in step.labels.items():
            self.labels[name] = self.labels.get(name, 0) + count

    @property
    def agreed_share(self) -> float:
        return self.agree / max(1, self.agree + self.disagree)

    def watch(self, rows: np.ndarray, said: Said, watched: np.ndarray) -> None:
        """Shape: rows (n,), the numbers of what was `said`; watched (W,) numbers."""
        classes = torch.stack([said.p_1.argmax(-1), said.p_2.argmax(-1)], dim=1).tolist()  # (n, 2)
        for i in np.flatnonzero(np.isin(rows, watched)).tolist():
            first, second = classes[i]
            self.said[int(rows[i])] = first, second

    def event(self, step: int, epoch: int, watched: np.ndarray) -> EpochDone:
        """Shape: watched (W,) numbers."""
        told = [self.said.get(n, (UNSEEN, UNSEEN)) for n in watched.tolist()]
        return EpochDone(step=step, epoch=epoch, **self.state() | {"said": told})

    def state(self) -> dict[str, Any]:
        """As plain values, which the constructor takes back."""
        return asdict(self)


def collapse(shares: Sequence[np.ndarray], agreed: float, labels: Sequence[str]) -> str | None:
    """A sentence if the newest epoch has collapsed. Shape: shares, an entry an epoch, (C,).

    `agreed`: share of the newest epoch's rows on which both classifiers agree.
    """
    if len(shares) < 2:
        return None
    first, newest = shares[0], shares[-1]
    top = int(newest.argmax())
    if newest[top] > MUCH and first[top] < WAS:
        return (
            f"Collapse: {labels[top]} went from {first[top]:.0%} to {newest[top]:.0%} of the "
            "pseudo-labels. Stopped; the state before this epoch is kept."
        )
    if agreed >= 1 and _entropy(newest) < LESS_DIVERSE * _entropy(first):
        return (
            "Collapse: the classifiers agree on every row because their labels became less "
            "diverse. Stopped; the state before this epoch is kept."
        )
    return None


def _entropy(share: np.ndarray) -> float:
    """In nats; 0 log 0 is 0."""
    p = share[share > 0]
    return float(-(p * np.log(p)).sum())


def disputes(rows: list[Row], said: Said, labels: tuple[str, ...]) -> list[dict[str, str | float]]:
    """The rows on which the classifiers disagree, surest first; as in `RethinkStep`."""
    (top_1, class_1), (top_2, class_2) = said.p_1.max(-1), said.p_2.max(-1)
    apart = (~said.agreed).nonzero().flatten().tolist()
    sureness = (top_1 + top_2).tolist()
    apart.sort(key=lambda i: -sureness[i])
    return [
        {
            "row": rows[i].id,
            "text": _clipped(rows[i].text or ""),
            "picture": float(rows[i].image is not None),
            "first": labels[int(class_1[i])],
            "p_first": round(float(top_1[i]), 4),
            "second": labels[int(class_2[i])],
            "p_second": round(float(top_2[i]), 4),
            "decided": labels[int(said.chosen[i])],
        }
        for i in apart[:DISPUTES]
    ]


def evenly(rows: int) -> np.ndarray:
    """Numbers of the rows that are watched: all, or as many as that is, spread. Shape: (W,)."""
    return np.linspace(0, rows - 1, min(rows, WATCHED)).round().astype(int)


def watched(step: int, rows: Iterable[Row], labels: Sequence[str]) -> Watched:
    told: list[dict[str, str | float]] = [
        {
            "row": row.id,
            "text": _clipped(row.text or ""),
            "picture": float(row.image is not None),
        }
        for row in rows
    ]
    return Watched(step=step, labels=list(labels), rows=told)


def _clipped(text: str) -> str:
    return text if len(text) <= CLIP else text[: CLIP - 1] + "…"
