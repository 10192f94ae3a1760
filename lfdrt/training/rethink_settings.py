"""Settings of a rethinking run (§3.4): frozen, serialisable, torch-free."""

from __future__ import annotations

from dataclasses import dataclass

from lfdrt.config import STRICT, ConfigError

THROUGH = ("classifiers", "fusion", "encoder", "projection")


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
    seed: int = 0

    def __post_init__(self) -> None:
        if self.through not in THROUGH:
            raise ConfigError(f"through is {self.through!r}; it is one of {', '.join(THROUGH)}")
        for name in ("epochs", "batch_rows", "adapter_width"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; it is at least 1")
        if not 0 < self.mask_rate < 1:
            raise ConfigError(f"mask_rate is {self.mask_rate}; it lies between 0 and 1")
        if not 0 <= self.confidence < 1:
            raise ConfigError(f"confidence is {self.confidence}; it lies from 0 to below 1")
        for name in ("rate", "lambda_1", "lambda_2", "masked_weight", "class_balance"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ConfigError(f"{name} is {getattr(self, name)}; it is finite and 0 or more")


PRESETS: dict[str, RethinkSettings] = {
    "quick": RethinkSettings(),
    "thorough": RethinkSettings(epochs=10),
    "paper": RethinkSettings(epochs=5, decay=False),
}
"""paper: Eq. 18 to the letter, with the paper's weights and no guard."""
