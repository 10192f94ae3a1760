"""Which tokens of texts are hidden, for the masked-language losses of Eq. 8 and 15."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lfdrt.batch import Share, TextBatch
from lfdrt.encoders.tokens import TextTokenizer


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
