"""What one step of pre-training works on.

Every process draws the whole step and keeps its own rows, so nothing about data is communicated.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lfdrt.batch import Share, TextBatch
from lfdrt.data.masking import MaskedTexts


@dataclass(frozen=True, kw_only=True)
class LabelledBatch:
    """Shape: B texts; labels (B,); log_prior (B, C), of the classes in each row's source (0 where
    it is not to be corrected); image (B, E), tower features of faces paired by label."""

    texts: TextBatch
    labels: Tensor
    log_prior: Tensor
    image: Tensor
    masked: MaskedTexts

    def part(self, share: Share) -> LabelledBatch:
        return LabelledBatch(
            texts=share.texts(self.texts),
            labels=share.rows(self.labels),
            log_prior=share.rows(self.log_prior),
            image=share.rows(self.image),
            masked=self.masked.part(share),
        )


@dataclass(frozen=True, kw_only=True)
class ParallelBatch:
    """Row i of `anchors` and of `translations` are the same sentence.

    Shape: wrong (w, B), families other than their own for each translation; predictable (n,) bool,
    which of the n masked translations Eq. 8 predicts; others (k, n), families other than their own
    for each of those.
    """

    anchors: TextBatch
    translations: TextBatch
    wrong: Tensor
    masked: MaskedTexts
    predictable: Tensor
    others: Tensor

    def part(self, share: Share) -> ParallelBatch:
        return ParallelBatch(
            anchors=share.texts(self.anchors),
            translations=share.texts(self.translations),
            wrong=share.rows(self.wrong.T).T,
            masked=self.masked.part(share),
            predictable=share.rows(self.predictable),
            others=share.rows(self.others.T).T,
        )
