"""The loop that trainings of a fixed number of steps share: events, skipped steps, rates, state."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import nn

from lfdrt.config import to_dict
from lfdrt.events import CheckpointSaved, Event, RunFinished, RunStarted, StepDone, Warned
from lfdrt.training.optim import WeightAverage, rate_factor
from lfdrt.training.saved import TrainingFailed, read_state, write_state

MOST_BAD_STEPS = 5
"""Consecutive steps with a loss that is not a number, after which a run gives up."""


class LoopSettings(Protocol):
    """What the loop asks of a run's settings, a dataclass that is told whole when it starts."""

    @property
    def steps(self) -> int: ...
    @property
    def warmup(self) -> float: ...
    @property
    def clip(self) -> float: ...
    @property
    def checkpoint_every(self) -> int: ...


M = TypeVar("M", bound=nn.Module)
S = TypeVar("S", bound=LoopSettings)


class StepLoop(ABC, Generic[M, S]):
    """A model in training.

    Whatever a step draws must depend on its number and the seed alone: the weights that learn and
    the optimizer's state are all that is saved.
    """

    model: M
    settings: S
    optimizer: torch.optim.Optimizer
    state_file: Path
    step: int

    def stop(self) -> bool:
        """Asked before every step; whoever may stop the run puts their own function here."""
        return False

    @abstractmethod
    def losses_of_step(self) -> dict[str, float]:
        """Draw step `self.step`, add its gradients up, and return the terms' values."""

    def events(self) -> Iterator[Event]:
        """Train from the current step to the end; raises TrainingFailed."""
        started, bad = time.monotonic(), 0
        yield RunStarted(steps=self.settings.steps, settings=to_dict(self.settings))
        while self.step < self.settings.steps and not self.stop():
            begun = time.monotonic()
            losses = self._train_step()
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
        done = self.step >= self.settings.steps
        if done and self.average:
            self.average.put_in_place()
        yield RunFinished(
            step=self.step,
            reason="done" if done else "stopped",
            seconds=time.monotonic() - started,
        )

    def begin(self, optimizer: torch.optim.Optimizer, average: float = 0.0) -> None:
        """At step 0, with the optimizer's rates as peaks.

        average: decay of the moving average of the weights, which take their place when the run
        ends; 0 keeps none.
        """
        self.optimizer, self.step = optimizer, 0
        self._peaks = [group["lr"] for group in optimizer.param_groups]
        self.learned = [p for group in optimizer.param_groups for p in group["params"]]
        self.average = WeightAverage(self.learned, average) if average else None

    def _train_step(self) -> dict[str, float] | None:
        """One optimizer step; the terms' values, or None, and no step, for a loss that is not
        finite."""
        settings = self.settings
        factor = rate_factor(self.step, steps=settings.steps, warmup=settings.warmup)
        for group, peak in zip(self.optimizer.param_groups, self._peaks, strict=True):
            group["lr"] = peak * factor
        losses = self.losses_of_step()
        finite = all(map(math.isfinite, losses.values()))
        if finite:
            nn.utils.clip_grad_norm_(self.learned, settings.clip)
            self.optimizer.step()
            if self.average:
                self.average.update()
        self.optimizer.zero_grad(set_to_none=True)
        return losses if finite else None

    def _learned_by_name(self) -> dict[str, nn.Parameter]:
        return {n: p for n, p in self.model.named_parameters() if p.requires_grad}

    def save_state(self) -> None:
        """Everything a resumed run needs."""
        weights = {name: p.detach() for name, p in self._learned_by_name().items()}
        state = {"step": self.step, "weights": weights, "optimizer": self.optimizer.state_dict()}
        if self.average:
            state["average"] = self.average.state()
        write_state(self.state_file, state)

    def load_state(self) -> None:
        """Go on from the saved state; TrainingFailed: it is damaged, or of other settings."""
        state = read_state(self.state_file, names=("step", "weights", "optimizer"))
        own = self._learned_by_name()
        if state["weights"].keys() != own.keys():
            raise TrainingFailed(
                f"{self.state_file.name} belongs to a run with other settings: start a new run"
            )
        with torch.no_grad():
            for name, value in state["weights"].items():
                own[name].copy_(value)
        self.optimizer.load_state_dict(state["optimizer"])
        if self.average:
            self.average.load(state["average"])
        self.step = state["step"]


def step_seed(seed: int, step: int, rank: int = 0) -> int:
    """Dropout's seed: its own for each step and process, the same whenever the step is run."""
    return int(np.random.SeedSequence([seed, step, rank]).generate_state(1)[0])
