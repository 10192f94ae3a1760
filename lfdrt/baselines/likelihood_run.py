"""LoRA training of label likelihoods on English labels: a generator of events, resumable.

The same rows as other baselines draw, text only.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from lfdrt.baselines.llama import ROWS, LabelChoice
from lfdrt.baselines.settings import BaselineSettings
from lfdrt.baselines.train import TrainingRows
from lfdrt.runtime import Runtime
from lfdrt.training.loop import StepLoop, step_seed


class LikelihoodRun(StepLoop[LabelChoice, BaselineSettings]):
    """One step reads its rows in parts of `ROWS`, whose gradients add up."""

    def __init__(
        self,
        model: LabelChoice,
        rows: TrainingRows,
        settings: BaselineSettings,
        runtime: Runtime,
        *,
        state_file: Path,
    ) -> None:
        self.model, self.settings, self.state_file = model, settings, state_file
        self._rows, self._runtime = rows, runtime
        model.to(runtime.device)
        adapters = [p for p in model.parameters() if p.requires_grad]
        self.begin(
            torch.optim.AdamW(
                adapters, lr=settings.rate_encoder, weight_decay=settings.weight_decay
            )
        )

    def losses_of_step(self) -> dict[str, float]:
        """-log p(right label's words | prompt), averaged over the rows."""
        torch.manual_seed(step_seed(self.settings.seed, self.step))
        self.model.train()
        (scores,) = self.model.encoders
        drawn = self._rows.draw(
            self.step, np.random.default_rng([self.settings.seed, self.step, 1])
        )
        texts, labels = [self._rows.texts[i] for i in drawn.rows], drawn.labels.tolist()
        total = 0.0
        for start in range(0, len(texts), ROWS):
            part = slice(start, start + ROWS)
            with self._runtime.autocast():
                loss = scores.loss(texts[part], labels[part]) * (len(texts[part]) / len(texts))
            loss.backward()
            total += loss.item()
        return {"label_tokens": total}
