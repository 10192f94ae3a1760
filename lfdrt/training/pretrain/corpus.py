"""What a pre-training step reads, tokenised once: labelled English, faces by label, parallel text.

Pairs of text and face are *constructed*: a face is drawn for its label, not for its origin.
Everything random about a step (rows, faces, hidden tokens, other families) is drawn here and
depends on the step's number and the seed alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, pad_text_batch
from lfdrt.data.masking import Masking
from lfdrt.data.records import ParallelText, parallel_languages, read_parallel
from lfdrt.data.sampling import StepSampler, family_shares
from lfdrt.encoders.tokens import TextTokenizer, cut
from lfdrt.labels import LabelSet
from lfdrt.languages import resolve
from lfdrt.training.draw import ANCHOR, LabelledDraw, read_sources
from lfdrt.training.pretrain.lower import Keep, keep_nothing
from lfdrt.training.pretrain.switched import lexicons_of, switched_texts
from lfdrt.training.settings import PretrainSettings
from lfdrt.training.step import LabelledBatch, ParallelBatch


@dataclass(frozen=True, kw_only=True)
class Faces:
    """Features of pictures by the frozen tower. Shape: features (N, E), labels (N,)."""

    features: Tensor
    labels: Tensor


class LabelledCorpus:
    """English labelled texts, each paired with a face of its label at every visit."""

    def __init__(
        self,
        data: Path,
        settings: PretrainSettings,
        tokenizer: TextTokenizer,
        labels: LabelSet,
        family: int,
        faces: Faces,
        keep: Keep = keep_nothing,
    ) -> None:
        rows = read_sources(data, settings.sources)
        self.priors = {
            source.name: shares_of_classes([r.label for r in own], labels)
            for source, own in zip(settings.sources, rows, strict=True)
        }
        texts = [r.text for own in rows for r in own]
        self._count = len(texts)
        if settings.switched:  # each text's copy stands a corpus further on
            lexicons = lexicons_of(read_training_pairs(data, subtitles=settings.subtitles > 0))
            texts += switched_texts(texts, lexicons, settings.family_balance, settings.seed)
        self._ids = [cut(e.ids, settings.max_tokens) for e in tokenizer.encode(texts)]
        self._lower = keep("labelled", self._ids)
        self._draw = LabelledDraw(
            rows,
            settings.sources,
            labels,
            lengths=[len(i) for i in self._ids[: self._count]],
            faces=faces.labels,
            count=settings.labelled_rows,
            pairing_noise=settings.pairing_noise,
            prior=settings.prior,
            seed=settings.seed,
        )
        self._faces = faces
        self._settings, self._masking = settings, Masking.of(tokenizer, settings.mask_rate)
        self._family, self._pad = family, tokenizer.pad

    def __len__(self) -> int:
        return self._count

    def batch(self, step: int) -> LabelledBatch:
        rng = np.random.default_rng([self._settings.seed, step, 1])
        drawn = self._draw(step, rng)
        rows = drawn.rows
        if self._settings.switched:
            rows = rows + self._count * (rng.random(len(rows)) < self._settings.switched)
        own = [self._family] * len(rows)
        texts = pad_text_batch([self._ids[i] for i in rows], own, self._pad)
        return LabelledBatch(
            texts=self._lower(texts, rows),
            labels=drawn.labels,
            log_prior=drawn.log_prior,
            image=self._faces.features[drawn.faces],
            masked=self._masking.apply(texts, self._settings.masked_rows, _seed(rng)),
        )


class ParallelCorpus:
    """Sentences of the anchor language with their translations into the table's languages."""

    def __init__(
        self,
        data: Path,
        settings: PretrainSettings,
        tokenizer: TextTokenizer,
        families: tuple[str, ...],
        anchor_family: int,
        emotions: Tensor | None,
        keep: Keep = keep_nothing,
    ) -> None:
        records = read_training_pairs(data, subtitles=settings.subtitles > 0)
        languages = [r.language for r in records]
        available = list(dict.fromkeys(languages))
        family = {code: resolve(code).family.code for code in available}
        share = family_shares(family, settings.family_balance)
        spoken = np.array([r.subtitles for r in records])
        chances = within_language(languages, emotions, settings.emotion_balance)
        chances *= register_weights(languages, spoken, chances, settings.subtitles)
        self.languages = tuple(available)
        self._anchors, self._translations = (
            [cut(e.ids, settings.max_tokens) for e in tokenizer.encode(texts)]
            for texts in ([r.anchor for r in records], [r.translation for r in records])
        )
        self._lower_anchors = keep("anchors", self._anchors)
        self._lower_translations = keep("translations", self._translations)
        index = {
            code: families.index(name) if name in families else NO_FAMILY
            for code, name in family.items()
        }
        self._family = [index[code] for code in languages]
        self._sampler = StepSampler(
            weights=[share[c] * p for c, p in zip(languages, chances, strict=True)],
            lengths=[
                len(a) + len(t) for a, t in zip(self._anchors, self._translations, strict=True)
            ],
            rows=settings.parallel_rows,
            seed=settings.seed + 1,
        )
        self._settings, self._masking = settings, Masking.of(tokenizer, settings.mask_rate)
        self._families, self._anchor_family = len(families), anchor_family
        kin = resolve(ANCHOR).family.code
        self._kin = families.index(kin) if kin in families else NO_FAMILY
        self._pad = tokenizer.pad

    def __len__(self) -> int:
        return len(self._anchors)

    def batch(self, step: int) -> ParallelBatch:
        rows = self._sampler(step)
        rng = np.random.default_rng([self._settings.seed, step, 2])
        anchors = pad_text_batch(
            [self._anchors[i] for i in rows], [self._anchor_family] * len(rows), self._pad
        )
        translations = pad_text_batch(
            [self._translations[i] for i in rows], [self._family[i] for i in rows], self._pad
        )
        masked = self._masking.apply(translations, self._settings.masked_rows, _seed(rng))
        others = self._others(masked.texts.family, self._settings.kl_families, rng)
        return ParallelBatch(
            anchors=self._lower_anchors(anchors, rows),
            translations=self._lower_translations(translations, rows),
            wrong=self._others(translations.family, self._settings.wrong_families, rng),
            masked=masked,
            predictable=self._predictable(masked.texts.family),
            others=others,
        )

    def _others(self, family: Tensor, times: int, rng: np.random.Generator) -> Tensor:
        """Families other than a text's own, at random. Shape: (n,) -> (times, n)."""
        if self._families < 2:
            return family.new_empty(0, len(family))
        shift = rng.integers(1, self._families, (times, len(family)))
        return (family + torch.from_numpy(shift)) % self._families

    def _predictable(self, family: Tensor) -> Tensor:
        """Eq. 8's "k = anchor": every translation is to be predicted through its own family, or,
        literally, only those of the anchor's family. Shape: (n,) -> (n,) bool."""
        if self._settings.family_target == "own":
            return torch.ones_like(family, dtype=torch.bool)
        return family == self._kin


def shares_of_classes(names: Sequence[str], labels: LabelSet) -> dict[str, float]:
    """How frequent each class is, as a genre's prior in the card."""
    counts = Counter(names)
    return {label: round(counts[label] / len(names), 4) for label in labels.labels}


def read_training_pairs(data: Path, *, subtitles: bool = False) -> list[ParallelText]:
    """Pairs of all languages that are on this machine, in the table's order; then the subtitles."""
    folders = ("parallel", "parallel_subtitles") if subtitles else ("parallel",)
    return [
        record
        for folder in folders
        for code in parallel_languages(data, folder)
        for record in read_parallel(data, code, "train", folder=folder)
    ]


def register_weights(
    languages: Sequence[str], spoken: np.ndarray, chances: np.ndarray, share: float
) -> np.ndarray:
    """Factors after which subtitles have `share` of a language's chances, where it has any.

    Shape: spoken (N,) bool, chances (N,) -> (N,).
    """
    code, factors = np.asarray(languages), np.ones(len(chances))
    for language in set(code[spoken].tolist()):
        own = code == language
        now = chances[own & spoken].sum() / chances[own].sum()
        if now < 1:
            factors[own & spoken] = share / now
            factors[own & ~spoken] = (1 - share) / (1 - now)
    return factors


def within_language(
    languages: Sequence[str], emotions: Tensor | None, balance: float
) -> np.ndarray:
    """Chance of each pair inside its language; each language's sum to 1.

    A pair weighs (sum_c p_c / pi_c)^balance, with p its emotions and pi their mean over the
    language: classes are then about equally frequent at balance 1. Shape: emotions (N, C) -> (N,).
    """
    code = np.asarray(languages)
    chances = np.ones(len(code))
    for language in dict.fromkeys(languages):
        own = code == language
        if emotions is not None:
            p = emotions[torch.from_numpy(own)].double().numpy()  # (n, C)
            chances[own] = (p / p.mean(axis=0).clip(1e-6)).sum(axis=1) ** balance
        chances[own] /= chances[own].sum()
    return chances


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**62))
