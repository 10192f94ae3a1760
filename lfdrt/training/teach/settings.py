"""Settings of a teaching: frozen, serialisable, torch-free."""

from __future__ import annotations

from dataclasses import dataclass

from lfdrt.config import STRICT, ConfigError

MEASURES = {"right": "weighted_f1", "alike": "macro_f1"}
"""What a person wants, and by what it is measured: most texts right, or every class alike."""


@dataclass(frozen=True, kw_only=True)
class TeachSettings:
    """mix: how frequent the classes are, by the person's own word, in the order of the labels; None
    where they do not know. rest: whether rows without labels teach, too. seed: of folds and
    intervals."""

    __pydantic_config__ = STRICT
    aim: str = "right"
    mix: tuple[float, ...] | None = None
    rest: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.aim not in MEASURES:
            raise ConfigError(f"aim is {self.aim!r}; it is one of {', '.join(MEASURES)}")

    @property
    def measure(self) -> str:
        return MEASURES[self.aim]
