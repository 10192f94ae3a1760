"""Llama as the paper's text-only baseline: which label's words does it find likeliest (§4.3).

After a prompt that holds the text, each label is scored by the log-likelihood of its tokens; the
label's probability is the softmax of these scores. Without training that is zero-shot; LoRA
teaches the same scores on English labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import torch
from tokenizers import Encoding
from torch import Tensor, nn

from lfdrt.baselines.base import TEXT, Encoder
from lfdrt.baselines.likelihood import Endings, ending_loss, ending_scores
from lfdrt.baselines.pretrained import PAD, Pretrained, cut_texts
from lfdrt.labels import LabelSet

ROWS = 16
"""Texts read at once: where a label has several tokens, keys and values of a text are copied for
each label. (In Llama 3's vocabulary the seven emotions are one token each.)"""


class LabelLikelihood(Encoder):
    """A causal language model's scores of a label set's words, as a vector of that many.

    Decision: a plain prompt in English around the text in its own language, the same for base and
    instruction-tuned weights; the paper prints no prompt. max_tokens, learn_tokens: of the text,
    when it is read and while the model learns; what lies behind is cut, never the question.
    """

    reads = TEXT

    def __init__(
        self, language: Pretrained, label_set: LabelSet, *, max_tokens: int, learn_tokens: int
    ) -> None:
        super().__init__()
        self.model, self.name = language.model, language.name
        self.width = len(label_set)
        self._tokenizer, self._labels = language.tokenizer, label_set.labels
        self._max_tokens, self._learn_tokens = max_tokens, learn_tokens

    def forward(self, inputs: Sequence[str]) -> Tensor:
        """log p(label's words | prompt), ROWS texts at once. Shape: B texts -> (B, C) float32."""
        rows = self._endings(inputs)
        parts = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
        return torch.cat([ending_scores(self.model, part, PAD) for part in parts])

    def loss(self, texts: Sequence[str], labels: Sequence[int]) -> Tensor:
        """Mean of -log p(right label's words | prompt), over the label's tokens only. Scalar."""
        rows = self._endings(texts)
        chosen = [(row.context, row.endings[c]) for row, c in zip(rows, labels, strict=True)]
        return ending_loss(self.model, chosen, PAD)

    def _endings(self, texts: Sequence[str]) -> list[Endings]:
        """Prompt and label are tokenised together: apart they may give tokens the model never saw
        side by side."""
        most = self._learn_tokens if self.training else self._max_tokens
        found = []
        for text in cut_texts(self._tokenizer, texts, most):
            asked = prompt(text, self._labels)
            whole = [f"{asked} {label}" for label in self._labels]
            encoded = self._tokenizer.encode_batch(whole)
            known = min(_tokens_within(e, len(asked)) for e in encoded)
            found.append(Endings.split([e.ids for e in encoded], known))
        return found


class LabelChoice(nn.Module):
    """The label of the highest score, with the parts that `base.ConcatClassifier` has: the scores
    are the logits, so a label's probability is its share among the labels."""

    inputs = TEXT
    readings = (TEXT,)

    def __init__(self, scores: LabelLikelihood) -> None:
        super().__init__()
        self.encoders: Any = nn.ModuleList([scores])

    def classify(self, vectors: Sequence[Tensor | None], reading: str) -> Tensor:
        """Shape: one tensor of (B, C) -> (B, C)."""
        (logits,) = vectors
        assert logits is not None
        return logits


def prompt(text: str, labels: Sequence[str]) -> str:
    """Ends without a space: in the models' vocabularies it belongs to the label's first token."""
    *others, last = labels
    return (
        f"Which word describes the sentiment of the text best: {', '.join(others)} or {last}?\n"
        f"Text: {' '.join(text.split())}\n"
        "Sentiment:"
    )


def _tokens_within(encoding: Encoding, chars: int) -> int:
    """Tokens at the start that end within the first `chars` characters."""
    return sum(1 for _ in takewhile(lambda span: span[1] <= chars, encoding.offsets))
