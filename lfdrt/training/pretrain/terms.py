"""The terms of Eq. 17 on one step's batches.

One encoder pass a batch is shared by all terms that can share it; masked copies cost one more on a
few rows. Contrastive terms see the rows of all processes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, TextBatch
from lfdrt.data.masking import MaskedTexts
from lfdrt.encoders.text import mean_pool
from lfdrt.losses import (
    consistency_loss,
    contrastive_loss,
    prior_corrected_loss,
    vocabulary_loss,
)
from lfdrt.model.lfdrt import LFDRT
from lfdrt.output import Reading
from lfdrt.training.ranks import gather
from lfdrt.training.settings import PretrainSettings
from lfdrt.training.step import LabelledBatch, ParallelBatch

Terms = dict[str, Tensor]


def labelled_terms(
    model: LFDRT, batch: LabelledBatch, settings: PretrainSettings, words: Tensor, world: int
) -> Terms:
    """L_CMA (Eq. 4), L_MLP1 and L_MLP2 (Eq. 13), L_mask2 (Eq. 15). Shape: words (V, D)."""
    texts, on = batch.texts, settings.weights
    x = _encoded(model, texts, settings)  # (B, L, D)
    image = model.image.projection(batch.image)  # (B, D)
    terms: Terms = {}
    if on.cross_modal:
        terms["cross_modal"] = contrastive_loss(
            gather(mean_pool(x, texts.mask)),
            gather(image),
            settings.tau,
            groups=gather(batch.labels),
        )
    terms |= _classifier_terms(_readings(model, x, batch, image), batch, settings)
    if on.mask_2:
        masked = batch.masked
        x_masked = model.encode(masked.texts)
        Z = model.fuse_tokens(
            x_masked, masked.texts.mask, masked.texts.family, image[: len(masked.texts)]
        )
        h = model.fusion_vocabulary(Z[masked.rows, masked.columns])
        terms["mask_2"] = _masked_loss(h, masked, words, world)
    return terms


def _encoded(model: LFDRT, texts: TextBatch, settings: PretrainSettings) -> Tensor:
    """`LFDRT.encode`, from what was kept of the frozen layers where there is that."""
    if texts.lower is None:
        return model.encode(texts)
    return model.adapter(model.text.upper(texts.lower, texts.mask, settings.frozen_layers))


def _readings(
    model: LFDRT, x: Tensor, batch: LabelledBatch, image: Tensor
) -> tuple[Reading, Reading, Reading]:
    """Every pair read in three ways: both, text only, image only.

    Decision: instead of dropping a modality at random. The encoders' passes are shared, so the
    exact expectation over missing modalities costs three small products.
    """
    texts, B = batch.texts, len(batch.texts)
    nothing, nothing_mask = model.without_text(B)
    no_family = torch.full_like(texts.family, NO_FAMILY)
    return (
        model.read(x, texts.mask, texts.family, image),
        model.read(x, texts.mask, texts.family, model.without_image(B)),
        model.read(nothing, nothing_mask, no_family, image),
    )


def _classifier_terms(
    readings: tuple[Reading, Reading, Reading], batch: LabelledBatch, settings: PretrainSettings
) -> Terms:
    """Eq. 13 for both classifiers, averaged over the three readings by their weights."""
    total = sum(settings.reading_weights)
    shares = [w / total for w in settings.reading_weights]

    def term(logits: list[Tensor]) -> Tensor:
        losses = [
            s * prior_corrected_loss(o, batch.labels, batch.log_prior)
            for s, o in zip(shares, logits, strict=True)
        ]
        return torch.stack(losses).sum()

    return {
        "classifier_1": term([r.logits_1 for r in readings]),
        "classifier_2": term([r.logits_2 for r in readings]),
    }


def parallel_terms(
    model: LFDRT, batch: ParallelBatch, settings: PretrainSettings, words: Tensor, world: int
) -> Terms:
    """L_CLA (Eq. 2), post-alignment, consistency, L_mask1 (Eq. 8) and L_KL (Eq. 9).

    Shape: words (V, D).
    """
    anchors, translations, on = batch.anchors, batch.translations, settings.weights
    x_an, x_ts = (_encoded(model, texts, settings) for texts in (anchors, translations))
    terms: Terms = {}
    if on.cross_lingual:
        terms["cross_lingual"] = contrastive_loss(
            gather(mean_pool(x_an, anchors.mask)),
            gather(mean_pool(x_ts, translations.mask)),
            settings.tau,
        )
    if on.post_alignment or on.consistency:
        terms |= _reading_terms(model, x_an, x_ts, batch, settings)
    if on.mask_1 or on.uniformity:
        terms |= _family_terms(model, x_an, batch, settings, words, world)
    return terms


def _reading_terms(
    model: LFDRT, x_an: Tensor, x_ts: Tensor, batch: ParallelBatch, settings: PretrainSettings
) -> Terms:
    """A translation through its own family is to be read, and classified, as its original is."""
    no_image = model.without_image(len(batch.anchors))

    def read(x: Tensor, texts: TextBatch, family: Tensor) -> Reading:
        return model.read(x, texts.mask, family, no_image)

    original = read(x_an, batch.anchors, batch.anchors.family)
    own = read(x_ts, batch.translations, batch.translations.family)
    terms: Terms = {}
    if settings.weights.post_alignment:
        wrong = [gather(read(x_ts, batch.translations, f).z) for f in batch.wrong]
        terms["post_alignment"] = contrastive_loss(
            gather(original.z),
            gather(own.z),
            settings.tau,
            negatives=torch.cat(wrong) if wrong else None,
        )
    if settings.weights.consistency:
        teacher = (original.logits_1.softmax(-1) + original.logits_2.softmax(-1)) / 2
        terms["consistency"] = (
            consistency_loss(teacher, own.logits_1) + consistency_loss(teacher, own.logits_2)
        ) / 2
    return terms


def _family_terms(
    model: LFDRT,
    x_an: Tensor,
    batch: ParallelBatch,
    settings: PretrainSettings,
    words: Tensor,
    world: int,
) -> Terms:
    """Eq. 6 to 9: masked translations, through their own and through other families."""
    masked, n = batch.masked, len(batch.masked.texts)
    x_ts = model.encode(masked.texts)  # (n, L, D)

    def vocabulary_input(family: Tensor) -> Tensor:
        h = model.word_vectors(x_ts, family, x_an[:n], batch.anchors.mask[:n]).h
        return h[masked.rows, masked.columns]  # (N, D)

    terms: Terms = {}
    if settings.weights.mask_1:
        h = vocabulary_input(masked.texts.family)
        kept = batch.predictable[masked.rows]
        terms["mask_1"] = _masked_loss(h, masked, words, world, kept)
    if settings.weights.uniformity:
        h = torch.cat([vocabulary_input(other) for other in batch.others])
        share = world / max(masked.positions * len(batch.others), 1)
        terms["uniformity"] = vocabulary_loss(h, words, weight=_shares(h, share))
    return terms


def _masked_loss(
    h: Tensor, masked: MaskedTexts, words: Tensor, world: int, kept: Tensor | None = None
) -> Tensor:
    """Mean over the hidden positions of all processes; where `kept`, others count as 0."""
    weight = _shares(h, world / max(masked.positions, 1))
    if kept is not None:
        weight = weight * kept
    return vocabulary_loss(h, words, targets=masked.targets, weight=weight)


def _shares(h: Tensor, share: float) -> Tensor:
    return torch.full((h.shape[0],), share, device=h.device)
