"""What a few labels change: the two classifiers' output layers, drawn towards what they were.

A residual on the hidden layer of Eq. 12, so that a taught checkpoint has the parts of any other.
Its strength is chosen by cross-validation on the labelled rows alone. `SMOOTHING` and `POWERS` were
chosen on XED fi and M-MELD es (tests/benchmarks/teaching).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.model_selection import KFold

from lfdrt.training.teach.mix import decided, frequency, shifted, softened

STRENGTHS = (100.0, 30.0, 10.0, 3.0, 1.0)
BIAS = 1.0
"""The ridge on a class's bias, whatever the strength: a bias is cheap to learn."""
SMOOTHING = 2.0
"""Labels of each class that are taken to have been seen besides."""
POWERS = {"right": 0.5, "alike": 0.25}
"""How much of the mix goes into the logits. The whole of it makes the most texts right, but costs
rare classes more than F1 weighted by rows, which counts them too, gains by it."""
FOLDS = 5
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

    def part(self, rows: np.ndarray) -> Labelled:
        return Labelled(
            hidden=self.hidden[:, rows], logits=self.logits[:, rows], gold=self.gold[rows]
        )


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
        return moved(hidden, before, self.weight, self.bias)


def moved(
    hidden: np.ndarray, logits: np.ndarray, weight: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    """o + ΔW h + b. Shape: (2, N, H), (2, N, C), (2, C, H), (2, C) -> (2, N, C)."""
    return logits + hidden @ weight.transpose(0, 2, 1) + bias[:, None]


def fit_output(
    h: np.ndarray,
    logits: np.ndarray,
    gold: np.ndarray,
    prior: np.ndarray,
    strengths: Sequence[float],
) -> list[tuple[np.ndarray, np.ndarray]]:
    """ΔW, b = argmin Σ_i −log softmax(o_i + ΔW h_i + b + log π)_{y_i} + λ s²/2 ‖ΔW‖² + β/2 ‖b‖²,
    for each λ.

    π: of the labels, so that what is learned holds for a flat mix. s²: mean squared length of h, so
    that a strength λ means the same in every model; β is `BIAS`. Solved among the directions that
    the rows span, to which the ridge confines ΔW anyway.
    Shape: h (n, H), logits (n, C), gold (n,), prior (C,) -> (C, H), (C,) each.
    """
    n, C = logits.shape
    scale = float(np.sqrt((h**2).sum(1).mean())) or 1.0
    U, S, V = np.linalg.svd(h / scale, full_matrices=False)
    kept = S > S[0] * 1e-4
    x, R = U[:, kept] * S[kept], int(kept.sum())  # (n, R)
    offset, target = shifted(logits, prior), np.eye(C)[gold]
    start, found = np.zeros(R * C + C), []
    for strength in strengths:

        def loss(t: np.ndarray, strength: float = strength) -> tuple[float, np.ndarray]:
            a, b = t[: R * C].reshape(R, C), t[R * C :]
            log_p = log_softmax(offset + x @ a + b, axis=1)
            off = np.exp(log_p) - target
            value = strength / 2 * (a**2).sum() + BIAS / 2 * (b**2).sum() - (log_p * target).sum()
            gradient = [(x.T @ off + strength * a).ravel(), off.sum(0) + BIAS * b]
            return value, np.concatenate(gradient)

        start = minimize(loss, start, jac=True, method="L-BFGS-B").x  # the next one lies near
        a, b = start[: R * C].reshape(R, C), start[R * C :]
        found.append(((V[kept].T @ a / scale).T, b))
    return found


def learn(rows: Labelled, aim: str, mix: np.ndarray | None, strength: float) -> Change:
    """What all the labels teach. mix: by the person's word; None: the labels' own. Shape: (C,)."""
    weight, bias = _fitted(rows, [strength])[0]
    seen = frequency(rows.gold, rows.classes, SMOOTHING)
    return Change(weight=weight, bias=bias, prior=expected(seen, aim, mix))


def expected(seen: np.ndarray, aim: str, mix: np.ndarray | None) -> np.ndarray:
    """The mix that a taught model expects. seen: the labels' own.

    Shape: seen (..., C), mix (C,) -> (..., C).
    """
    return softened(seen if mix is None else np.broadcast_to(mix, seen.shape), POWERS[aim])


def _fitted(rows: Labelled, strengths: Sequence[float]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Both classifiers by themselves, so that they go on to differ.

    Shape: -> (2, C, H), (2, C) each.
    """
    seen = frequency(rows.gold, rows.classes, SMOOTHING)
    first, second = (
        fit_output(h, o, rows.gold, seen, strengths)
        for h, o in zip(rows.hidden, rows.logits, strict=True)
    )
    return [
        (np.stack([w_1, w_2]), np.stack([b_1, b_2]))
        for (w_1, b_1), (w_2, b_2) in zip(first, second, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """A strength by cross-validation: every row as the other folds' labels have it read.

    likelihood: mean log p of the labels under the labels' mix. Shape: logits (2, n, C) under a flat
    mix; seen (n, C), the mix of the labels that taught.
    """

    strength: float
    likelihood: float
    logits: np.ndarray
    seen: np.ndarray

    def predicted(self, aim: str, mix: np.ndarray | None) -> np.ndarray:
        """Shape: -> (n,) classes."""
        return decided(self.logits[0], self.logits[1], expected(self.seen, aim, mix))


def held_out(rows: Labelled, seed: int) -> list[HeldOut]:
    """All strengths on the same folds. The mix of a fold's own rows is never looked at."""
    folds = KFold(min(FOLDS, len(rows)), shuffle=True, random_state=seed)
    logits = np.zeros((len(STRENGTHS), *rows.logits.shape))
    seen = np.zeros((len(rows), rows.classes))
    for others, own in folds.split(rows.gold):
        taught, held = rows.part(others), rows.part(own)
        seen[own] = frequency(taught.gold, rows.classes, SMOOTHING)
        for n, (weight, bias) in enumerate(_fitted(taught, STRENGTHS)):
            logits[n][:, own] = moved(held.hidden, held.logits, weight, bias)
    each = np.arange(len(rows))
    return [
        HeldOut(
            strength=strength,
            likelihood=float(log_softmax(shifted(o, seen), axis=-1)[:, each, rows.gold].mean()),
            logits=o,
            seen=seen,
        )
        for strength, o in zip(STRENGTHS, logits, strict=True)
    ]


def best(found: Sequence[HeldOut]) -> HeldOut:
    """By likelihood: F1 of a hundred rows would choose by chance."""
    return max(found, key=lambda one: one.likelihood)
