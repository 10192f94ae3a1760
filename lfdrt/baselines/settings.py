"""Settings of a baseline's training: frozen, serialisable, torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from lfdrt.baselines.systems import STAND_INS, SYSTEMS
from lfdrt.config import STRICT, ConfigError
from lfdrt.errors import UserError
from lfdrt.presets import MAX_TOKENS
from lfdrt.training.settings import COMPACT, Source


@dataclass(frozen=True, kw_only=True)
class LoraSettings:
    """W + (alpha / rank) B A at the named projections of every layer, dropout before A.

    The paper says "Lora" and no more: these are ours, as is the rate.
    """

    __pydantic_config__ = STRICT
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05
    projections: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj")


LORA_RATE = 2e-4
"""Peak learning rate of adapters; they begin at zero and take more than whole weights do."""


@dataclass(frozen=True, kw_only=True)
class BaselineSettings:
    """One run. text, image: names of the encoders' weights, or folders that hold them; None for no
    such encoder. stand_in: what stands in for them, one of `STAND_INS`; "" where nothing does.

    steps: optimizer steps of `rows` rows; 0 asks Llama as it is. max_tokens: texts are cut there
    when they are read; learn_tokens: while the encoder learns. frozen_layers: lowest layers of a
    text encoder left as they are; word embeddings always are. lora: adapters that learn in place of
    an encoder's own weights. rate_*: peak learning rates. reading_weights: of the three readings of
    a pair: both, text only, image only. pairing_noise: share of faces paired with a text of any
    label. label_set, sources, checkpoint_every, seed: as in pre-training, and recompute, which is
    for language models.
    """

    __pydantic_config__ = STRICT
    system: str
    text: str | None
    image: str | None
    stand_in: str
    label_set: str
    sources: tuple[Source, ...]
    steps: int
    rows: int
    max_tokens: int
    learn_tokens: int
    frozen_layers: int
    lora: LoraSettings | None
    rate_encoder: float
    rate_heads: float
    weight_decay: float
    warmup: float
    clip: float
    hidden: int
    dropout: float
    reading_weights: tuple[float, float, float]
    pairing_noise: float
    checkpoint_every: int
    seed: int
    recompute: bool = False

    def __post_init__(self) -> None:
        fewest = {"steps": 0 if self.system == "llama" else 1, "rows": 1, "checkpoint_every": 1}
        for name, least in fewest.items():
            if getattr(self, name) < least:
                raise ConfigError(f"{name} is {getattr(self, name)}; it is at least {least}")
        if not 0 <= self.pairing_noise <= 1:
            raise ConfigError(f"pairing_noise is {self.pairing_noise}; it lies between 0 and 1")


def settings_of(
    system: str,
    *,
    text: str | None = None,
    image: str | None = None,
    stand_in: str = "",
    seed: int = 0,
    recompute: bool = False,
) -> BaselineSettings:
    """LFD-RT's compact recipe (`training.settings.COMPACT`) as far as a baseline shares it: its
    English labels and chances of rows, the same frozen layers, rates and readings. Dropout lies
    between those of LFD-RT's two classifiers. text, image: instead of the system's own weights.

    UserError: a name or a stand-in that there is not, or an encoder that the system has not.
    """
    _refuse_contradictions(system, text, image, stand_in, recompute)
    own = SYSTEMS[system]
    return BaselineSettings(
        system=system,
        text=text or own.text,
        image=image or own.image,
        stand_in=stand_in,
        label_set=COMPACT.label_set,
        sources=COMPACT.sources,
        steps=COMPACT.steps,
        rows=COMPACT.labelled_rows,
        max_tokens=MAX_TOKENS,
        learn_tokens=COMPACT.max_tokens,
        frozen_layers=COMPACT.frozen_layers,
        lora=LoraSettings() if own.adapters else None,
        rate_encoder=LORA_RATE if own.adapters else COMPACT.rate_encoder,
        rate_heads=COMPACT.rate_heads,
        weight_decay=COMPACT.weight_decay,
        warmup=COMPACT.warmup,
        clip=COMPACT.clip,
        hidden=384,
        dropout=0.2,
        reading_weights=COMPACT.reading_weights,
        pairing_noise=COMPACT.pairing_noise,
        checkpoint_every=COMPACT.checkpoint_every,
        seed=seed,
        recompute=recompute,
    )


def _refuse_contradictions(
    system: str, text: str | None, image: str | None, stand_in: str, recompute: bool
) -> None:
    if system not in SYSTEMS:
        raise UserError(f"there is no baseline {system!r}; there are {', '.join(SYSTEMS)}")
    if stand_in not in ("", *STAND_INS):
        raise UserError(f"there is no stand-in {stand_in!r}; there is {', '.join(STAND_INS)}")
    if stand_in and (text or image):
        raise UserError(f"the stand-in {stand_in} takes the place of named weights: give one")
    own = SYSTEMS[system]
    if recompute and not own.adapters:
        raise UserError(f"--recompute is for llama and llama_clip, not for {system}")
    if stand_in and stand_in not in own.stand_ins:
        raise UserError(f"{system} has no stand-in: nothing small enough to be bundled is like it")
    for kind, given, has in (("text", text, own.text), ("image", image, own.image)):
        if given and not has:
            raise UserError(f"{system} has no {kind} encoder: leave out --{kind}-encoder")


T = TypeVar("T")


def needed(setting: T | None) -> T:
    """One that its system has, as `settings_of` made sure."""
    assert setting is not None
    return setting
