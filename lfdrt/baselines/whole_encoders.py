"""Encoders of whole models: a language model's state at the last token, BLIP-2's Q-Former.

The last token has seen the whole text: so L+C reads it (Llama, through LoRA), and BLIP-2 (§4.3).
The Q-Former of BLIP-2's checkpoints with a language model takes no text: 32 learned queries read
the picture, and the language model, frozen in BLIP-2's own training, reads the text. So the text
goes into that language model (OPT, mostly English), here by itself: the paper does not say how its
BLIP-2 baseline reads text, and a reading of both together would need both of every row. Both are
frozen, and a classifier learns on their vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from PIL import Image
from torch import Tensor

from lfdrt.baselines.base import IMAGE, TEXT, Encoder
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


class QFormerEncoder(Encoder):
    """The mean of the Q-Former's outputs over its queries. Frozen. BLIP-2's own image processor
    squeezes every picture into a square."""

    reads = IMAGE

    def __init__(self, blip2: Pretrained) -> None:
        super().__init__()
        self.model, self.name = blip2.model, f"{blip2.name}, Q-Former"
        self.width = blip2.model.config.qformer_config.hidden_size
        self._pictures = blip2.pictures

    def forward(self, inputs: Sequence[Image.Image]) -> Tensor:
        """Shape: B pictures -> (B, width) float32."""
        pixels = self._pictures(images=list(inputs), return_tensors="pt").pixel_values
        pixels = pixels.to(self.device, self.model.vision_model.dtype)
        queries = self.model.get_qformer_features(pixel_values=pixels)  # (B, Q, width)
        return queries.float().mean(dim=1)


def blip2_encoders(blip2: Pretrained, *, max_tokens: int) -> list[Encoder]:
    """Text and picture. The text's is the language model without its projection to words."""
    decoder = replace(
        blip2,
        name=f"{blip2.name}, language model",
        model=blip2.model.language_model.base_model,
    )
    text = LastTokenEncoder(decoder, max_tokens=max_tokens, learn_tokens=max_tokens)
    return [text, QFormerEncoder(blip2)]
