"""What a few labels change: the two classifiers' output layers, drawn towards what they were.

A residual on the hidden layer of Eq. 12, so that a taught checkpoint has the parts of any other.
Its strength is chosen by cross-validation on the labelled rows alone. `SMOOTHING` and `POWERS` were
chosen on XED fi and M-MELD es (tests/benchmarks/teaching).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.model_selection import KFold

from lfdrt.training.teach.mix import decided, frequency, shifted, softened

STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0)
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
        return before + hidden @ self.weight.transpose(0, 2, 1) + self.bias[:, None]


def fit_output(
    h: np.ndarray, logits: np.ndarray, gold: np.ndarray, prior: np.ndarray, strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """ΔW, b = argmin Σ_i −log softmax(o_i + ΔW h_i + b + log π)_{y_i} + λ s²/2 ‖ΔW‖² + β/2 ‖b‖².

    π: of the labels, so that what is learned holds for a flat mix. s²: mean squared length of h, so
    that a strength λ means the same in every model; β is `BIAS`. Solved among the directions that
    the rows span, to which the ridge confines ΔW anyway.
    Shape: h (n, H), logits (n, C), gold (n,), prior (C,) -> (C, H), (C,).
    """
    n, C = logits.shape
    scale = float(np.sqrt((h**2).sum(1).mean())) or 1.0
    U, S, V = np.linalg.svd(h / scale, full_matrices=False)
    kept = S > S[0] * 1e-4
    x, R = U[:, kept] * S[kept], int(kept.sum())  # (n, R)
    offset, target = shifted(logits, prior), np.eye(C)[gold]

    def loss(t: np.ndarray) -> tuple[float, np.ndarray]:
        a, b = t[: R * C].reshape(R, C), t[R * C :]
        log_p = log_softmax(offset + x @ a + b, axis=1)
        off = np.exp(log_p) - target
        value = strength / 2 * (a**2).sum() + BIAS / 2 * (b**2).sum() - (log_p * target).sum()
        return value, np.concatenate([(x.T @ off + strength * a).ravel(), off.sum(0) + BIAS * b])

    found = minimize(loss, np.zeros(R * C + C), jac=True, method="L-BFGS-B").x
    a, b = found[: R * C].reshape(R, C), found[R * C :]
    return (V[kept].T @ a / scale).T, b


def learn(rows: Labelled, aim: str, mix: np.ndarray | None, strength: float) -> Change:
    """Both classifiers by themselves, so that they go on to differ.

    mix: by the person's word; None: the labels' own. Shape: mix (C,).
    """
    seen = frequency(rows.gold, rows.classes, SMOOTHING)
    both = [
        fit_output(h, o, rows.gold, seen, strength)
        for h, o in zip(rows.hidden, rows.logits, strict=True)
    ]
    return Change(
        weight=np.stack([w for w, _ in both]),
        bias=np.stack([b for _, b in both]),
        prior=softened(seen if mix is None else mix, POWERS[aim]),
    )


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """A strength by cross-validation: every row predicted by what the other folds taught.

    likelihood: mean log p of the labels, under the labels' mix. Shape: predicted (n,) classes.
    """

    strength: float
    likelihood: float
    predicted: np.ndarray


def held_out(rows: Labelled, aim: str, mix: np.ndarray | None, seed: int) -> Iterator[HeldOut]:
    """All strengths on the same folds. The mix of a fold's rows is never looked at."""
    folds = list(KFold(min(FOLDS, len(rows)), shuffle=True, random_state=seed).split(rows.gold))
    for strength in STRENGTHS:
        predicted, likelihood = np.zeros_like(rows.gold), np.zeros(len(rows))
        for others, own in folds:
            taught, held = rows.part(others), rows.part(own)
            change = learn(taught, aim, mix, strength)
            o = change.logits(held.hidden, held.logits)
            predicted[own] = decided(o[0], o[1], change.prior)
            seen = frequency(taught.gold, rows.classes, SMOOTHING)
            log_p = log_softmax(shifted(o, seen), axis=-1)  # (2, n, C)
            likelihood[own] = log_p[:, np.arange(len(own)), held.gold].mean(0)
        yield HeldOut(strength=strength, likelihood=float(likelihood.mean()), predicted=predicted)


def best(found: list[HeldOut]) -> HeldOut:
    """By likelihood: F1 of a hundred rows would choose by chance."""
    return max(found, key=lambda one: one.likelihood)
