"""The terms of Eq. 17 on one step's batches.

Knows the model and the losses; knows no data files, no optimizer. One encoder pass a batch is
shared by all terms that can share it; masked copies cost one more on a few rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from lfdrt.batch import TextBatch
from lfdrt.encoders.text import mean_pool
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.losses.contrastive import contrastive_loss
from lfdrt.losses.masked import Masked, mask_tokens
from lfdrt.losses.vocabulary import vocabulary_loss
from lfdrt.model.lfdrt import LFDRT
from lfdrt.training.corpus import LabelledBatch, ParallelBatch
from lfdrt.training.settings import PretrainSettings

Terms = dict[str, Tensor]


@dataclass(frozen=True, kw_only=True)
class Masking:
    """What masking must know of the tokenizer. `skipped`: leading ids that are never masked."""

    mask_id: int
    words: int
    skipped: int

    @classmethod
    def of(cls, tokenizer: TextTokenizer) -> Masking:
        return cls(
            mask_id=tokenizer.mask,
            words=tokenizer.size - 1,
            skipped=tokenizer.prefix_length(),
        )

    def apply(self, batch: TextBatch, rate: float, generator: torch.Generator) -> Masked:
        """Masks the user's tokens: no padding, prefix, begin or end. Shape: batch (B, L)."""
        candidates = batch.mask.clone()
        candidates[:, : self.skipped] = False
        last = batch.mask.sum(dim=1) - 1
        candidates[torch.arange(len(batch)), last] = False
        return mask_tokens(
            batch.ids,
            candidates,
            rate=rate,
            mask_id=self.mask_id,
            words=self.words,
            generator=generator,
        )


def labelled_terms(
    model: LFDRT,
    batch: LabelledBatch,
    settings: PretrainSettings,
    masking: Masking,
    words: Tensor,
    generator: torch.Generator,
) -> Terms:
    """L_CMA (Eq. 4), L_MLP1 and L_MLP2 (Eq. 13), L_mask2 (Eq. 15).

    Decision: instead of dropping a modality at random, every pair is read in three ways (both,
    text only, image only): the encoders' passes are shared, so the exact expectation over missing
    modalities costs three small products.
    """
    texts = batch.texts
    x = model.encode(texts)  # (B, L, D)
    image = model.image.projection(batch.image)  # (B, D)
    B, on = len(texts), settings.weights
    terms: Terms = {}
    if on.cross_modal:
        pooled = mean_pool(x, texts.mask)
        terms["cross_modal"] = contrastive_loss(pooled, image, settings.tau, groups=batch.labels)
    nothing, nothing_mask = model.without_text(B)
    readings = (
        model.read(x, texts.mask, texts.family, image),
        model.read(x, texts.mask, texts.family, model.without_image(B)),
        model.read(nothing, nothing_mask, torch.full_like(texts.family, -1), image),
    )
    shares = torch.tensor(settings.reading_weights) / sum(settings.reading_weights)
    terms["classifier_1"], terms["classifier_2"] = (
        sum(s * F.cross_entropy(o, batch.labels) for s, o in zip(shares, logits, strict=True))
        for logits in ([r.logits_1 for r in readings], [r.logits_2 for r in readings])
    )
    if on.mask_2:
        some = _first_rows(texts, settings.masked_rows)
        masked = masking.apply(some, settings.mask_rate, generator)
        x_masked = model.text(masked.ids, some.mask)
        Z = model.fuse_tokens(x_masked, some.mask, some.family, image[: len(some)])
        h = model.fusion_vocabulary(Z[masked.rows, masked.columns])
        terms["mask_2"] = vocabulary_loss(h, words, targets=masked.targets)
    return terms


def parallel_terms(
    model: LFDRT,
    batch: ParallelBatch,
    settings: PretrainSettings,
    masking: Masking,
    words: Tensor,
    generator: torch.Generator,
) -> Terms:
    """L_CLA (Eq. 2), post-alignment, L_mask1 (Eq. 8) and L_KL (Eq. 9)."""
    anchors, translations, on = batch.anchors, batch.translations, settings.weights
    x_an, x_ts = model.encode(anchors), model.encode(translations)
    terms: Terms = {}
    if on.cross_lingual:
        terms["cross_lingual"] = contrastive_loss(
            mean_pool(x_an, anchors.mask), mean_pool(x_ts, translations.mask), settings.tau
        )
    if on.post_alignment:
        no_image = model.without_image(len(anchors))
        z_an = model.read(x_an, anchors.mask, anchors.family, no_image).z
        z_ts = model.read(x_ts, translations.mask, translations.family, no_image).z
        terms["post_alignment"] = contrastive_loss(z_an, z_ts, settings.tau)
    if on.mask_1 or on.uniformity:
        n = settings.masked_rows
        terms |= _family_terms(
            model,
            x_an[:n],
            _first_rows(anchors, n),
            _first_rows(translations, n),
            settings,
            masking,
            words,
            generator,
        )
    return terms


def _family_terms(
    model: LFDRT,
    x_an: Tensor,
    anchors: TextBatch,
    translations: TextBatch,
    settings: PretrainSettings,
    masking: Masking,
    words: Tensor,
    generator: torch.Generator,
) -> Terms:
    """Eq. 6 to 9: masked translations, through their own and through other families.

    With `family_target="anchor"` only languages of the anchor's family are to be predicted; the
    literal reading of Eq. 8.
    """
    masked = masking.apply(translations, settings.mask_rate, generator)
    x_ts = model.text(masked.ids, translations.mask)  # (n, L, D)
    n, K = len(translations), len(model.config.families)
    own = translations.family

    def positions(family: Tensor, keep: Tensor) -> Tensor:
        u = model.correlate(x_ts, family, x_an, anchors.mask).values
        chosen = keep[masked.rows]
        return model.family_vocabulary(u[masked.rows[chosen], masked.columns[chosen]])

    everyone = torch.ones(n, dtype=torch.bool)
    target = everyone if settings.family_target == "own" else own == anchors.family
    terms: Terms = {}
    if settings.weights.mask_1:
        h = positions(own, target)
        terms["mask_1"] = vocabulary_loss(h, words, targets=masked.targets[target[masked.rows]])
    if settings.weights.uniformity:
        others = [
            (own + torch.randint(1, K, (n,), generator=generator)) % K
            for _ in range(settings.kl_families)
        ]
        h = torch.cat([positions(other, everyone) for other in others])
        terms["uniformity"] = vocabulary_loss(h, words)
    return terms


def _first_rows(batch: TextBatch, n: int) -> TextBatch:
    """Rows are drawn at random, so the first ones are a random sample."""
    return TextBatch(ids=batch.ids[:n], mask=batch.mask[:n], family=batch.family[:n])
