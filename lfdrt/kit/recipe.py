"""What the kit trains: stages, seeds, rows left out; and how many steps fit a machine's minutes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lfdrt.config import STRICT, ConfigError
from lfdrt.training.families.settings import FAMILIES_STAGE, FamiliesSettings
from lfdrt.training.pretrain.ablation import ROWS
from lfdrt.training.settings import HEADS, SENTIMENT, PretrainSettings

STAGES = ("sentiment", "families", "heads")
SHARES = {"sentiment": 0.2, "families": 0.12, "heads": 0.06}
"""Of all minutes, what a stage's steps may take; the rest is for starting, checks, encoding,
scores."""
SIDE_BY_SIDE = 1.6
"""How much more a GPU does a second for several processes than for one, which mostly waits for
its host. A guess until it has run on one; too high a guess costs the last rows, not the model."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """sentiment: the first stage, trained for each seed and averaged; families: the second, once;
    heads: the last, for each seed, averaged again. Then, as long as there is time, the last stage
    without families and the first of `rows` of Table 7, seed after seed.

    minutes: for all of it. side_by_side: trainings that run at a time.
    """

    __pydantic_config__ = STRICT
    sentiment: PretrainSettings
    families: FamiliesSettings
    heads: PretrainSettings
    seeds: int
    rows: tuple[str, ...]
    minutes: float
    side_by_side: int

    def __post_init__(self) -> None:
        if self.seeds < 2:
            raise ConfigError(f"seeds is {self.seeds}; an average needs at least 2")
        if unknown := [row for row in self.rows if row not in ROWS]:
            raise ConfigError(f"rows has {unknown[0]!r}; rows are {', '.join(ROWS)}")


COMPACT = Recipe(
    sentiment=replace(SENTIMENT, keep_lower=False),
    families=FAMILIES_STAGE,
    heads=replace(HEADS, keep_lower=False),
    seeds=5,
    rows=(
        "english_only",
        "without_image",
        "without_text",
        "without_alignments",
        "without_consistency",
    ),
    minutes=10,
    side_by_side=5,
)
"""The bundled checkpoint's. Lower layers are computed at every visit: a GPU does it faster than a
disk is read, and several processes cannot write the files of one folder. Translations are masked
once: masking and encoding 93,000 of them anew would cost a minute of the ten."""


def fitted(recipe: Recipe, seconds: Mapping[str, float]) -> Recipe:
    """The recipe with as many steps, at most its own, as a stage's share of the minutes has room
    for; `seconds` a step of a stage takes one process. A stage that is not named stays."""
    return replace(
        recipe,
        **{
            stage: replace(settings, steps=min(settings.steps, _room(recipe, stage, one)))
            for stage, one in seconds.items()
            for settings in [getattr(recipe, stage)]
        },
    )


def _room(recipe: Recipe, stage: str, seconds: float) -> int:
    """Steps of one process, at least one."""
    each = seconds if stage == "families" else seconds * recipe.seeds / SIDE_BY_SIDE
    return max(1, math.floor(SHARES[stage] * recipe.minutes * 60 / each))
