"""BERT's encoder for the configuration of the compact model, as `transformers` computes it.

`transformers` builds every other encoder (`text.py`). Its import brings torch's compiler along:
3 s of a core that the first answer would wait for. Names of weights, order of operations and so
every number are the same; tests/encoders/test_bert.py compares them. B texts, L tokens, D width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, kw_only=True)
class BertSizes:
    """By transformers' names; vocab_size is that of the words, however they are stored."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    vocab_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float
    pad_token_id: int
    hidden_dropout_prob: float
    attention_probs_dropout_prob: float

    @classmethod
    def of(cls, backbone: Mapping[str, Any]) -> BertSizes | None:
        """None for anything else: another encoder, or a setting that is not read here."""
        kind = {"model_type": "bert", "hidden_act": "gelu"}
        sizes = {name: value for name, value in backbone.items() if name not in kind}
        whole = all(backbone.get(name) == value for name, value in kind.items())
        return cls(**sizes) if whole and sizes.keys() == {f.name for f in fields(cls)} else None


class Bert(nn.Module):
    """Token features of the last layer; no pooling layer. `fused`: attention by torch's own kernel,
    else step by step."""

    def __init__(self, sizes: BertSizes, words: nn.Module) -> None:
        super().__init__()
        if sizes.hidden_size % sizes.num_attention_heads:
            raise ValueError(f"{sizes.num_attention_heads} heads do not part {sizes.hidden_size}")
        self.config = sizes
        self.embeddings = _Embeddings(sizes, words)
        layers = nn.ModuleList(_Layer(sizes) for _ in range(sizes.num_hidden_layers))
        self.encoder = nn.ModuleDict({"layer": layers})
        self.fused = True

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Shape: ids, mask (B, L) -> (B, L, D)."""
        x = self.embeddings(ids)
        allowed = self.allowed(x, mask)
        for layer in self._layers:
            x = layer(x, allowed)
        return x

    @property
    def _layers(self) -> nn.ModuleList:
        return cast(nn.ModuleList, self.encoder["layer"])

    def allowed(self, x: Tensor, mask: Tensor) -> Tensor | None:
        """What each layer takes beside x: which tokens are looked at, None for all. True or False
        for the kernel, else what is added to the scores. Shape: mask (B, L) -> (B, 1, L, L)."""
        mask = mask.bool()
        if self.fused and bool(mask.all()):
            return None
        B, L = mask.shape
        each = mask[:, None, None, :].expand(B, 1, L, L)
        if self.fused:
            return each
        return torch.zeros(each.shape).to(x).masked_fill(~each, torch.finfo(x.dtype).min)

    def set_attn_implementation(self, name: str) -> None:
        """As transformers' encoders: "eager" is step by step."""
        self.fused = name != "eager"
        for part in self.modules():
            if isinstance(part, _SelfAttention):
                part.fused = self.fused

    def get_input_embeddings(self) -> nn.Module:
        return self.embeddings.word_embeddings

    def set_input_embeddings(self, words: nn.Module) -> None:
        self.embeddings.word_embeddings = words


class _Embeddings(nn.Module):
    """Word, kind and place; all texts are of the first kind."""

    def __init__(self, sizes: BertSizes, words: nn.Module) -> None:
        super().__init__()
        D = sizes.hidden_size
        self.word_embeddings = words
        self.position_embeddings = nn.Embedding(sizes.max_position_embeddings, D)
        self.token_type_embeddings = nn.Embedding(sizes.type_vocab_size, D)
        self.LayerNorm = nn.LayerNorm(D, eps=sizes.layer_norm_eps)
        self.dropout = nn.Dropout(sizes.hidden_dropout_prob)

    def forward(self, input_ids: Tensor) -> Tensor:
        """Shape: (B, L) -> (B, L, D)."""
        L = input_ids.shape[1]
        x = self.word_embeddings(input_ids) + self.token_type_embeddings.weight[0]
        return self.dropout(self.LayerNorm(x + self.position_embeddings.weight[:L]))


class _SelfAttention(nn.Module):
    def __init__(self, sizes: BertSizes) -> None:
        super().__init__()
        D = sizes.hidden_size
        self.heads, self.scale = sizes.num_attention_heads, (D // sizes.num_attention_heads) ** -0.5
        self.query, self.key, self.value = nn.Linear(D, D), nn.Linear(D, D), nn.Linear(D, D)
        self.dropout = sizes.attention_probs_dropout_prob
        self.fused = True

    def forward(self, x: Tensor, allowed: Tensor | None) -> Tensor:
        """Shape: x (B, L, D), allowed (B, 1, L, L) -> (B, L, D). H heads."""
        B, L, D = x.shape
        q, k, v = (
            part(x).view(B, L, self.heads, -1).transpose(1, 2)  # (B, H, L, D/H)
            for part in (self.query, self.key, self.value)
        )
        p = self.dropout if self.training else 0.0
        if self.fused:
            read = F.scaled_dot_product_attention(
                q, k, v, attn_mask=allowed, dropout_p=p, scale=self.scale
            )
        else:
            scores = q @ k.transpose(2, 3) * self.scale  # (B, H, L, L)
            weights = F.softmax(scores if allowed is None else scores + allowed, dim=-1)
            read = F.dropout(weights, p, self.training) @ v
        return read.transpose(1, 2).reshape(B, L, D)


class _Added(nn.Module):
    """A projection, added to what came before it. Used twice a layer."""

    def __init__(self, sizes: BertSizes, inputs: int) -> None:
        super().__init__()
        self.dense = nn.Linear(inputs, sizes.hidden_size)
        self.LayerNorm = nn.LayerNorm(sizes.hidden_size, eps=sizes.layer_norm_eps)
        self.dropout = nn.Dropout(sizes.hidden_dropout_prob)

    def forward(self, y: Tensor, x: Tensor) -> Tensor:
        """Shape: y (B, L, inputs), x (B, L, D) -> (B, L, D)."""
        return self.LayerNorm(self.dropout(self.dense(y)) + x)


class _Attention(nn.Module):
    def __init__(self, sizes: BertSizes) -> None:
        super().__init__()
        self.self = _SelfAttention(sizes)
        self.output = _Added(sizes, sizes.hidden_size)

    def forward(self, x: Tensor, allowed: Tensor | None) -> Tensor:
        return self.output(self.self(x, allowed), x)


class _Layer(nn.Module):
    def __init__(self, sizes: BertSizes) -> None:
        super().__init__()
        self.attention = _Attention(sizes)
        self.intermediate = nn.ModuleDict(
            {"dense": nn.Linear(sizes.hidden_size, sizes.intermediate_size)}
        )
        self.output = _Added(sizes, sizes.intermediate_size)

    def forward(self, x: Tensor, allowed: Tensor | None) -> Tensor:
        """Shape: x (B, L, D), allowed as `Bert.allowed` gives it -> (B, L, D)."""
        x = self.attention(x, allowed)
        return self.output(F.gelu(self.intermediate["dense"](x)), x)
