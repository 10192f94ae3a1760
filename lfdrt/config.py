"""Configurations: frozen, serialisable, torch-free; what a checkpoint or a run is made of.

Sizes have no defaults, contradictions raise, and `from_dict` refuses unknown or ill-typed settings
by name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from lfdrt.errors import UserError
from lfdrt.labels import LabelSet

LARGEST = 65_536
MOST_LAYERS = 1_000
"""Sizes above these are slips or attacks: building such a model would fill the memory first."""

STRICT = ConfigDict(extra="forbid")
# RoBERTa numbers a text's positions from its padding id on, so the first ones hold no token.
_COUNT_FROM_PADDING = frozenset({"roberta", "xlm-roberta", "camembert"})
# No separator, no drive, no "..": what it names lies in one known folder on every system.
_FOLDER_NAME = re.compile(r"\w[\w .-]*")
T = TypeVar("T")


class ConfigError(UserError):
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
        layers = self.backbone.get("num_hidden_layers", 1)
        if isinstance(layers, int) and layers > MOST_LAYERS:
            raise ConfigError(f"text.backbone.num_hidden_layers is {layers}, above {MOST_LAYERS}")
        positions = longest_text(self.backbone)
        if self.max_tokens < 8:
            raise ConfigError(f"text.max_tokens is {self.max_tokens}; at least 8 are needed")
        if positions is not None and self.max_tokens > positions:
            raise ConfigError(
                f"text.max_tokens is {self.max_tokens} but the encoder has {positions} positions"
            )

    @property
    def width(self) -> int:
        """D. ConfigError: a backbone that does not say it."""
        for name in ("hidden_size", "dim"):
            if isinstance(width := self.backbone.get(name), int):
                return width
        raise ConfigError("text.backbone has no whole number 'hidden_size'")


def longest_text(backbone: dict[str, Any]) -> int | None:
    """Tokens that an encoder has positions for; None for one without a limit."""
    positions = backbone.get("max_position_embeddings")
    if positions is not None and backbone.get("model_type") in _COUNT_FROM_PADDING:
        positions -= 1 + backbone.get("pad_token_id", 1)
    return positions


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
        if not isinstance(self.tower.get("embed_dim"), int):
            raise ConfigError("image.tower has no whole number 'embed_dim'")
        if not isinstance(vision := self.tower.get("vision_cfg"), dict):
            raise ConfigError("image.tower has no table 'vision_cfg'")
        # A convolutional tower reads any size; a ViT only the one of its position embeddings.
        native = vision.get("image_size", self.size)
        if not vision.get("timm_model_name") and native != self.size:
            raise ConfigError(f"image.size is {self.size} but the tower's is {native}")
        if self.size < 1 or min(self.std) <= 0:
            raise ConfigError("image.size and image.std must be above 0")


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Everything needed to build the model before its weights are read.

    `families`: none of them is a model without disentanglers (an ablation).
    `anchor`: the language that has labels. `disentangle_anchor`: its texts also pass their own
    family's disentangler, so that all languages are read alike; False is the literal Eq. 11.
    `image_residual`: the image is added to what it read from the text; False is the literal
    Eq. 11, in which z is a weighted mean of text values and an image alone predicts nothing.
    `vocabulary_residual`: a masked word is predicted from what its text says itself beside what the
    anchor says, with a learned confidence (`LFDRT.word_vectors`); False is the literal Eq. 7.
    `vocabulary_hidden`: width of a hidden layer of that prediction, see `VocabularyHead`.
    `fusion_strength`: how far Eq. 11 goes from a token to what the disentangler makes of it, 1 for
    the whole way.
    `class_prior`: how frequent the classes are taken to be where the model is used, in the order of
    the labels; None for all alike. `LFDRT.read` adds its logarithm to the logits.
    `parts`: branches, by glottocode, and languages, by code, that the disentangler of a text's
    family may be refined for, by `parts_rank` dimensions each (`Disentanglers`).
    `adapter_width`: of the bottleneck that rethinking may train on the text encoder's output; 0 for
    none.
    """

    __pydantic_config__ = STRICT
    name: str
    label_set: LabelSet
    anchor: str
    families: tuple[str, ...]
    width: int
    classifier_hidden: int
    classifier_dropout: tuple[float, float]
    disentangle_anchor: bool
    image_residual: bool
    text: TextConfig
    image: ImageConfig
    adapter_width: int = field(default=0)
    vocabulary_residual: bool = field(default=False)
    vocabulary_hidden: int = field(default=0)
    fusion_strength: float = field(default=1.0)
    class_prior: tuple[float, ...] | None = field(default=None)
    parts: tuple[str, ...] = field(default=())
    parts_rank: int = field(default=0)
    format: int = field(default=1)

    def __post_init__(self) -> None:
        for name in ("width", "classifier_hidden"):
            if not 1 <= getattr(self, name) <= LARGEST:
                raise ConfigError(f"{name} is {getattr(self, name)}; it lies from 1 to {LARGEST}")
        if self.text.width != self.width:
            raise ConfigError(f"width is {self.width} but the text encoder's is {self.text.width}")
        for name in ("adapter_width", "vocabulary_hidden"):
            if not 0 <= getattr(self, name) <= LARGEST:
                raise ConfigError(f"{name} is {getattr(self, name)}; it lies from 0 to {LARGEST}")
        if self.class_prior is not None:
            check_prior(self.class_prior, len(self.label_set))
        if not 0 <= self.fusion_strength <= 1:
            raise ConfigError(f"fusion_strength is {self.fusion_strength}; it lies from 0 to 1")
        if not all(0 <= p < 1 for p in self.classifier_dropout):
            raise ConfigError("classifier_dropout must be two numbers from 0 to below 1")
        if len(set(self.families)) != len(self.families):
            raise ConfigError("families must be a list of different names")
        if len(set(self.parts)) != len(self.parts):
            raise ConfigError("parts must be a list of different names")
        if not bool(self.parts) <= self.parts_rank <= self.width * bool(self.parts):
            raise ConfigError(
                f"parts_rank is {self.parts_rank}; with parts it lies from 1 to {self.width}, "
                "without it is 0"
            )
        _check_format(self.format)

    def disentangler_of(self, language: str, family: str) -> str | None:
        """The family whose disentangler reads texts of `language`; None for no disentangler:
        its family was not trained, or it is the anchor of a literal Eq. 11."""
        if language == self.anchor and not self.disentangle_anchor:
            return None
        return family if family in self.families else None


def check_prior(prior: Sequence[float], classes: int) -> None:
    """ConfigError: not one share of each class, or not shares of a whole."""
    if len(prior) != classes:
        raise ConfigError(f"class_prior has {len(prior)} shares for {classes} classes")
    if not all(share >= 0 for share in prior) or not math.isclose(sum(prior), 1, abs_tol=1e-3):
        raise ConfigError("class_prior must be shares from 0 to 1 that add up to 1")


@dataclass(frozen=True, kw_only=True)
class HeadConfig:
    """What a head changes of the checkpoint `base`, a folder beside its own.

    `base_weights`: SHA-256 of what it takes from that checkpoint, so that it is never read on top
    of encoders that it was not trained on.
    """

    __pydantic_config__ = STRICT
    name: str
    label_set: LabelSet
    base: str
    base_weights: str
    format: int = field(default=1)

    def __post_init__(self) -> None:
        if not _FOLDER_NAME.fullmatch(self.base):
            raise ConfigError(
                f"base is {self.base!r}; it is the plain name of a folder beside this one, such as "
                "'compact', and no path"
            )
        _check_format(self.format)

    def on(self, base: ModelConfig) -> ModelConfig:
        """The configuration of the whole model."""
        return replace(base, name=self.name, label_set=self.label_set, class_prior=None)


def from_dict(kind: type[T], data: object) -> T:
    """`data` (parsed JSON) as a `kind`; ConfigError names each wrong setting."""
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or kind.__name__}: {e['msg']}" for e in error.errors()
        )
        raise ConfigError(f"unusable {kind.__name__}: {wrong}") from None


def _check_format(number: int) -> None:
    if number != 1:
        raise ConfigError(
            f"checkpoint format {number} is newer than this program reads (1); update it"
        )


def to_dict(config: Any) -> dict[str, Any]:
    """A configuration as plain JSON types."""
    return asdict(config)
