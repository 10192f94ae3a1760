"""Pre-training, §3.3: a generator of events over `steps` optimizer steps.

Resumable: what a step reads, masks and drops depends on its number and the seed alone, so the
weights and the optimizer's state are all there is to save. Several processes each train on their
share of every step's rows (`ranks.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from lfdrt.batch import Share
from lfdrt.config import to_dict
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.events import RunFinished
from lfdrt.losses import total_loss
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime
from lfdrt.training.draw import ANCHOR
from lfdrt.training.loop import StepLoop, step_seed
from lfdrt.training.optim import build_optimizer
from lfdrt.training.pretrain.corpus import LabelledCorpus, ParallelCorpus
from lfdrt.training.pretrain.terms import Terms, labelled_terms, parallel_terms
from lfdrt.training.ranks import average_gradients, mean_over_processes
from lfdrt.training.saved import TrainingFailed
from lfdrt.training.settings import PretrainSettings


@dataclass
class PretrainRun(StepLoop[LFDRT, PretrainSettings]):
    """A model in training; `share` is this process's part of it."""

    model: LFDRT
    tokenizer: TextTokenizer
    labelled: LabelledCorpus
    parallel: ParallelCorpus
    settings: PretrainSettings
    runtime: Runtime
    share: Share
    state_file: Path

    def __post_init__(self) -> None:
        _check_share(self.settings, self.share)
        self.model.to(self.share.device)
        self.begin(build_optimizer(self.model, self.settings), self.settings.average)
        if self.runtime.device.type == "cpu":
            self.model.text.attend_plainly()
        if self.settings.recompute:
            self.model.text.recompute()

    @cached_property
    def _words(self) -> Tensor:
        return self.model.text.word_matrix(self.runtime.dtype)

    def losses_of_step(self) -> dict[str, float]:
        """The terms' values; gradients are the mean over the processes."""
        settings = self.settings
        torch.manual_seed(step_seed(settings.seed, self.step, self.share.rank))
        self._training_mode()
        losses: dict[str, float] = {}
        micro_steps = settings.accumulate
        for micro in range(micro_steps):
            terms = self._terms(self.step * micro_steps + micro)
            loss = total_loss(terms, vars(settings.weights)) / micro_steps
            loss.backward()
            for name, value in terms.items():
                losses[name] = losses.get(name, 0.0) + mean_over_processes(value) / micro_steps
        average_gradients(self.learned)
        return losses

    def _training_mode(self) -> None:
        """Dropout only where weights learn: elsewhere it would cost time and add noise."""
        self.model.train()
        self.model.image.tower.eval()
        for layer in list(self.model.text.layers())[: self.settings.frozen_layers]:
            layer.eval()

    def _terms(self, number: int) -> Terms:
        """All terms on this process's share of micro-step `number`."""
        labelled = self.labelled.batch(number).part(self.share)
        shared = self.settings, self._words, self.share.world
        with self.runtime.autocast():
            terms = labelled_terms(self.model, labelled, *shared)
            if self.settings.parallel:
                parallel = self.parallel.batch(number).part(self.share)
                terms |= parallel_terms(self.model, parallel, *shared)
            return terms

    def save_state(self) -> None:
        """By the first process alone."""
        if self.share.rank == 0:
            super().save_state()


def describe(run: PretrainRun, finished: RunFinished) -> dict[str, object]:
    """The checkpoint's card as far as the run itself knows it; scores are added by evaluation."""
    settings = run.settings
    return {
        "name": run.model.config.name,
        "label_set": settings.label_set,
        "labels": list(run.model.config.label_set.labels),
        "trained": datetime.now(UTC).date().isoformat(),
        "steps": finished.step,
        "seconds": round(finished.seconds),
        "hardware": run.runtime.description,
        "processes": run.share.world,
        "labelled_rows": len(run.labelled),
        "parallel_pairs": len(run.parallel),
        "languages": sorted({ANCHOR, *run.parallel.languages}),
        "priors": run.labelled.priors,
        "pairing": "constructed: faces drawn by label, not by origin",
        "selection": "last step; no step, setting or seed was chosen by scores of this run",
        "settings": to_dict(settings),
    }


def _check_share(settings: PretrainSettings, share: Share) -> None:
    """Contrastive terms gather equal parts, so every batch must divide by the processes."""
    for name in ("labelled_rows", "parallel_rows", "masked_rows"):
        if getattr(settings, name) % share.world:
            raise TrainingFailed(
                f"{name} is {getattr(settings, name)}, which {share.world} processes cannot share "
                "equally: change it to a multiple."
            )
