"""Label sets: the classes a checkpoint predicts, in the order of its output units.

A label set belongs to a checkpoint; nothing else in the code assumes a number of classes.
"""

from __future__ import annotations

from dataclasses import dataclass

from lfdrt.errors import UserError


@dataclass(frozen=True, kw_only=True)
class LabelSet:
    """Names of the classes, in output order. `neutral` names the class of no sentiment, if any."""

    name: str
    labels: tuple[str, ...]
    neutral: str | None = None

    def __post_init__(self) -> None:
        if len(self.labels) < 2:
            raise UserError(f"label set {self.name!r} needs at least two labels")
        if len(set(self.labels)) != len(self.labels):
            raise UserError(f"label set {self.name!r} names a label twice: {self.labels}")
        if self.neutral is not None and self.neutral not in self.labels:
            raise UserError(f"label set {self.name!r} has no label {self.neutral!r}")

    def __len__(self) -> int:
        return len(self.labels)

    def index(self, label: str) -> int:
        """Output unit of `label`; UserError lists what exists."""
        try:
            return self.labels.index(label)
        except ValueError:
            known = ", ".join(self.labels)
            raise UserError(f"label {label!r} is not in {self.name!r} ({known})") from None


EKMAN7 = LabelSet(
    name="ekman7",
    labels=("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"),
    neutral="neutral",
)
SIMS5 = LabelSet(
    name="sims5",
    labels=("negative", "weakly negative", "neutral", "weakly positive", "positive"),
    neutral="neutral",
)
POLARITY3 = LabelSet(
    name="polarity3", labels=("negative", "neutral", "positive"), neutral="neutral"
)

LABEL_SETS = {labels.name: labels for labels in (EKMAN7, SIMS5, POLARITY3)}
