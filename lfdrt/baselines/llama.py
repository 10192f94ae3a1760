"""Llama as the paper's text-only baseline: which label's words does it find likeliest (§4.3).

After a prompt that holds the text, each label is scored by the log-likelihood of its tokens; the
label's probability is the softmax of these scores. Without training that is zero-shot; LoRA
(`lora.py`) teaches the same scores on English labels. Knows token ids through `likelihood.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from tokenizers import Encoding
from torch import Tensor, nn

from lfdrt.baselines.likelihood import Endings, ending_loss, ending_scores
from lfdrt.baselines.pretrained import PAD, Pretrained, cut_texts
from lfdrt.labels import LabelSet


class LabelLikelihood(nn.Module):
    """A causal language model's choice among a label set's words.

    Decision: a plain prompt in English around the text in its own language, the same for base and
    instruction-tuned weights; the paper prints no prompt. `max_tokens`: of the text; what lies
    behind is cut, never the question.
    """

    def __init__(self, language: Pretrained, label_set: LabelSet, *, max_tokens: int) -> None:
        super().__init__()
        self.name, self.model = language.name, language.model
        self._tokenizer, self._max_tokens = language.tokenizer, max_tokens
        self.label_set = label_set

    def forward(self, texts: Sequence[str]) -> Tensor:
        """log p(label's words | prompt). Shape: B texts -> (B, C) float32; no gradient passes."""
        return ending_scores(self.model, self._endings(texts), PAD)

    def loss(self, texts: Sequence[str], labels: Sequence[int]) -> Tensor:
        """Mean of -log p(right label's words | prompt), over the label's tokens only. Scalar."""
        rows = self._endings(texts)
        chosen = [(row.context, row.endings[c]) for row, c in zip(rows, labels, strict=True)]
        return ending_loss(self.model, chosen, PAD)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each prompt, for batches of similar length."""
        return [len(row.context) for row in self._endings(texts)]

    def _endings(self, texts: Sequence[str]) -> list[Endings]:
        """Prompt and label are tokenised together: apart they may give tokens the model never saw
        side by side."""
        found = []
        for text in cut_texts(self._tokenizer, texts, self._max_tokens):
            asked = prompt(text, self.label_set.labels)
            whole = [f"{asked} {label}" for label in self.label_set.labels]
            encoded = self._tokenizer.encode_batch(whole)
            known = min(_tokens_within(e, len(asked)) for e in encoded)
            found.append(Endings.split([e.ids for e in encoded], known))
        return found


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
