"""Encoders of baselines made of towers: any `transformers` encoder, any `open_clip` one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from PIL import Image
from torch import Tensor

from lfdrt.baselines.base import IMAGE, TEXT, Encoder
from lfdrt.batch import NO_FAMILY, pad_text_batch
from lfdrt.encoders.clip_text import ClipText
from lfdrt.encoders.image import build_tower, prepare_image, tower_features
from lfdrt.encoders.text import TextEncoder, mean_pool
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.encoders.tower import ImageTower, TextTower
from lfdrt.presets import without_dropout
from lfdrt.training.draw import ANCHOR
from lfdrt.training.optim import freeze_lower_layers


class TextTowerEncoder(Encoder):
    """The mean of the last layer's tokens, as LFD-RT pools them.

    frozen_layers: the lowest ones, left as they are, as word embeddings always are. max_tokens,
    learn_tokens: texts are cut there when they are read, and shorter while the encoder learns.
    dropout: False switches off that of the encoder, as LFD-RT's compact preset does.
    """

    reads = TEXT

    def __init__(
        self,
        tower: TextTower,
        *,
        frozen_layers: int,
        max_tokens: int,
        learn_tokens: int,
        dropout: bool,
    ) -> None:
        super().__init__()
        config = tower.config if dropout else without_dropout(tower.config)
        self.encoder = TextEncoder(config=config)
        self.encoder.backbone.load_state_dict(tower.state)
        freeze_lower_layers(self.encoder, frozen_layers)
        self.name, self.width = tower.name, config.width
        self._reading, self._learning = (
            TextTokenizer(tower.tokenizer, replace(config, max_tokens=min(most, config.max_tokens)))
            for most in (max_tokens, learn_tokens)
        )

    def train(self, mode: bool = True) -> TextTowerEncoder:
        """As every module, with the attention that learns fastest on a CPU."""
        if mode and self.device.type == "cpu":
            self.encoder.attend_plainly()
        return super().train(mode)

    def forward(self, inputs: Sequence[str]) -> Tensor:
        """Shape: B texts -> (B, width)."""
        tokenizer = self._learning if self.training else self._reading
        ids = [encoded.ids for encoded in tokenizer.encode(inputs)]
        batch = pad_text_batch(ids, [NO_FAMILY] * len(ids), tokenizer.pad).to(self.device)
        return mean_pool(self.encoder(batch.ids, batch.mask), batch.mask)


class ImageTowerEncoder(Encoder):
    """The tower's pooled vector, before any projection of ours. Frozen."""

    reads = IMAGE

    def __init__(self, tower: ImageTower) -> None:
        super().__init__()
        self._config = tower.config
        self.tower = build_tower(tower.config.tower)
        self.tower.load_state_dict(tower.state)
        self.requires_grad_(False)
        self.to(memory_format=torch.channels_last)
        self.name, self.width = tower.name, tower.config.tower["embed_dim"]

    def forward(self, inputs: Sequence[Image.Image]) -> Tensor:
        """Shape: B pictures -> (B, width)."""
        pixels = torch.stack([prepare_image(picture, self._config) for picture in inputs])
        pixels = pixels.to(self.device, memory_format=torch.channels_last)
        return tower_features(self.tower, pixels).pooled


class ClipTextEncoder(Encoder):
    """CLIP's own text tower, for English alone. Frozen."""

    reads = TEXT

    def __init__(self, tower: ClipText, *, name: str) -> None:
        super().__init__()
        self.tower, self.name, self.width = tower, name, tower.width
        self.requires_grad_(False)

    def forward(self, inputs: Sequence[str]) -> Tensor:
        """Shape: B texts -> (B, width)."""
        return self.tower(inputs)

    def reads_language(self, language: str) -> bool:
        return language == ANCHOR
