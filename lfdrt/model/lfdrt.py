"""The whole model of §3.3: encoders, disentanglers, shared attention, fusion, two classifiers.

Composes parts. Letters: B texts, L tokens, D width, K families, P image regions, C classes, V
vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lfdrt.batch import TextBatch
from lfdrt.config import ModelConfig
from lfdrt.encoders.image import ImageEncoder
from lfdrt.encoders.text import TextEncoder
from lfdrt.model.adapter import Adapter
from lfdrt.model.attention import SharedAttention
from lfdrt.model.classifiers import Classifier
from lfdrt.model.disentangler import Disentanglers
from lfdrt.model.fusion import Fusion, token_queries
from lfdrt.output import LEAST_SHARE, Reading


class VocabularyHead(nn.Module):
    """W_l of Eq. 7 and W_l' of Eq. 14, as (frozen word embeddings) x (a learned D x D matrix).

    A free W_l would be 96 million weights for the compact model, more than all the rest.

    confident: with a learned factor that u itself sets and that may be 0. A family that does not
    know a text can then say nothing, which the norm alone forbids: it gives every prediction the
    same spread. hidden: width of a second way through a hidden layer, 0 for none. With it the
    language of a text can decide what an English value becomes, which one matrix, in which both
    only add up, cannot say.
    """

    def __init__(self, *, width: int, confident: bool = False, hidden: int = 0) -> None:
        super().__init__()
        self.transform = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.hidden = _second_way(width, hidden) if hidden else None
        self.confidence = nn.Linear(width, 1) if confident else None
        if self.confidence is not None:
            nn.init.zeros_(self.confidence.weight)
            nn.init.ones_(self.confidence.bias)

    def forward(self, u: Tensor) -> Tensor:
        """What is multiplied with the word matrix. Shape: (..., D) -> (..., D).

        The norm bounds the logits: without it the uniformity term is met by shrinking u.
        """
        t = self.transform(u)
        h = self.norm(t if self.hidden is None else t + self.hidden(u))
        return h if self.confidence is None else h * F.relu(self.confidence(u))


def _second_way(width: int, hidden: int) -> nn.Sequential:
    """Adds nothing at first."""
    out = nn.Linear(hidden, width)
    nn.init.zeros_(out.weight)
    nn.init.zeros_(out.bias)
    return nn.Sequential(nn.Linear(width, hidden), nn.GELU(), out)


@dataclass(frozen=True, kw_only=True)
class Words:
    """Shape: h (B, L, D), whose product with the word matrix are the logits of Eq. 7; attention
    (B, L, A) over the anchor's tokens."""

    h: Tensor
    attention: Tensor


class LFDRT(nn.Module):
    """Language Family Disentanglement with two classifiers. sees: with the image tower; without,
    it reads texts until `image.tower` is given one."""

    log_prior: Tensor

    def __init__(self, config: ModelConfig, *, sees: bool = True) -> None:
        super().__init__()
        D, C = config.width, len(config.label_set)
        self.config = config
        self.text = TextEncoder(config=config.text)
        self.image = ImageEncoder(config=config.image, width=D, later=not sees)
        self.disentanglers = Disentanglers(
            families=len(config.families),
            width=D,
            parts=len(config.parts),
            rank=config.parts_rank,
        )
        self.attention = SharedAttention(width=D)
        self.fusion = Fusion(attention=self.attention, residual=config.image_residual)
        self.classifier_1, self.classifier_2 = (
            Classifier(width=D, hidden=config.classifier_hidden, classes=C, dropout=p)
            for p in config.classifier_dropout
        )
        self.adapter: nn.Module = nn.Identity()
        if config.adapter_width:
            self.adapter = Adapter(width=D, bottleneck=config.adapter_width)
        self.family_vocabulary = VocabularyHead(
            width=D, confident=config.vocabulary_residual, hidden=config.vocabulary_hidden
        )
        self.fusion_vocabulary = VocabularyHead(width=D)
        self.no_image = nn.Parameter(torch.zeros(D))
        self.no_text = nn.Parameter(torch.zeros(D))
        self.register_buffer("log_prior", torch.zeros(C), persistent=False)
        self.expect(config.class_prior)
        nn.init.normal_(self.no_image, std=0.02)
        nn.init.normal_(self.no_text, std=0.02)

    def encode(self, batch: TextBatch) -> Tensor:
        """Eq. 1. Shape: -> x (B, L, D), before any disentangler."""
        return self.adapter(self.text(batch.ids, batch.mask))

    def add_adapter(self, width: int) -> None:
        """An adapter that changes nothing yet, for a model without one."""
        if self.config.adapter_width:
            return
        self.config = replace(self.config, adapter_width=width)
        device = self.no_text.device
        self.adapter = Adapter(width=self.config.width, bottleneck=width).to(device)

    def expect(self, prior: Sequence[float] | None) -> None:
        """How frequent the classes are taken to be from now on, None for all alike.

        A class with no share gets one in 10,000: logits stay finite, and a sure reading may still
        win. ConfigError: not a share of each class.
        """
        self.config = replace(self.config, class_prior=None if prior is None else tuple(prior))
        log_prior = torch.zeros_like(self.log_prior)
        if prior is not None:
            log_prior += torch.tensor(prior).clamp(min=LEAST_SHARE).log().to(log_prior)
        self.log_prior = log_prior

    def without_text(self, rows: int) -> tuple[Tensor, Tensor]:
        """A stand-in for texts that are missing. Shape: x (rows, 1, D), mask (rows, 1)."""
        x = self.no_text.expand(rows, 1, -1)
        return x, torch.ones(rows, 1, dtype=torch.bool, device=x.device)

    def without_image(self, rows: int) -> Tensor:
        """A stand-in for pictures that are missing. Shape: (rows, D)."""
        return self.no_image.expand(rows, -1)

    def read(
        self,
        x: Tensor,
        mask: Tensor,
        family: Tensor,
        image: Tensor,
        *,
        parts: Tensor | None = None,
    ) -> Reading:
        """Eq. 5, 11, 12: texts through their families, fused with the image, classified.

        parts: as `Disentanglers.forward` takes them.
        Shape: x (B, L, D), mask (B, L), family (B,), image (B, D), parts (B, J).
        """
        f = self.disentanglers(x, family, self.config.fusion_strength, parts=parts)
        return self._reading(f, mask, image)

    def read_mixed(self, x: Tensor, mask: Tensor, shares: Tensor, image: Tensor) -> Reading:
        """As `read`, through a mix of families: `Disentanglers.mixed`. Shape: shares (B, K)."""
        f = self.disentanglers.mixed(x, shares, self.config.fusion_strength)
        return self._reading(f, mask, image)

    def _reading(self, f: Tensor, mask: Tensor, image: Tensor) -> Reading:
        """Shape: f (B, L, D)."""
        fused = self.fusion(image[:, None, :], image, f, mask)
        z = fused.values[:, 0]  # (B, D)
        logits_1, logits_2 = self.classify(z)
        return Reading(z=z, logits_1=logits_1, logits_2=logits_2, attention=fused.weights[:, 0])

    def classify(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Eq. 12, with the prior that is expected. Shape: z (B, D) -> (B, C), (B, C)."""
        return self.classifier_1(z) + self.log_prior, self.classifier_2(z) + self.log_prior

    def fuse_tokens(self, x: Tensor, mask: Tensor, family: Tensor, image: Tensor) -> Tensor:
        """Z of Eq. 14, one row a text position. Shape: as `read` -> (B, L, D)."""
        f = self.disentanglers(x, family, self.config.fusion_strength)
        return self.fusion(token_queries(f, image), image, f, mask).values

    def word_vectors(
        self,
        x_ts: Tensor,
        family: Tensor,
        x_an: Tensor,
        mask_an: Tensor,
        *,
        parts: Tensor | None = None,
    ) -> Words:
        """Eq. 5 to 7 up to the product with the word matrix: the translation, read through a
        family, asks the anchor text which word stands at each of its tokens.

        With `vocabulary_residual`, u + f in place of u. As printed, U is a mixture of the anchor's
        values and cannot know which language it is to speak.

        parts: as `Disentanglers.forward` takes them.
        Shape: x_ts (B, L, D), family (B,), x_an (B, A, D), mask_an (B, A), parts (B, J)
        -> h (B, L, D).
        """
        f = self.disentanglers(x_ts, family, parts=parts)
        attended = self.attention(f, x_an, mask_an)
        u = attended.values + f if self.config.vocabulary_residual else attended.values
        return Words(h=self.family_vocabulary(u), attention=attended.weights)

    def regions(self, grid: Tensor, x: Tensor, mask: Tensor, family: Tensor) -> Tensor:
        """Attention of each image region over the text, Eq. 11. Shape: (B, P, D) -> (B, P, L)."""
        f = self.disentanglers(x, family, self.config.fusion_strength)
        return self.attention(grid, f, mask).weights
