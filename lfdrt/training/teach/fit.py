"""One classifier's output layer fitted to rows, by a ridge towards what it was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from lfdrt.training.teach.mix import shifted

Fitted: TypeAlias = tuple[np.ndarray, np.ndarray]
"""ΔW and b; of one classifier (C, H) and (C,), or of both (2, C, H) and (2, C)."""
BIAS = 1.0
"""The ridge on a class's bias, whatever the strength: a bias is cheap to learn."""
STEPS = 200


def moved(hidden: np.ndarray, logits: np.ndarray, by: Fitted) -> np.ndarray:
    """o + ΔW h + b. Shape: (2, N, H), (2, N, C) -> (2, N, C)."""
    weight, bias = by
    return logits + hidden @ weight.transpose(0, 2, 1) + bias[:, None]


@dataclass(frozen=True, kw_only=True)
class More:
    """Rows besides the labelled ones. Shape: h (m, H), logits, target (m, C); weight: of each."""

    h: np.ndarray
    logits: np.ndarray
    target: np.ndarray
    weight: float


@dataclass(frozen=True, kw_only=True)
class Layer:
    """ΔW, b = argmin Σ_i w_i CE(y_i, softmax(o_i + ΔW h_i + b + log π)) + λ s²/2 ‖ΔW‖² + β/2 ‖b‖².

    π: of the labels, so that what is learned holds for a flat mix. s²: mean squared length of h, so
    that a strength λ means the same in every model; β is `BIAS`; w is 1. Solved among the
    directions that the rows span, to which the ridge confines ΔW anyway; other rows are kept to
    them too.
    Shape: h (n, H), logits and target (n, C), prior (C,).
    """

    h: np.ndarray
    logits: np.ndarray
    target: np.ndarray
    prior: np.ndarray

    @cached_property
    def _directions(self) -> np.ndarray:
        """Shape: (H, R)."""
        scale = float(np.sqrt((self.h**2).sum(1).mean())) or 1.0
        _, S, V = np.linalg.svd(self.h / scale, full_matrices=False)
        return V[S > S[0] * 1e-4].T / scale

    def fitted(
        self, strengths: Sequence[float], more: More | None = None, start: Fitted | None = None
    ) -> list[Fitted]:
        """For each λ; ∞ leaves the layer as it is. start: what lies near."""
        (H, R), C = self._directions.shape, self.logits.shape[1]
        x, logits, target, weight = self.h, self.logits, self.target, np.ones((len(self.h), 1))
        if more is not None:
            x, logits = np.concatenate([x, more.h]), np.concatenate([logits, more.logits])
            target = np.concatenate([target, more.target])
            weight = np.concatenate([weight, np.full((len(more.h), 1), more.weight)])
        x = (x @ self._directions).astype(float)  # (n, R)
        offset = shifted(logits, self.prior)  # (n, C)
        at = np.zeros(R * C + C) if start is None else self._inside(start)
        found = []
        for strength in strengths:
            if math.isinf(strength):
                found.append((np.zeros((C, H)), np.zeros(C)))
                continue

            def loss(t: np.ndarray, strength: float = strength) -> tuple[float, np.ndarray]:
                a, b = t[: R * C].reshape(R, C), t[R * C :]
                log_p = log_softmax(offset + x @ a + b, axis=1)
                off = (np.exp(log_p) - target) * weight
                cross = -(log_p * target * weight).sum()
                gradient = [(x.T @ off + strength * a).ravel(), off.sum(0) + BIAS * b]
                value = cross + strength / 2 * (a**2).sum() + BIAS / 2 * (b**2).sum()
                return value, np.concatenate(gradient)

            options = {"maxiter": STEPS}
            at = minimize(loss, at, jac=True, method="L-BFGS-B", options=options).x
            found.append(((self._directions @ at[: R * C].reshape(R, C)).T, at[R * C :]))
        return found

    def _inside(self, start: Fitted) -> np.ndarray:
        """ΔW and b as `fitted` moves them."""
        weight, bias = start
        length = (self._directions**2).sum(0)  # of each direction, all alike
        return np.concatenate([(self._directions.T @ weight.T / length[:, None]).ravel(), bias])
