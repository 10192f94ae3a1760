"""Counts what a step of pre-training costs, on tensors that have shapes but no numbers.

torch's FakeTensorMode runs the program's own step: nothing is allocated, so a model of any size
counts in seconds. FlopCounterMode adds up the products, forward and backward; hooks add up what
autograd keeps for backward, each storage once. Two parts look at numbers to decide what to do, and
are replaced by the same products without the decision (a test compares both counts with those of
the true code on a tiny model).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch._ops import OpOverload
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd.graph import saved_tensors_hooks
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from lfdrt.batch import TextBatch
from lfdrt.config import ModelConfig
from lfdrt.data.masking import MaskedTexts
from lfdrt.encoders.image import tower_features
from lfdrt.losses import CHUNK_BYTES, total_loss
from lfdrt.model.disentangler import disentangle
from lfdrt.model.lfdrt import LFDRT
from lfdrt.training.optim import build_optimizer
from lfdrt.training.pretrain.terms import labelled_terms, parallel_terms
from lfdrt.training.settings import PretrainSettings
from lfdrt.training.step import LabelledBatch, ParallelBatch

FLOAT = 4


@dataclass(frozen=True, kw_only=True)
class Shapes:
    """Of one step: tokens of its longest labelled text, anchor and translation, and positions to
    predict in the labelled and in the translated texts."""

    labelled: int
    anchors: int
    translations: int
    labelled_positions: int
    translated_positions: int

    @classmethod
    def even(cls, settings: PretrainSettings, tokens: int) -> Shapes:
        """Every text `tokens` long, begin and end included, which are never masked."""
        hidden = round(settings.masked_rows * (tokens - 2) * settings.mask_rate)
        return cls(
            labelled=tokens,
            anchors=tokens,
            translations=tokens,
            labelled_positions=hidden,
            translated_positions=hidden,
        )

    @classmethod
    def of(cls, labelled: LabelledBatch, parallel: ParallelBatch) -> Shapes:
        return cls(
            labelled=labelled.texts.ids.shape[1],
            anchors=parallel.anchors.ids.shape[1],
            translations=parallel.translations.ids.shape[1],
            labelled_positions=labelled.masked.positions,
            translated_positions=parallel.masked.positions,
        )


@dataclass(frozen=True, kw_only=True)
class StepCount:
    """flops: two for a multiplication with its addition. operations: of torch, forward and
    backward, each a kernel or more on a GPU. kept: bytes that autograd keeps. learned, frozen:
    weights. words: bytes of the word matrix that logits are made with."""

    flops: int
    operations: int
    kept: int
    learned: int
    frozen: int
    words: int

    @property
    def lasting(self) -> int:
        """Bytes from the first step to the last: weights, and of those that learn a gradient and
        Adam's two moments."""
        return FLOAT * (self.frozen + 4 * self.learned) + self.words

    @property
    def peak(self) -> int:
        """Bytes at the highest point: what autograd keeps and three chunks of logits, or Adam's
        temporary copy of all that learns."""
        return self.lasting + max(self.kept + 3 * CHUNK_BYTES, FLOAT * self.learned)


def count_step(
    config: ModelConfig, settings: PretrainSettings, shapes: Shapes, *, plain_attention: bool
) -> StepCount:
    """`plain_attention`: as on a CPU, which keeps (heads x L x L) weights; fused kernels do not."""
    with FakeTensorMode(), patch("lfdrt.training.pretrain.terms.vocabulary_loss", products):
        model = countable_model(config)
        if plain_attention:
            model.text.attend_plainly()
        build_optimizer(model, settings)
        words = model.text.word_matrix(torch.bfloat16)
        kept = Kept([*model.parameters(), *model.buffers(), words])
        labelled, parallel = made_batches(config, settings, shapes)
        with FlopCounterMode(display=False) as counter, Operations() as operations:
            with torch.autocast("cpu", torch.bfloat16), kept.watching():
                terms = labelled_terms(model, labelled, settings, words, 1)
                terms |= parallel_terms(model, parallel, settings, words, 1)
                loss = total_loss(terms, vars(settings.weights))
            loss.backward()
        learned = sum(p.numel() for p in model.parameters() if p.requires_grad)
        return StepCount(
            flops=counter.get_total_flops(),
            operations=operations.number,
            kept=kept.bytes,
            learned=learned,
            frozen=sum(p.numel() for p in model.parameters()) - learned,
            words=words.numel() * words.element_size(),
        )


def count_text(config: ModelConfig, tokens: int) -> int:
    """FLOPs of reading and classifying one text."""
    with FakeTensorMode(), torch.no_grad(), FlopCounterMode(display=False) as counter:
        model, batch = countable_model(config).eval().requires_grad_(False), _texts(1, tokens)
        x = model.encode(batch)
        model.read(x, batch.mask, batch.family, model.without_image(1))
    return counter.get_total_flops()


def count_picture(config: ModelConfig) -> int:
    """FLOPs of one picture through the vision tower."""
    with FakeTensorMode(), torch.no_grad(), FlopCounterMode(display=False) as counter:
        size, tower = config.image.size, countable_model(config).eval().image.tower
        tower_features(tower.requires_grad_(False), torch.zeros(1, 3, size, size))
    return counter.get_total_flops()


class Kept:
    """Bytes of distinct storages that autograd keeps, `apart` from those that exist anyway."""

    def __init__(self, apart: list[Tensor]) -> None:
        self._seen = {t.untyped_storage()._cdata for t in apart}
        self._held: list[Tensor] = []  # an address may be used anew once its tensor is gone
        self.bytes = 0

    def watching(self) -> saved_tensors_hooks:
        return saved_tensors_hooks(self._add, lambda t: t)

    def _add(self, t: Tensor) -> Tensor:
        storage = t.untyped_storage()
        if storage._cdata not in self._seen:
            self._seen.add(storage._cdata)
            self._held.append(t.detach())
            self.bytes += storage.nbytes()
        return t


class Operations(TorchDispatchMode):
    """How many operations run; views and questions about a tensor are none."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    def __torch_dispatch__(
        self,
        func: OpOverload,
        types: tuple[type, ...],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        self.number += func.namespace == "aten" and not func.is_view
        return func(*args, **(kwargs or {}))


class _AnyFamily(nn.Module):
    """The products of `Disentanglers`, without asking which families a batch holds."""

    def __init__(self, weight: nn.Parameter) -> None:
        super().__init__()
        self.weight = weight

    def forward(
        self, x: Tensor, family: Tensor, strength: float = 1.0, *, parts: Tensor | None = None
    ) -> Tensor:
        return disentangle(x, self.weight[0].to(x.dtype))


def products(
    h: Tensor, W: Tensor, *, targets: Tensor | None = None, weight: Tensor | None = None
) -> Tensor:
    """The products of `vocabulary_loss`: logits forward, h's gradient backward, none kept."""
    return (h.to(W.dtype) @ W.T).sum().float()


def countable_model(config: ModelConfig) -> LFDRT:
    """The model of a configuration, as it can run on tensors without numbers."""
    model = LFDRT(config)
    model.disentanglers = _AnyFamily(model.disentanglers.weight)
    return model


def _texts(rows: int, tokens: int) -> TextBatch:
    return TextBatch(
        ids=torch.zeros(rows, tokens, dtype=torch.int64),
        mask=torch.ones(rows, tokens, dtype=torch.bool),
        family=torch.zeros(rows, dtype=torch.int64),
    )


def _masked(rows: int, tokens: int, positions: int) -> MaskedTexts:
    at = torch.zeros(positions, dtype=torch.int64)
    texts = _texts(rows, tokens)
    return MaskedTexts(texts=texts, rows=at, columns=at, targets=at, positions=positions)


def made_batches(
    config: ModelConfig, settings: PretrainSettings, shapes: Shapes
) -> tuple[LabelledBatch, ParallelBatch]:
    """Batches of a step with these shapes, all zeros."""
    n, rows, pairs = settings.masked_rows, settings.labelled_rows, settings.parallel_rows
    labelled = LabelledBatch(
        texts=_texts(rows, shapes.labelled),
        labels=torch.zeros(rows, dtype=torch.int64),
        log_prior=torch.zeros(rows, len(config.label_set)),
        image=torch.zeros(rows, config.image.tower["embed_dim"]),
        masked=_masked(n, shapes.labelled, shapes.labelled_positions),
    )
    parallel = ParallelBatch(
        anchors=_texts(pairs, shapes.anchors),
        translations=_texts(pairs, shapes.translations),
        wrong=torch.zeros(settings.wrong_families, pairs, dtype=torch.int64),
        masked=_masked(n, shapes.translations, shapes.translated_positions),
        predictable=torch.ones(n, dtype=torch.bool),
        others=torch.zeros(settings.kl_families, n, dtype=torch.int64),
    )
    return labelled, parallel
