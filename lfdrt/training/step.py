"""What one training step works on, and how several processes share it.

Every process draws the whole step and keeps its own rows, so nothing about data is communicated.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lfdrt.batch import TextBatch
from lfdrt.encoders.tokens import TextTokenizer


@dataclass(frozen=True, kw_only=True)
class Share:
    """The rows of process `rank` of `world`: every `world`-th, starting at `rank`."""

    rank: int = 0
    world: int = 1
    device: torch.device = torch.device("cpu")

    def rows(self, t: Tensor) -> Tensor:
        """Shape: (B, ...) -> (B / world, ...), on the process's device."""
        return t[self.rank :: self.world].to(self.device)

    def texts(self, batch: TextBatch) -> TextBatch:
        return batch.map(self.rows)


@dataclass(frozen=True, kw_only=True)
class MaskedTexts:
    """Texts with hidden tokens.

    Shape: texts n rows; rows, columns, targets (N,) of the positions to predict. `positions` counts
    those of all processes: a mean over them is the same however many there are.
    """

    texts: TextBatch
    rows: Tensor
    columns: Tensor
    targets: Tensor
    positions: int

    def part(self, share: Share) -> MaskedTexts:
        own = self.rows % share.world == share.rank
        rows, columns, targets = (
            t[own].to(share.device) for t in (self.rows // share.world, self.columns, self.targets)
        )
        return MaskedTexts(
            texts=share.texts(self.texts),
            rows=rows,
            columns=columns,
            targets=targets,
            positions=self.positions,
        )


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


@dataclass(frozen=True, kw_only=True)
class Masked:
    """Shape: ids (B, L) with hidden tokens; rows, columns (N,) of the N positions to predict;
    targets (N,) the ids that stood there."""

    ids: Tensor
    rows: Tensor
    columns: Tensor
    targets: Tensor


def mask_tokens(
    ids: Tensor,
    candidates: Tensor,
    *,
    rate: float,
    mask_id: int,
    words: int,
    generator: torch.Generator,
) -> Masked:
    """BERT's masking: `rate` of the candidates; of those 80 % mask, 10 % random, 10 % unchanged.

    Shape: ids (B, L), candidates (B, L) bool (no special, prefix or padding positions), both on
    the generator's device. `words`: random tokens are drawn from [0, words).
    """
    r = torch.rand(ids.shape, generator=generator)
    chosen = candidates & (r < rate)
    rows, columns = chosen.nonzero(as_tuple=True)  # (N,)
    targets = ids[rows, columns]
    fate = torch.rand(targets.shape, generator=generator)
    drawn = torch.randint(0, words, targets.shape, generator=generator)
    shown = torch.where(fate < 0.8, torch.full_like(targets, mask_id), drawn)
    hidden = ids.clone()
    hidden[rows, columns] = torch.where(fate < 0.9, shown, targets)
    return Masked(ids=hidden, rows=rows, columns=columns, targets=targets)


@dataclass(frozen=True, kw_only=True)
class Masking:
    """What masking must know of the tokenizer. `skipped`: leading ids that are never masked."""

    rate: float
    mask_id: int
    words: int
    skipped: int

    @classmethod
    def of(cls, tokenizer: TextTokenizer, rate: float) -> Masking:
        return cls(
            rate=rate,
            mask_id=tokenizer.mask,
            words=tokenizer.size - 1,
            skipped=tokenizer.prefix_length(),
        )

    def apply(self, batch: TextBatch, rows: int, seed: int) -> MaskedTexts:
        """Hides some of the user's tokens of the first `rows` texts (rows are in random order):
        no padding, prefix, begin or end."""
        ids, mask = batch.ids[:rows], batch.mask[:rows]
        candidates = mask.clone()
        candidates[:, : self.skipped] = False
        candidates[torch.arange(len(ids)), mask.sum(dim=1) - 1] = False
        masked = mask_tokens(
            ids,
            candidates,
            rate=self.rate,
            mask_id=self.mask_id,
            words=self.words,
            generator=torch.Generator().manual_seed(seed),
        )
        return MaskedTexts(
            texts=TextBatch(ids=masked.ids, mask=mask, family=batch.family[:rows]),
            rows=masked.rows,
            columns=masked.columns,
            targets=masked.targets,
            positions=len(masked.targets),
        )
