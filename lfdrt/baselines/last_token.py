"""Texts as a causal language model sees them: its state at the last token, which has seen them all.

Serves L+C (Llama, through LoRA) and BLIP-2 (its own language model, frozen).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from lfdrt.baselines.base import TEXT, Encoder
from lfdrt.baselines.pretrained import PAD, Pretrained, cut_texts
from lfdrt.batch import NO_FAMILY, pad_text_batch


class LastTokenEncoder(Encoder):
    """The last layer's state at each text's last token.

    language: its model gives hidden states, not words. max_tokens, learn_tokens: texts are cut
    there when they are read, and shorter while the model learns.
    """

    reads = TEXT

    def __init__(self, language: Pretrained, *, max_tokens: int, learn_tokens: int) -> None:
        super().__init__()
        self.decoder, self.name = language.model, language.name
        self.width = language.model.config.hidden_size
        self._tokenizer = language.tokenizer
        self._max_tokens, self._learn_tokens = max_tokens, learn_tokens

    def forward(self, inputs: Sequence[str]) -> Tensor:
        """Shape: B texts -> (B, width) float32."""
        most = self._learn_tokens if self.training else self._max_tokens
        encoded = self._tokenizer.encode_batch(cut_texts(self._tokenizer, inputs, most))
        ids = [e.ids or [PAD] for e in encoded]  # an empty text, where nothing marks the beginning
        batch = pad_text_batch(ids, [NO_FAMILY] * len(ids), PAD).to(self.device)
        states = self.decoder(
            input_ids=batch.ids, attention_mask=batch.mask.long(), use_cache=False
        ).last_hidden_state  # (B, L, width)
        last = batch.mask.sum(dim=1) - 1
        return states[torch.arange(len(last), device=last.device), last].float()
