"""The text encoder, Eq. 1: any `transformers` encoder, token by token.

The only file that names `transformers`. Knows no families and no labels.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from lfdrt.config import ConfigError, TextConfig
from lfdrt.encoders.quantised import PackedEmbedding


def mean_pool(x: Tensor, mask: Tensor) -> Tensor:
    """Mean over the tokens of each text. Shape: x (B, L, D), mask (B, L) -> (B, D)."""
    weight = mask[..., None].to(x.dtype)
    return (x * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1)


class TextEncoder(nn.Module):
    """Token features of the encoder's last layer."""

    def __init__(self, *, config: TextConfig) -> None:
        super().__init__()
        self.backbone = build_backbone(config.backbone, packed_words=config.packed_words)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Shape: ids, mask (B, L) -> (B, L, D)."""
        return self.backbone(input_ids=ids, attention_mask=mask.long()).last_hidden_state

    @property
    def word_embeddings(self) -> nn.Module:
        return self.backbone.get_input_embeddings()

    def word_matrix(self, dtype: torch.dtype) -> Tensor:
        """The word embeddings as one matrix, detached. Shape: (V, D)."""
        words = self.word_embeddings
        if isinstance(words, PackedEmbedding):
            return words.dense(dtype)
        return words.weight.detach().to(dtype)

    def layers(self) -> nn.ModuleList:
        """The encoder's layers, first to last."""
        for path in ("encoder.layer", "transformer.layer", "layers"):
            module: Any = self.backbone
            for name in path.split("."):
                module = getattr(module, name, None)
            if isinstance(module, nn.ModuleList):
                return module
        raise ConfigError(f"{type(self.backbone).__name__}: its layers were not found")


def build_backbone(backbone: dict[str, Any], *, packed_words: bool) -> nn.Module:
    """An encoder with random weights, from its configuration alone; nothing is downloaded.

    With `packed_words` the word embeddings are 4-bit. The model is then built with one word and
    given its packed table afterwards: drawing 96 million random weights first would cost a second.
    """
    settings = {k: v for k, v in backbone.items() if k not in ("model_type", "auto_map")}
    try:
        config = AutoConfig.for_model(backbone["model_type"], **settings)
    except (KeyError, ValueError):
        known = backbone.get("model_type")
        raise ConfigError(f"text.backbone: unknown model_type {known!r}") from None
    words, width = config.vocab_size, config.hidden_size
    kwargs = {"add_pooling_layer": False} if config.model_type in _POOLED else {}
    if not packed_words:
        return AutoModel.from_config(config, **kwargs)
    config.vocab_size, config.pad_token_id = 1, 0
    model = AutoModel.from_config(config, **kwargs)
    config.vocab_size = words
    model.set_input_embeddings(PackedEmbedding(words=words, width=width))
    return model


# Encoders that would otherwise carry an unused pooling layer.
_POOLED = frozenset({"bert", "roberta", "xlm-roberta"})
