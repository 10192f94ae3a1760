"""What a teaching leaves beside its checkpoint: result.json, predictions.csv, the card."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from lfdrt.checkpoint import Checkpoint
from lfdrt.config import ModelConfig
from lfdrt.data.export import Cell, CsvAppender
from lfdrt.runs.files import whole
from lfdrt.training.teach.gain import Gain, gained, per_class, verdict
from lfdrt.training.teach.labels import Label
from lfdrt.training.teach.learn import Change, HeldOut
from lfdrt.training.teach.mix import decided, estimate_mix, probabilities, shifted
from lfdrt.training.teach.reading import Read
from lfdrt.training.teach.settings import TeachSettings
from lfdrt.training.teach.standing import stands_for

FEWEST_RANDOM = 5
"""Rows drawn by chance below which they are not reported by themselves."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """Shape: classes (N,), agree (N,) bool, p (N, C), the mean of both classifiers."""

    classes: np.ndarray
    agree: np.ndarray
    p: np.ndarray

    @classmethod
    def of(cls, logits_1: np.ndarray, logits_2: np.ndarray, mix: tuple[float, ...] | None) -> Self:
        """Shape: logits under a flat mix, (N, C)."""
        p_1, p_2 = (probabilities(shifted(o, mix)) for o in (logits_1, logits_2))
        return cls(
            classes=decided(logits_1, logits_2, mix),
            agree=p_1.argmax(1) == p_2.argmax(1),
            p=(p_1 + p_2) / 2,
        )


@dataclass
class Outcome:
    """A teaching as far as it has come. labels: row and label; change: None for the mix alone."""

    labels: list[tuple[int, Label]]
    read: Read
    before: Said
    settings: TeachSettings
    change: Change | None = None
    gold: np.ndarray | None = None
    way: HeldOut | None = None
    predicted: np.ndarray | None = None
    gain: Gain | None = None

    @cached_property
    def rows(self) -> np.ndarray:
        return np.array([row for row, _ in self.labels], dtype=np.int64)

    @cached_property
    def random(self) -> np.ndarray:
        return np.array([one.random for _, one in self.labels], dtype=bool)

    @cached_property
    def weights(self) -> np.ndarray:
        """How many rows of the table each labelled one stands for. Shape: (n,)."""
        return stands_for(self.before.classes, self.before.agree, self.rows)

    def measure(self, way: HeldOut, predicted: np.ndarray) -> None:
        """By what cross-validation predicted of the labelled rows. Shape: (n,) classes."""
        self.way, self.predicted = way, predicted
        self.gain = self.against(predicted)

    def against(self, predicted: np.ndarray) -> Gain:
        """Of all labelled rows. Shape: (n,) classes."""
        if self.gold is None:
            raise AssertionError("there is nothing to measure before labels are known")
        everything = np.ones(len(self.gold), dtype=bool)
        return self._gained(everything, predicted, self.weights)

    def by_chance(self) -> Gain:
        """Of those labelled rows that were drawn by chance, each of which stands for as many."""
        if self.predicted is None:
            raise AssertionError("there is nothing to measure before something was tried")
        return self._gained(self.random, self.predicted, None)

    def _gained(self, rows: np.ndarray, predicted: np.ndarray, weights: np.ndarray | None) -> Gain:
        assert self.gold is not None
        was = self.before.classes[self.rows]
        classes, s = self.before.p.shape[1], self.settings
        gold = self.gold
        return gained(gold[rows], was[rows], predicted[rows], classes, s.measure, s.seed, weights)

    @property
    def kept(self) -> bool:
        """Whether there is a new model: its gain is positive, or there is but a mix to put in."""
        return self.settings.mix is not None if self.gain is None else self.gain.gain > 0

    @property
    def verdict(self) -> str:
        if self.gain is not None:
            return verdict(self.gain, self.settings.measure, self.kept)
        if self.kept:
            return "The mix is put in. What it gains is not known: there are too few labels."
        return "There are too few labels to learn from: the model stays as it was."


def result(outcome: Outcome, after: Said, config: ModelConfig, seconds: float) -> dict[str, Any]:
    """result.json; F1 in points."""
    labels, gain, s = config.label_set.labels, outcome.gain, outcome.settings
    given = Counter(one.label for _, one in outcome.labels)
    told: dict[str, Any] = {name: None for name in ("before", "after", "gain", "interval")}
    if gain is not None:
        told = _told(gain)
    random = outcome.random
    honest = None
    if gain is not None and random.sum() >= FEWEST_RANDOM:
        honest = _told(outcome.by_chance()) | {"rows": int(random.sum())}
    classes: list[dict[str, Any]] = []
    if outcome.gold is not None and outcome.predicted is not None:
        was = outcome.before.classes[outcome.rows]
        classes = per_class(outcome.gold, was, outcome.predicted, labels, outcome.weights)
    read = outcome.read
    p = (probabilities(read.logits_1) + probabilities(read.logits_2)) / 2
    return {
        "aim": s.aim,
        "measure": s.measure,
        "labels": len(outcome.labels),
        "random": int(random.sum()),
        "by_class": {name: given[name] for name in labels},
        "kept": outcome.kept,
        **told,
        "honest": honest,
        "per_class": classes,
        "mix": _named(labels, s.mix),
        "estimated_mix": _named(labels, estimate_mix(p)),
        "prior": _named(labels, config.class_prior),
        "changed": int((after.classes != outcome.before.classes).sum()),
        "chosen": None if outcome.way is None else outcome.way.name,
        "verdict": outcome.verdict,
        "seconds": round(seconds, 1),
    }


def _told(gain: Gain) -> dict[str, Any]:
    held = gain.as_dict()
    return {name: held[name] for name in ("before", "after", "gain")} | {
        "interval": [held["low"], held["high"]]
    }


def _named(labels: tuple[str, ...], mix: Any) -> dict[str, float] | None:
    if mix is None:
        return None
    return {name: round(float(share), 4) for name, share in zip(labels, mix, strict=True)}


def write_predictions(path: Path, outcome: Outcome, after: Said, labels: tuple[str, ...]) -> None:
    """One line a row; a killed process leaves no half of a file."""
    given = {row: one.label for row, one in outcome.labels}
    before, read = outcome.before, outcome.read
    lines: list[dict[str, Cell]] = [
        {
            "id": read.ids[i],
            "text": read.texts[i],
            "label_given": given.get(i) or "",
            "label_before": labels[int(before.classes[i])],
            "label_after": labels[int(after.classes[i])],
            "agree_before": bool(before.agree[i]),
            "agree_after": bool(after.agree[i]),
            **{f"p_{n}": round(float(p), 6) for n, p in zip(labels, after.p[i], strict=True)},
        }
        for i in range(len(read))
    ]
    with whole(path) as aside:
        aside.unlink(missing_ok=True)
        with CsvAppender(aside, tuple(lines[0])) as out:
            out.append(lines)


def card(loaded: Checkpoint, made: dict[str, Any]) -> dict[str, Any]:
    """The base's card without its scores, which are not this model's, and what was taught here."""
    kept = {k: v for k, v in loaded.card.items() if k != "scores"}
    names = ("aim", "measure", "labels", "mix", "prior", "before", "after", "gain", "interval")
    return kept | {
        "taught": {
            "from": loaded.folder.name,
            "date": datetime.now(UTC).date().isoformat(),
            **{name: made[name] for name in names},
            "selection": made["chosen"] and f"{made['chosen']}, by cross-validation on the labels",
        }
    }
