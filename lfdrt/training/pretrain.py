"""Pre-training, §3.3: a generator of events over `steps` optimizer steps.

Resumable: what a step reads, masks and drops depends on its number and the seed alone, so the
weights and the optimizer's state are all there is to save. Knows no printing; sinks do that.
Several processes each train on their share of every step's rows (`ranks.py`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lfdrt.config import to_dict
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.events import CheckpointSaved, Event, RunFinished, RunStarted, StepDone, Warned
from lfdrt.losses.objectives import total_loss
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime
from lfdrt.training.corpus import ANCHOR, LabelledCorpus, ParallelCorpus
from lfdrt.training.optim import build_optimizer, rate_factor
from lfdrt.training.ranks import average_gradients, mean_over_processes
from lfdrt.training.settings import PretrainSettings
from lfdrt.training.step import Share
from lfdrt.training.terms import Terms, labelled_terms, parallel_terms

MOST_BAD_STEPS = 5
"""Consecutive steps with a loss that is not a number, after which a run gives up."""


class TrainingFailed(ValueError):
    """Training cannot go on; says what happened and what to change."""


@dataclass
class PretrainRun:
    """A model in training; `share` is this process's part of it. `stop` is asked every step."""

    model: LFDRT
    tokenizer: TextTokenizer
    labelled: LabelledCorpus
    parallel: ParallelCorpus
    settings: PretrainSettings
    runtime: Runtime
    share: Share
    state_file: Path
    stop: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        _check_share(self.settings, self.share)
        self.model.to(self.share.device)
        self.optimizer = build_optimizer(self.model, self.settings)
        if self.runtime.device.type == "cpu":
            self.model.text.attend_plainly()
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.learned = [p for group in self.optimizer.param_groups for p in group["params"]]
        self.step = 0

    def events(self) -> Iterator[Event]:
        """Train from the current step to the end; raises TrainingFailed."""
        started, bad = time.monotonic(), 0
        words = self.model.text.word_matrix(self.runtime.dtype)
        yield RunStarted(steps=self.settings.steps, settings=to_dict(self.settings))
        while self.step < self.settings.steps and not self.stop():
            begun = time.monotonic()
            losses = self._train_step(words)
            self.step += 1
            bad = bad + 1 if losses is None else 0
            if losses is None:
                yield Warned(step=self.step, message="loss is not a number: step skipped")
            if bad >= MOST_BAD_STEPS:
                raise TrainingFailed(
                    f"{bad} steps in a row gave no finite loss; the newest state before them is "
                    f"{self.state_file.name}. Lower the learning rates."
                )
            yield StepDone(
                step=self.step,
                losses=losses or {},
                learning_rate=self.optimizer.param_groups[0]["lr"],
                seconds=time.monotonic() - begun,
            )
            if self.step % self.settings.checkpoint_every == 0:
                self.save_state()
                yield CheckpointSaved(step=self.step, folder=self.state_file.name)
        self.save_state()
        yield RunFinished(
            step=self.step,
            reason="done" if self.step >= self.settings.steps else "stopped",
            seconds=time.monotonic() - started,
        )

    def _train_step(self, words: Tensor) -> dict[str, float] | None:
        """One optimizer step; the terms' values, or None for a loss that is not finite."""
        settings = self.settings
        factor = rate_factor(self.step, steps=settings.steps, warmup=settings.warmup)
        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
            group["lr"] = peak * factor
        torch.manual_seed(_step_seed(settings.seed, self.step, self.share.rank))
        self._training_mode()
        losses: dict[str, float] = {}
        micro_steps = settings.accumulate
        for micro in range(micro_steps):
            terms = self._terms(words, self.step * micro_steps + micro)
            loss = total_loss(terms, settings.weights) / micro_steps
            loss.backward()
            for name, value in terms.items():
                losses[name] = losses.get(name, 0.0) + mean_over_processes(value) / micro_steps
        average_gradients(self.learned)
        finite = all(map(math.isfinite, losses.values()))
        if finite:
            torch.nn.utils.clip_grad_norm_(self.learned, settings.clip)
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return losses if finite else None

    def _training_mode(self) -> None:
        """Dropout only where weights learn: elsewhere it would cost time and add noise."""
        self.model.train()
        self.model.image.tower.eval()
        for layer in list(self.model.text.layers())[: self.settings.frozen_layers]:
            layer.eval()

    def _terms(self, words: Tensor, number: int) -> Terms:
        """All terms on this process's share of micro-step `number`."""
        labelled = self.labelled.batch(number).part(self.share)
        shared = self.settings, words, self.share.world
        with self.runtime.autocast():
            terms = labelled_terms(self.model, labelled, *shared)
            if self.settings.parallel:
                parallel = self.parallel.batch(number).part(self.share)
                terms |= parallel_terms(self.model, parallel, *shared)
            return terms

    def save_state(self) -> None:
        """Everything a resumed run needs, written beside and renamed; by the first process."""
        if self.share.rank != 0:
            return
        temporary = self.state_file.with_suffix(".tmp")
        learned = {n: p.detach() for n, p in self.model.named_parameters() if p.requires_grad}
        state = {"step": self.step, "weights": learned, "optimizer": self.optimizer.state_dict()}
        torch.save(state, temporary)
        temporary.replace(self.state_file)

    def load_state(self) -> None:
        """Go on from the saved state; raises TrainingFailed for a state of other settings."""
        state = torch.load(self.state_file, weights_only=True)
        own = {n: p for n, p in self.model.named_parameters() if p.requires_grad}
        if state["weights"].keys() != own.keys():
            raise TrainingFailed(
                f"{self.state_file.name} belongs to a run with other settings: start a new run"
            )
        with torch.no_grad():
            for name, value in state["weights"].items():
                own[name].copy_(value)
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]


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
        "labelled_rows": len(run.labelled),
        "parallel_pairs": len(run.parallel),
        "languages": sorted({ANCHOR, *run.parallel.languages}),
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


def _step_seed(seed: int, step: int, rank: int) -> int:
    """Dropout's seed: its own for each step and process, the same whenever the step is run."""
    return int(np.random.SeedSequence([seed, step, rank]).generate_state(1)[0])
