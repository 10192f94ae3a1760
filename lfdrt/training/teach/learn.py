"""What a few labels change: the two classifiers' output layers, drawn towards what they were.

A residual on the hidden layer of Eq. 12, so that a taught checkpoint has the parts of any other.
Its strength is chosen by cross-validation on the labelled rows alone, and so is how much the other
rows say besides (`rest`). What is chosen from, `SMOOTHING` and `POWERS` were chosen on XED fi and
M-MELD es (tests/benchmarks/teaching).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax
from sklearn.model_selection import KFold

from lfdrt.training.teach.fit import Fitted, Layer, moved
from lfdrt.training.teach.mix import decided, frequency, shifted, softened
from lfdrt.training.teach.rest import SHARES, Rest, from_rest

STRENGTHS = (math.inf, 100.0, 30.0, 10.0, 3.0, 1.0)
"""With the first of them the labels' mix is all that is learned."""
SMOOTHING = 2.0
"""Labels of each class that are taken to have been seen besides."""
POWERS = {"right": 0.5, "alike": 0.25}
"""How much of the mix goes into the logits. The whole of it makes the most texts right, but costs
rare classes more than F1 weighted by rows, which counts them too, gains by it."""
FOLDS, ALONE = 10, 20
"""Up to `ALONE` rows each is a fold of its own: of few labels none is to spare."""
FEWEST = 8
"""Labels below which nothing can be learned that could be measured."""


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """n labelled rows as both classifiers read them.

    Shape: hidden (2, n, H), the hidden layers; logits (2, n, C), under a flat mix; gold (n,).
    """

    hidden: np.ndarray
    logits: np.ndarray
    gold: np.ndarray

    def __len__(self) -> int:
        return len(self.gold)

    @property
    def classes(self) -> int:
        return int(self.logits.shape[-1])

    @property
    def seen(self) -> np.ndarray:
        """The labels' own mix. Shape: (C,)."""
        return frequency(self.gold, self.classes, SMOOTHING)

    def part(self, rows: np.ndarray) -> Labelled:
        return Labelled(
            hidden=self.hidden[:, rows], logits=self.logits[:, rows], gold=self.gold[rows]
        )

    def layers(self) -> tuple[Layer, Layer]:
        """Both classifiers by themselves, so that they go on to differ."""
        first, second = (
            Layer(h=h, logits=o, target=np.eye(self.classes)[self.gold], prior=self.seen)
            for h, o in zip(self.hidden, self.logits, strict=True)
        )
        return first, second


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is added to the output layers, and the mix that is expected then.

    Shape: weight (2, C, H), bias (2, C), prior (C,).
    """

    weight: np.ndarray
    bias: np.ndarray
    prior: np.ndarray

    def logits(self, hidden: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Without the prior. Shape: (2, N, H), (2, N, C) -> (2, N, C)."""
        return moved(hidden, before, (self.weight, self.bias))


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """A way to learn by cross-validation: every row as the other folds' labels have it read.

    share: of the rest, 0 for none. likelihood: mean log p of the labels under the labels' mix.
    Shape: logits (2, n, C) under a flat mix; seen (n, C), the mix of the labels that taught.
    """

    strength: float
    share: float
    likelihood: float
    logits: np.ndarray
    seen: np.ndarray

    @property
    def name(self) -> str:
        """For people."""
        ridge = "the mix alone" if math.isinf(self.strength) else f"ridge {self.strength:g}"
        return f"{ridge}, with the rest x {self.share:g}" if self.share else ridge

    def predicted(self, aim: str, mix: np.ndarray | None) -> np.ndarray:
        """Shape: -> (n,) classes."""
        return decided(self.logits[0], self.logits[1], expected(self.seen, aim, mix))


def learn(
    rows: Labelled, aim: str, mix: np.ndarray | None, way: HeldOut, rest: Rest | None = None
) -> Change:
    """What all the labels teach. mix: by the person's word; None: the labels' own. rest: what `way`
    was tried with. Shape: (C,)."""
    layers = rows.layers()
    fitted = _fitted(layers, [way.strength])[0]
    if rest is not None and way.share:
        fitted = from_rest(layers, fitted, way.strength, rest, [way.share])[0]
    weight, bias = fitted
    return Change(weight=weight, bias=bias, prior=expected(rows.seen, aim, mix))


def expected(seen: np.ndarray, aim: str, mix: np.ndarray | None) -> np.ndarray:
    """The mix that a taught model expects. seen: the labels' own.

    Shape: seen (..., C), mix (C,) -> (..., C).
    """
    return softened(seen if mix is None else np.broadcast_to(mix, seen.shape), POWERS[aim])


def _fitted(layers: Sequence[Layer], strengths: Sequence[float]) -> list[Fitted]:
    both = [layer.fitted(strengths) for layer in layers]
    return [(np.stack([one[0] for one in pair]), np.stack([one[1] for one in pair]))
            for pair in zip(*both, strict=True)]  # fmt: skip


def held_out(rows: Labelled, seed: int, rest: Rest | None = None) -> list[HeldOut]:
    """All strengths on the same folds, then the best one with each share of the rest. The mix of a
    fold's own rows is never looked at."""
    n = len(rows)
    folds = KFold(n if n <= ALONE else FOLDS, shuffle=True, random_state=seed).split(rows.gold)
    parts = [(rows.part(others).layers(), own) for others, own in folds]
    fitted = [_fitted(layers, STRENGTHS) for layers, _ in parts]
    found = [
        _held(rows, parts, [one[k] for one in fitted], strength, 0.0)
        for k, strength in enumerate(STRENGTHS)
    ]
    chosen = best(found)
    if rest is None or math.isinf(chosen.strength):  # nothing of the layers is moved
        return found
    k = found.index(chosen)
    helped = [
        from_rest(layers, one[k], chosen.strength, rest, SHARES)
        for (layers, _), one in zip(parts, fitted, strict=True)
    ]
    return found + [
        _held(rows, parts, [one[j] for one in helped], chosen.strength, share)
        for j, share in enumerate(SHARES)
    ]


def _held(
    rows: Labelled,
    parts: Sequence[tuple[tuple[Layer, Layer], np.ndarray]],
    fitted: Sequence[Fitted],
    strength: float,
    share: float,
) -> HeldOut:
    logits, seen = np.zeros(rows.logits.shape), np.zeros((len(rows), rows.classes))
    for (layers, own), one in zip(parts, fitted, strict=True):
        logits[:, own] = moved(rows.hidden[:, own], rows.logits[:, own], one)
        seen[own] = layers[0].prior
    log_p = log_softmax(shifted(logits, seen), axis=-1)[:, np.arange(len(rows)), rows.gold]
    return HeldOut(
        strength=strength, share=share, likelihood=float(log_p.mean()), logits=logits, seen=seen
    )


def best(found: Sequence[HeldOut]) -> HeldOut:
    """By likelihood: F1 of a hundred rows would choose by chance."""
    return max(found, key=lambda one: one.likelihood)
