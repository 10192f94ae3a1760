"""Configurations: frozen, serialisable, torch-free; what a checkpoint or a run is made of.

Sizes have no defaults, contradictions raise, and `from_dict` refuses unknown or ill-typed
settings by name. This file builds nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from lfdrt.labels import LabelSet

STRICT = ConfigDict(extra="forbid")
T = TypeVar("T")


class ConfigError(ValueError):
    """A configuration that names an unknown, missing or contradictory setting."""


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """The text encoder: any `transformers` encoder, given by its configuration.

    `packed_words`: the word embeddings are frozen and held in 4-bit blocks.
    `prefix`: put before every text (E5 models were trained with "query: ").
    `max_tokens`: longer texts are cut, and the reader is told.
    """

    __pydantic_config__ = STRICT
    backbone: dict[str, Any]
    packed_words: bool
    prefix: str
    max_tokens: int
    pad_token: str
    mask_token: str
    unknown_token: str

    def __post_init__(self) -> None:
        positions = self.backbone.get("max_position_embeddings")
        if self.max_tokens < 8:
            raise ConfigError(f"text.max_tokens is {self.max_tokens}; at least 8 are needed")
        if positions is not None and self.max_tokens > positions:
            raise ConfigError(
                f"text.max_tokens is {self.max_tokens} but the encoder has {positions} positions"
            )


@dataclass(frozen=True, kw_only=True)
class ImageConfig:
    """The image encoder: the vision tower of any `open_clip` model, given by its configuration.

    `size`: side of the square input in pixels; pictures are padded to a square, never cropped.
    """

    __pydantic_config__ = STRICT
    tower: dict[str, Any]
    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def __post_init__(self) -> None:
        for key in ("embed_dim", "vision_cfg"):
            if key not in self.tower:
                raise ConfigError(f"image.tower has no {key!r}")


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Everything needed to build the model before its weights are read.

    `disentangle_anchor`: the anchor text also passes its own family's disentangler, so that
    pre-training and fine-tuning read it alike; False is the literal Eq. 11.
    `image_residual`: the image is added to what it read from the text; False is the literal
    Eq. 11, in which z is a weighted mean of text values and an image alone predicts nothing.
    """

    __pydantic_config__ = STRICT
    name: str
    label_set: LabelSet
    families: tuple[str, ...]
    width: int
    classifier_hidden: int
    classifier_dropout: tuple[float, float]
    disentangle_anchor: bool
    image_residual: bool
    text: TextConfig
    image: ImageConfig
    format: int = field(default=1)

    def __post_init__(self) -> None:
        hidden = self.text.backbone.get("hidden_size", self.text.backbone.get("dim"))
        if hidden is not None and hidden != self.width:
            raise ConfigError(f"width is {self.width} but the text encoder's is {hidden}")
        if len(set(self.families)) != len(self.families) or not self.families:
            raise ConfigError("families must be a non-empty list of different names")
        if self.format != 1:
            raise ConfigError(
                f"checkpoint format {self.format} is newer than this program reads (1); update it"
            )


def from_dict(kind: type[T], data: object) -> T:
    """`data` (parsed JSON) as a `kind`; ConfigError names each wrong setting."""
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or kind.__name__}: {e['msg']}" for e in error.errors()
        )
        raise ConfigError(f"unusable {kind.__name__}: {wrong}") from None


def to_dict(config: Any) -> dict[str, Any]:
    """A configuration as plain JSON types."""
    return asdict(config)
