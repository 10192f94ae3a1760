"""The text encoder, Eq. 1: any `transformers` encoder, token by token.

`transformers` is imported for encoders that `bert.py` is not, which the compact one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from lfdrt.config import ConfigError, TextConfig
from lfdrt.encoders.bert import Bert, BertSizes
from lfdrt.encoders.quantised import PackedEmbedding

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

# Encoders that would otherwise carry an unused pooling layer.
_POOLED = frozenset({"bert", "roberta", "xlm-roberta"})
# Settings that name code or attention kernels to fetch from a hub, or change the number format.
_NOT_READ = frozenset(
    {"model_type", "auto_map", "attn_implementation", "experts_implementation"}
    | {"quantization_config", "dtype", "torch_dtype"}
)

WORDS_AT_ONCE = 4096
"""6 MB of 4-bit words unpacked in float32, which stay in a core's cache: all words take 0.08 s
of a core so, 0.12 s at 16,384."""


def mean_pool(x: Tensor, mask: Tensor) -> Tensor:
    """Mean over the tokens of each text. Shape: x (B, L, D), mask (B, L) -> (B, D)."""
    weight = mask[..., None].to(x.dtype)
    return (x * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1)


class TextEncoder(nn.Module):
    """Token features of the encoder's last layer. `backbone`: Bert, or one of transformers' many
    classes."""

    backbone: Any

    def __init__(self, *, config: TextConfig) -> None:
        super().__init__()
        self.backbone = build_backbone(config.backbone, packed_words=config.packed_words)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Shape: ids, mask (B, L) -> (B, L, D)."""
        if isinstance(self.backbone, Bert):
            return self.backbone(ids, mask)
        return self.backbone(input_ids=ids, attention_mask=mask.long()).last_hidden_state

    def lower(self, ids: Tensor, mask: Tensor, layers: int) -> Tensor:
        """Embeddings and the lowest `layers` alone: what `upper` goes on from.

        Layers that do not learn make the same of a text at every visit: kept, they cost nothing.
        Shape: ids, mask (B, L) -> (B, L, D).
        """
        x = self.backbone.embeddings(input_ids=ids)
        return self._through(self.layers()[:layers], x, mask)

    def upper(self, x: Tensor, mask: Tensor, layers: int) -> Tensor:
        """The layers above the lowest `layers`. Shape: x (B, L, D), mask (B, L) -> (B, L, D)."""
        return self._through(self.layers()[layers:], x, mask)

    def _through(self, layers: Iterable[nn.Module], x: Tensor, mask: Tensor) -> Tensor:
        allowed = self._allowed(x, mask)
        for layer in layers:
            x = layer(x, allowed)
        return x

    def _allowed(self, x: Tensor, mask: Tensor) -> Tensor | None:
        if isinstance(self.backbone, Bert):
            return self.backbone.allowed(x, mask)
        from transformers.masking_utils import create_bidirectional_mask

        return create_bidirectional_mask(
            config=self.backbone.config, inputs_embeds=x, attention_mask=mask.long()
        )

    @property
    def word_embeddings(self) -> PackedEmbedding | nn.Embedding:
        return self.backbone.get_input_embeddings()

    @property
    def words(self) -> int:
        """V, how many words there are."""
        return int(self.backbone.config.vocab_size)

    def word_matrix(self, dtype: torch.dtype) -> Tensor:
        """The word embeddings as one matrix, detached. Shape: (V, D)."""
        words = self.word_embeddings
        if isinstance(words, PackedEmbedding):
            return words.dense(dtype)
        return words.weight.detach().to(dtype)

    def kept_words(self, dtype: torch.dtype) -> Tensor:
        """`word_matrix`, unpacked at the first call and kept with the table, so that whoever shares
        the table shares it: for those who ask for all words again and again. Shape: (V, D)."""
        words = self.word_embeddings
        if isinstance(words, PackedEmbedding):
            return words.kept(dtype)
        return self.word_matrix(dtype)

    def word_parts(self, dtype: torch.dtype) -> Iterator[Tensor]:
        """The rows of `word_matrix` in order, without ever holding them all unpacked: 3 MB at a
        time for the compact model. Shape: (n, D) each."""
        words = self.word_embeddings
        if isinstance(words, PackedEmbedding):
            return words.parts(dtype, WORDS_AT_ONCE)
        return (part.to(dtype) for part in words.weight.detach().split(WORDS_AT_ONCE))

    def attend_plainly(self) -> None:
        """Use the plain attention instead of torch's fused one.

        On a CPU the fused one's backward takes 1.3 times as long for texts of some twenty tokens.
        """
        self.backbone.set_attn_implementation("eager")

    def recompute(self) -> None:
        """From now on a learning layer keeps its input alone, and is computed again on the way
        back: a quarter more work, and the same numbers, dropout too."""
        for layer in self.layers():
            _compute_again(layer)

    def layers(self) -> nn.ModuleList:
        """The encoder's layers, first to last."""
        for path in ("encoder.layer", "transformer.layer", "layers"):
            module: Any = self.backbone
            for name in path.split("."):
                module = getattr(module, name, None)
            if isinstance(module, nn.ModuleList):
                return module
        raise ConfigError(f"{type(self.backbone).__name__}: its layers were not found")


def _compute_again(layer: Any) -> None:
    from torch.utils.checkpoint import checkpoint

    forward = layer.forward

    def kept_input(*args: Any, **kwargs: Any) -> Any:
        if layer.training and torch.is_grad_enabled():
            return checkpoint(forward, *args, use_reentrant=False, **kwargs)
        return forward(*args, **kwargs)

    layer.forward = kept_input


def build_backbone(backbone: dict[str, Any], *, packed_words: bool) -> nn.Module:
    """An encoder with random weights, from its configuration alone; nothing is downloaded.

    With `packed_words` the word embeddings are 4-bit. The model is then built with few words and
    given its packed table afterwards: drawing 96 million random weights first would cost a second.
    ConfigError: the configuration describes no encoder.
    """
    try:
        sizes = BertSizes.of(backbone)
        if sizes is not None:
            return _bert(sizes, packed_words)
        return _build(_configuration(backbone), packed_words)
    # transformers checks a configuration as it goes: a wrong one may raise nearly anything.
    except Exception as error:
        raise ConfigError(f"text.backbone does not describe an encoder: {error}") from error


def _bert(sizes: BertSizes, packed_words: bool) -> Bert:
    words, width = sizes.vocab_size, sizes.hidden_size
    if packed_words:
        return Bert(sizes, PackedEmbedding(words=words, width=width))
    return Bert(sizes, nn.Embedding(words, width, padding_idx=sizes.pad_token_id))


def _configuration(backbone: dict[str, Any]) -> PreTrainedConfig:
    from transformers import CONFIG_MAPPING, AutoConfig

    kind = backbone.get("model_type")
    if kind not in CONFIG_MAPPING:
        raise ConfigError(f"unknown model_type {kind!r}")
    settings = {k: v for k, v in backbone.items() if k not in _NOT_READ and not k.startswith("_")}
    return AutoConfig.for_model(str(kind), **settings)


def _build(config: PreTrainedConfig, packed_words: bool) -> nn.Module:
    from transformers import AutoModel

    words, width = config.vocab_size, config.hidden_size
    kwargs = {"add_pooling_layer": False} if config.model_type in _POOLED else {}
    if not packed_words:
        return AutoModel.from_config(config, **kwargs)
    # The padding id must exist in the small table: RoBERTa's positions are counted from it.
    config.vocab_size = (config.pad_token_id or 0) + 1
    model = AutoModel.from_config(config, **kwargs)
    config.vocab_size = words
    model.set_input_embeddings(PackedEmbedding(words=words, width=width))
    return model
