"""The class mix of a person's texts: given, estimated, and put into a model's logits.

Numpy alone, so that a page can follow a slider: 2,000 rows in under a millisecond.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lfdrt.errors import UserError
from lfdrt.output import LEAST_SHARE

ROUNDS, CLOSE = 1000, 1e-6


def shifted(logits: np.ndarray, mix: Sequence[float] | np.ndarray | None) -> np.ndarray:
    """o_c + log π_c: the Bayes rule for another class mix, exact where the logits are of classes
    that are all as frequent. None: as they are. Shape: (..., C), (C,) -> (..., C)."""
    return logits if mix is None else logits + np.log(np.maximum(mix, LEAST_SHARE))


def decided(
    logits_1: np.ndarray, logits_2: np.ndarray, mix: Sequence[float] | np.ndarray | None
) -> np.ndarray:
    """Classes by the rule of §3.5 under a mix. Shape: (N, C), (N, C) -> (N,)."""
    p_1, p_2 = (probabilities(shifted(o, mix)) for o in (logits_1, logits_2))
    return np.where(p_1.max(-1) >= p_2.max(-1), p_1.argmax(-1), p_2.argmax(-1))


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax. Shape: (..., C) -> (..., C)."""
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def estimate_mix(p: np.ndarray) -> np.ndarray:
    """π that makes the rows likeliest, by expectation maximisation (Saerens, Latinne and
    Decaestecker 2002): π ← mean over rows of π_c p_c / Σ_k π_k p_k.

    An estimate: as good as the model's probabilities are. p: under a flat mix. UserError: no rows.
    Shape: (N, C) -> (C,).
    """
    if not len(p):
        raise UserError("there is no row to estimate a class mix from.")
    mix = np.full(p.shape[1], 1 / p.shape[1])
    for _ in range(ROUNDS):
        joint = p * mix
        new = (joint / joint.sum(1, keepdims=True)).mean(0)
        if np.abs(new - mix).max() < CLOSE:
            break
        mix = new
    return new


def frequency(classes: np.ndarray, count: int, smoothing: float) -> np.ndarray:
    """Shares of the classes among labels, each seen `smoothing` times more. Shape: (n,) -> (C,)."""
    seen = np.bincount(classes, minlength=count) + smoothing
    return seen / seen.sum()


def softened(mix: np.ndarray, power: float) -> np.ndarray:
    """π^power as shares: 1 the mix itself, 0 all alike. Shape: (..., C) -> (..., C)."""
    raised = np.asarray(mix, dtype=float) ** power
    return raised / raised.sum(-1, keepdims=True)


def parse_mix(text: str, labels: Sequence[str]) -> tuple[float, ...] | None:
    """'joy=30,neutral=50': of a hundred texts. What is left is divided among classes not named; all
    named, any total is a whole. None for '' or 'unknown'. UserError names what is wrong."""
    if text.strip().lower() in ("", "unknown"):
        return None
    given: dict[str, float] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, share = part.partition("=")
        name = name.strip()
        if name not in labels:
            raise UserError(f"--mix: there is no class {name!r} ({', '.join(labels)}).")
        try:
            given[name] = float(share)
        except ValueError:
            given[name] = math.nan
        if not 0 <= given[name] < math.inf:
            raise UserError(f"--mix: {part!r} is no part of a hundred, such as {labels[0]}=30.")
    total, others = sum(given.values()), [name for name in labels if name not in given]
    if total > 100 + 1e-6 and others:
        raise UserError(f"--mix {text!r}: its parts add up to {total:g} of 100.")
    if total == 0 and not others:
        raise UserError(f"--mix {text!r}: every class has a part of 0.")
    whole = 100.0 if others else total
    rest = (100 - total) / len(others) if others else 0.0
    return tuple(max(given.get(name, rest), 0.0) / whole for name in labels)
