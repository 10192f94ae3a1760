"""Settings of a head: frozen, serialisable, torch-free."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lfdrt.config import STRICT, ConfigError


@dataclass(frozen=True, kw_only=True)
class HeadSettings:
    """One head.

    label_set: its classes. texts: English sets of texts without pictures that are read too.
    steps: optimizer steps. pair_rows, text_rows: rows of a step. rate_shared: peak learning rate of
    what comes from the base (attention, image projection, stand-ins of a missing modality);
    rate_classifiers: of what is new. reading_weights: of the three readings of a pair: both, text
    only, image only. cross_modal: weight of Eq. 4 over genuine pairs. class_balance: rows are
    drawn with chance ~ (class size)^-class_balance. seeds: one head each; the first is the one that
    is kept, the others say how much the scores depend on the seed.
    checkpoint_every: steps between two saved states.
    """

    __pydantic_config__ = STRICT
    label_set: str
    texts: tuple[str, ...]
    steps: int
    pair_rows: int
    text_rows: int
    rate_shared: float
    rate_classifiers: float
    weight_decay: float
    warmup: float
    clip: float
    tau: float
    cross_modal: float
    reading_weights: tuple[float, float, float]
    label_smoothing: float
    class_balance: float
    seeds: tuple[int, ...]
    checkpoint_every: int

    def __post_init__(self) -> None:
        if not self.seeds:
            raise ConfigError("seeds is empty; a head needs at least one")
        for name in ("steps", "pair_rows", "text_rows", "checkpoint_every"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; it is at least 1")


POLARITY3 = HeadSettings(
    label_set="polarity3",
    texts=("xlmt", "nusax"),
    steps=300,
    pair_rows=64,
    text_rows=32,
    rate_shared=1e-4,
    rate_classifiers=5e-4,
    weight_decay=0.05,
    warmup=0.06,
    clip=1.0,
    tau=0.07,
    cross_modal=0.1,
    reading_weights=(1.0, 0.5, 0.5),
    label_smoothing=0.0,
    class_balance=0.5,
    seeds=(0, 1, 2),
    checkpoint_every=100,
)

HEADS = {"polarity3": POLARITY3}


def from_seed(settings: HeadSettings, seed: int) -> HeadSettings:
    """The same with as many seeds, counted from `seed`."""
    return replace(settings, seeds=tuple(range(seed, seed + len(settings.seeds))))
