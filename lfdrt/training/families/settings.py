"""Settings of the families' stage: frozen, serialisable, torch-free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lfdrt.config import STRICT, ConfigError
from lfdrt.parts import FAMILY, LEVELS


@dataclass(frozen=True, kw_only=True)
class FamiliesSettings:
    """One run.

    pairs: most parallel pairs of a language. views: how often each translation is masked anew, and
    encoded. mask_rate: of a translation's tokens. max_tokens: longer texts are cut.
    steps: optimizer steps. sentences: translations of a step; positions: most masked words of one.
    drawn: words that are drawn beside a step's own ones to be told from them. uniform_words: of all
    these, how many Eq. 9 is estimated on. kl_families: other families that it samples a sentence;
    uniformity: its weight beside Eq. 8.
    hidden: width of the hidden layer of the word prediction, 0 for none.
    family_balance: languages are drawn with chance ~ (languages of their family)^-family_balance.
    rate: peak learning rate; weight_decay: not of W^k.
    average: decay of the moving average of the weights, which is what the run saves.
    leave_out: languages whose parallel text is never drawn; the families then begin anew.
    levels: chances that a translation's own reading is that of its family alone, with the part of
    its branch, and with that of its language too. Parts that were always there would take over what
    the family knows, and leave nothing to languages without parts. parts_rank: dimensions of each.
    """

    __pydantic_config__ = STRICT
    pairs: int
    views: int
    mask_rate: float
    max_tokens: int
    steps: int
    sentences: int
    positions: int
    drawn: int
    uniform_words: int
    kl_families: int
    uniformity: float
    hidden: int
    family_balance: float
    rate: float
    weight_decay: float
    warmup: float
    clip: float
    average: float
    checkpoint_every: int
    seed: int
    leave_out: tuple[str, ...] = field(default=())
    levels: tuple[float, float, float] = field(default=(1.0, 0.0, 0.0))
    parts_rank: int = field(default=0)

    def __post_init__(self) -> None:
        for name in ("pairs", "views", "steps", "sentences", "positions", "drawn", "kl_families"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; it is at least 1")
        if not 0 < self.mask_rate < 1:
            raise ConfigError(f"mask_rate is {self.mask_rate}; it lies between 0 and 1")
        if min(self.levels) < 0 or not math.isclose(sum(self.levels), 1, abs_tol=1e-3):
            raise ConfigError("levels must be three chances from 0 to 1 that add up to 1")
        if (self.level != FAMILY) != (self.parts_rank > 0):
            raise ConfigError(
                f"parts_rank is {self.parts_rank}; it is 0 where levels are those of families "
                "alone, and else above 0"
            )

    @property
    def level(self) -> str:
        """The deepest that is ever read."""
        return max((level, name) for level, name in enumerate(LEVELS) if self.levels[level])[1]


FAMILIES_STAGE = FamiliesSettings(
    pairs=4_000,
    views=1,
    mask_rate=0.25,
    max_tokens=40,
    steps=6_000,
    sentences=96,
    positions=6,
    drawn=4_000,
    uniform_words=2_000,
    kl_families=1,
    uniformity=1.0,
    hidden=1_152,
    family_balance=0.5,
    rate=2e-3,
    weight_decay=0.05,
    warmup=0.03,
    clip=1.0,
    average=0.998,
    checkpoint_every=250,
    seed=0,
)
"""The bundled checkpoint's. On one view so many steps overfit (assets/benchmarks/families-stage):
next to be tried are more views."""


def leaving_out(languages: Sequence[str], steps: int | None = None) -> FamiliesSettings:
    """The bundled checkpoint's, on two views, without some languages. 2,000 steps take 5 minutes of
    one CPU core where the words are kept."""
    return replace(
        FAMILIES_STAGE,
        views=2,
        steps=2_000 if steps is None else steps,
        leave_out=tuple(dict.fromkeys(languages)),
    )
