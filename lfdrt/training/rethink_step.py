"""Eq. 18 on the rows of one step: losses, their gradients, and what both classifiers said.

Knows one batch of rows; knows no epochs, no optimizer and no files.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lfdrt.losses.vocabulary import vocabulary_loss
from lfdrt.model.classifiers import decide
from lfdrt.runtime import Runtime
from lfdrt.training.features import FeatureStore
from lfdrt.training.rethink_model import Rethinker
from lfdrt.training.rethink_settings import RethinkSettings

TERMS = ("classifier_1", "classifier_2", "masked")


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
    """Eq. 18. `shares`: of the last epoch's pseudo-labels, (C,), for `class_balance`."""

    def __init__(
        self,
        rethinker: Rethinker,
        store: FeatureStore,
        settings: RethinkSettings,
        runtime: Runtime,
    ) -> None:
        self._rethinker, self._store, self._settings = rethinker, store, settings
        self._runtime = runtime
        self.shares: np.ndarray | None = None

    @cached_property
    def _words(self) -> Tensor:
        """190 MB in bfloat16 and a third of a second to unpack, so only where it is needed."""
        return self._rethinker.model.text.word_matrix(self._runtime.dtype)

    def gradients(self, rows: np.ndarray, micro: int) -> StepFound:
        """Adds up gradients over the step's rows, `micro` of them at a time."""
        sums = dict.fromkeys(TERMS, 0.0)
        said: list[Said] = []
        for start in range(0, len(rows), micro):
            part = rows[start : start + micro].tolist()
            with self._runtime.autocast():
                loss, terms, one = self.part(part, len(rows))
            if loss.requires_grad:
                loss.backward()
            for name, value in terms.items():
                sums[name] += float(value.detach())
            said.append(one)
        return StepFound(losses=sums, said=_joined(said))

    def part(self, part: list[int], total: int) -> tuple[Tensor, dict[str, Tensor], Said]:
        """Shares of the step's mean over `total` rows. An empty set's term is 0, never NaN."""
        s = self._settings
        reading = self._rethinker.read(self._store.read(part))
        said = self._said(reading.logits_1, reading.logits_2)
        weight = said.used.float() * self._class_weights(said.chosen) / total  # (n,)
        terms = {
            name: (weight * F.cross_entropy(o, said.chosen, reduction="none")).sum()
            for name, o in zip(TERMS, (reading.logits_1, reading.logits_2), strict=False)
        }
        terms["masked"] = self._masked(part, ~said.agreed, total)
        loss = s.lambda_1 * terms["classifier_1"] + s.lambda_2 * terms["classifier_2"]
        return loss + s.masked_weight * terms["masked"], terms, said

    def _said(self, logits_1: Tensor, logits_2: Tensor) -> Said:
        p_1, p_2 = (o.detach().softmax(-1) for o in (logits_1, logits_2))
        agreed = p_1.argmax(-1) == p_2.argmax(-1)
        sure = torch.minimum(p_1.amax(-1), p_2.amax(-1)) >= self._settings.confidence
        return Said(p_1=p_1, p_2=p_2, chosen=decide(p_1, p_2), agreed=agreed, used=agreed & sure)

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
        nothing = torch.zeros((), device=disagree.device)
        numbers = [n for n, d in zip(part, disagree.tolist(), strict=True) if d]
        numbers = [n for n in numbers if self._store.lengths[n]]
        if not numbers or not self._settings.masked_weight:
            return nothing
        features, masked = self._store.read_masked(numbers)
        rows, columns = (t.to(disagree.device) for t in (masked.rows, masked.columns))
        if len(rows) == 0:
            return nothing
        h = self._rethinker.hidden_words(features, rows, columns)
        count = torch.bincount(rows, minlength=len(numbers)).clamp(min=1)
        targets, weight = masked.targets.to(rows.device), 1 / (count[rows] * total)
        return vocabulary_loss(h, self._words, targets=targets, weight=weight)


def _joined(parts: list[Said]) -> Said:
    def of(name: str) -> Tensor:
        return torch.cat([getattr(p, name) for p in parts]).cpu()

    return Said(p_1=of("p_1"), p_2=of("p_2"), chosen=of("chosen"), agreed=of("agreed"),
                used=of("used"))  # fmt: skip
