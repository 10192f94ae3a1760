"""What an encoder is before a model is built of it: a configuration and the weights that fit it."""

from __future__ import annotations

from dataclasses import dataclass

from tokenizers import Tokenizer
from torch import Tensor

from lfdrt.config import ImageConfig, TextConfig


@dataclass(frozen=True, kw_only=True)
class TextTower:
    """A text encoder.

    `name`: of the weights, for people. `config.max_tokens`: the longest text the encoder can read;
    presets cut earlier. `state`: of the backbone, as `encoders.text.build_backbone` names it.
    """

    name: str
    config: TextConfig
    state: dict[str, Tensor]
    tokenizer: Tokenizer


@dataclass(frozen=True, kw_only=True)
class ImageTower:
    """An image encoder. `state`: of the vision tower, as `encoders.image.build_tower` names it."""

    name: str
    config: ImageConfig
    state: dict[str, Tensor]
