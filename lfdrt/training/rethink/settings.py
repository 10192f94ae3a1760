"""Settings of a rethinking run (§3.4): frozen, serialisable, torch-free."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lfdrt.config import STRICT, ConfigError

THROUGH = ("classifiers", "fusion", "encoder", "projection")
CHOICES = {
    "through": THROUGH,
    "words": ("seen", "all"),
    "labels": ("hard", "soft"),
    "teacher": ("now", "first"),
}
"""Settings that are words, and which there are."""
WEIGHTS = (
    "rate", "lambda_1", "lambda_2", "masked_weight", "class_balance", "alignment", "masked_view",
    "text_view", "information",
)  # fmt: skip
"""Settings that are finite and 0 or more."""


@dataclass(frozen=True, kw_only=True)
class RethinkSettings:
    """One run of Eq. 18.

    epochs, batch_rows: passes over the rows, and rows of a step.
    through: which weights learn beside the new projection. "classifiers": both MLPs, whose hidden
    layers the projection reads; "fusion": the shared attention too; "encoder": a residual adapter
    on the encoder's output too; "projection": the projection alone, reading Z: Eq. 18 to the
    letter, which can change no prediction and is kept for the ablation.
    rate: peak learning rate; `decay` lets it fall to 0 over the run.
    lambda_1, lambda_2: weights of both classifiers' losses on agreed rows. masked_weight: of the
    masked-language loss on the others; 0 is the ablation "agree only".
    confidence: agreed rows teach only if both classifiers give their class at least this much.
    class_balance: a pseudo-label weighs ~ (its share of the last epoch)^-class_balance.
    adapter_width: of the bottleneck of "encoder".
    words: the masked-language loss chooses among the words that the rows hold ("seen"), or among
    all of the tokenizer's ("all", Eq. 14), at some fifty times the cost.

    Not in the paper, all off there:
    alignment: gamma of the alignment of both classifiers' mean prediction over the rows, put into
    their biases before the first step.
    labels: pseudo-labels are the decided class ("hard", Eq. 18) or the mean of both classifiers'
    probabilities ("soft"). teacher: from the classifiers as they are at this step ("now") or as
    they were, aligned, before the first ("first").
    masked_view, text_view: weights of the same pseudo-label for the row with hidden words, and for
    the text of a row with a picture read without it.
    information: weight of information maximisation.
    """

    __pydantic_config__ = STRICT
    epochs: int = 3
    batch_rows: int = 64
    through: str = "classifiers"
    rate: float = 1e-4
    decay: bool = True
    lambda_1: float = 0.5
    lambda_2: float = 0.5
    masked_weight: float = 1.0
    mask_rate: float = 0.15
    confidence: float = 0.0
    class_balance: float = 0.0
    adapter_width: int = 64
    words: str = "seen"
    alignment: float = 0.0
    labels: str = "hard"
    teacher: str = "now"
    masked_view: float = 0.0
    text_view: float = 0.0
    information: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if (given := getattr(self, name)) not in allowed:
                raise ConfigError(f"{name} is {given!r}; it is one of {', '.join(allowed)}")
        for name in ("epochs", "batch_rows", "adapter_width"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; it is at least 1")
        if not 0 < self.mask_rate < 1:
            raise ConfigError(f"mask_rate is {self.mask_rate}; it lies between 0 and 1")
        if not 0 <= self.confidence < 1:
            raise ConfigError(f"confidence is {self.confidence}; it lies from 0 to below 1")
        for name in WEIGHTS:
            if not 0 <= getattr(self, name) < float("inf"):
                raise ConfigError(f"{name} is {getattr(self, name)}; it is finite and 0 or more")
        if self.through == "projection" and self.alignment:
            raise ConfigError("alignment moves the classifiers, which through 'projection' forbids")


_MEASURED = RethinkSettings(labels="soft", teacher="first", masked_view=1.0, text_view=1.0)
PRESETS: dict[str, RethinkSettings] = {
    "quick": _MEASURED,
    "thorough": replace(_MEASURED, epochs=10),
    "paper": RethinkSettings(epochs=5, decay=False, words="all"),
}
"""paper: Eq. 18 to the letter, with the paper's weights and no guard."""
