"""Eq. 18 on the rows of one step: losses, their gradients, and what both classifiers said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lfdrt.losses import information_loss, vocabulary_loss
from lfdrt.model.classifiers import decide
from lfdrt.runtime import Runtime
from lfdrt.training.rethink.features import FeatureStore
from lfdrt.training.rethink.fused import FusedStore
from lfdrt.training.rethink.model import Rethinker
from lfdrt.training.rethink.settings import RethinkSettings


@dataclass(frozen=True, kw_only=True)
class Said:
    """What both classifiers say of n rows. Shape: p_1, p_2 (n, C); chosen (n,), the decided class;
    agreed, used (n,) bool, rows on which they agree and those that teach. On the CPU."""

    p_1: Tensor
    p_2: Tensor
    chosen: Tensor
    agreed: Tensor
    used: Tensor


@dataclass(frozen=True, kw_only=True)
class StepFound:
    """losses: each term's mean over the step's rows, before its weight; said: in their order."""

    losses: dict[str, float]
    said: Said


class Objective:
    """Eq. 18 and, by setting, what was measured beside it. `shares`: of the last epoch's
    pseudo-labels, (C,), for `class_balance`. `first`: both classifiers' probabilities of all rows
    before the first step, (N, C) each, for the teacher of that name."""

    def __init__(
        self,
        rethinker: Rethinker,
        store: FeatureStore,
        fused: FusedStore,
        settings: RethinkSettings,
        runtime: Runtime,
    ) -> None:
        self._rethinker, self._store, self._fused = rethinker, store, fused
        self._settings, self._runtime = settings, runtime
        self.shares: np.ndarray | None = None
        self.first: tuple[Tensor, Tensor] | None = None

    @cached_property
    def _words(self) -> tuple[Tensor, Tensor | None]:
        """The word matrix, and the ids that it holds where it does not hold all.

        The whole one takes 190 MB in bfloat16, and twice that for a moment while it is unpacked.
        """
        text, dtype = self._rethinker.model.text, self._runtime.dtype
        if self._settings.words == "all":
            return text.word_matrix(dtype), None
        ids = self._store.seen_ids().to(self._runtime.device)
        with torch.no_grad(), torch.autocast(ids.device.type, enabled=False):
            return text.word_embeddings(ids).to(dtype), ids

    def gradients(self, rows: np.ndarray, micro: int) -> StepFound:
        """Adds up gradients over the step's rows, `micro` of them at a time."""
        sums: dict[str, float] = {}
        said: list[Said] = []
        for start in range(0, len(rows), micro):
            part = rows[start : start + micro].tolist()
            with self._runtime.autocast():
                loss, terms, one = self.part(part, len(rows))
            if loss.requires_grad:
                loss.backward()
            for name, value in terms.items():
                sums[name] = sums.get(name, 0.0) + float(value.detach())
            said.append(one)
        return StepFound(losses=sums, said=_joined(said))

    def part(self, part: list[int], total: int) -> tuple[Tensor, dict[str, Tensor], Said]:
        """Shares of the step's mean over `total` rows. An empty set's term is 0, never NaN."""
        s = self._settings
        logits = self._rethinker.classify(self._fused.read(part))
        said = self._said(logits)
        targets = self._targets(part, said)  # (n, C)
        weight = said.used.float() * self._class_weights(said.chosen) / total  # (n,)
        terms = {
            name: (weight * F.cross_entropy(o, targets, reduction="none")).sum()
            for name, o in zip(("classifier_1", "classifier_2"), logits, strict=True)
        }
        terms["masked"] = self._masked(part, ~said.agreed, total)
        weights = {"classifier_1": s.lambda_1, "classifier_2": s.lambda_2,
                   "masked": s.masked_weight}  # fmt: skip
        for view in ("masked", "text"):
            if weights.setdefault(f"{view}_view", getattr(s, f"{view}_view")):
                terms[f"{view}_view"] = self._view(view, part, targets, weight)
        if s.information:
            share = len(part) / total / 2
            terms["information"] = share * torch.stack([information_loss(o) for o in logits]).sum()
        weights["information"] = s.information
        loss = torch.stack([weights[name] * value for name, value in terms.items()]).sum()
        return loss, terms, said

    def _said(self, logits: tuple[Tensor, Tensor]) -> Said:
        p_1, p_2 = (o.detach().softmax(-1) for o in logits)
        agreed = p_1.argmax(-1) == p_2.argmax(-1)
        sure = torch.minimum(p_1.amax(-1), p_2.amax(-1)) >= self._settings.confidence
        return Said(p_1=p_1, p_2=p_2, chosen=decide(p_1, p_2), agreed=agreed, used=agreed & sure)

    def _targets(self, part: list[int], said: Said) -> Tensor:
        """Pseudo-labels as distributions. Shape: (n, C)."""
        p_1, p_2 = said.p_1, said.p_2
        if self._settings.teacher == "first":
            if self.first is None:
                raise AssertionError("the first teacher's probabilities are set before training")
            p_1, p_2 = (p[part].to(p_1.device) for p in self.first)
        if self._settings.labels == "soft":
            return (p_1 + p_2) / 2
        return F.one_hot(decide(p_1, p_2), p_1.shape[-1]).float()

    def _view(self, view: str, part: list[int], targets: Tensor, weight: Tensor) -> Tensor:
        """Both classifiers on another view of the same rows, taught the same. Mean of the two."""
        store = self._store
        has = store.lengths[part] > 0
        if view == "text":
            has &= store.pictured[part] >= 0
        at = np.flatnonzero(has)
        if not len(at):
            return targets.sum() * 0
        logits = self._rethinker.classify(self._fused.read([part[i] for i in at], view))
        found = sum(F.cross_entropy(o, targets[at], reduction="none") for o in logits) / 2
        return (weight[at] * found).sum()

    def _class_weights(self, chosen: Tensor) -> Tensor:
        """A pseudo-label's weight: 1, or more the rarer it was an epoch ago (mean 1 then)."""
        if not self._settings.class_balance or self.shares is None:
            return torch.ones_like(chosen, dtype=torch.float32)
        share = np.clip(self.shares, 1e-3, None)
        weight = share**-self._settings.class_balance
        weight = weight / (share * weight).sum() * share.sum()
        return torch.from_numpy(weight).float().to(chosen.device)[chosen]

    def _masked(self, part: list[int], disagree: Tensor, total: int) -> Tensor:
        """L_MASK: each disagreeing text counts once, by the mean over its hidden words."""
        numbers = [n for n, d in zip(part, disagree.tolist(), strict=True) if d]
        numbers = [n for n in numbers if self._store.lengths[n]]
        nothing = torch.zeros((), device=disagree.device)
        if not numbers or not self._settings.masked_weight:
            return nothing
        hidden = self._fused.hidden_words(numbers)
        if len(hidden.rows) == 0:
            return nothing
        h = self._rethinker.project(hidden.z)
        count = torch.bincount(hidden.rows, minlength=len(numbers)).clamp(min=1)
        words, ids = self._words
        targets = hidden.targets if ids is None else torch.searchsorted(ids, hidden.targets)
        return vocabulary_loss(h, words, targets=targets, weight=1 / (count[hidden.rows] * total))


def _joined(parts: list[Said]) -> Said:
    def of(name: str) -> Tensor:
        return torch.cat([getattr(p, name) for p in parts]).cpu()

    return Said(p_1=of("p_1"), p_2=of("p_2"), chosen=of("chosen"), agreed=of("agreed"),
                used=of("used"))  # fmt: skip
