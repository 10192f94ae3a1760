"""Rethinking, §3.4: two classifiers teach each other on unlabelled rows; a generator of events.

Per sample (Eq. 18): where both classifiers agree, their class is a pseudo-label for both; where
they do not, the text's hidden words are to be predicted. Everything else is frozen. What a step
reads depends on the seed and its number alone, so a resumed run goes on with the same rows.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lfdrt.config import to_dict
from lfdrt.events import (
    CheckpointSaved,
    EvalDone,
    Event,
    RethinkStep,
    RunFinished,
    RunStarted,
    Warned,
)
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime
from lfdrt.training.loop import MOST_BAD_STEPS
from lfdrt.training.rethink.alignment import aligned, bias
from lfdrt.training.rethink.counts import (
    UNSEEN,
    EpochCounts,
    collapse,
    disputes,
    evenly,
    watched,
)
from lfdrt.training.rethink.features import FeatureStore
from lfdrt.training.rethink.fused import FusedStore
from lfdrt.training.rethink.model import Rethinker
from lfdrt.training.rethink.results import ask_all
from lfdrt.training.rethink.settings import RethinkSettings
from lfdrt.training.rethink.state import read_state, restore, write_state
from lfdrt.training.rethink.step import Objective, StepFound
from lfdrt.training.saved import TrainingFailed

ENDINGS = {"keep": "stopped", "discard": "discarded"}
"""Answers that end a run, and what its last event then says."""
SAVE_SECONDS = 30
"""A killed run loses at most this much of a long epoch; a state is a few megabytes."""


@dataclass
class RethinkRun:
    """A model being rethought. `ask` is called every step and answers "go", "pause", "keep" (stop,
    keep the newest good state) or "discard" (stop, keep the model as it was). `evaluate` gives
    scores of labelled rows, for reporting alone. `before`: both classifiers' probabilities of all
    rows by the model as it was, (N, C) each, where they are known already."""

    model: LFDRT
    store: FeatureStore
    settings: RethinkSettings
    runtime: Runtime
    state_file: Path
    ask: Callable[[], str] = lambda: "go"
    evaluate: Callable[[], dict[str, float]] | None = None
    before: tuple[Tensor, Tensor] | None = None

    def __post_init__(self) -> None:
        s = self.settings
        torch.manual_seed(s.seed)
        self.rethinker = Rethinker(self.model, through=s.through).to(self.runtime.device)
        self.weights = self.rethinker.learned()
        self.optimizer = torch.optim.AdamW(list(self.weights.values()), lr=s.rate, weight_decay=0.0)
        self.fused = FusedStore(self.rethinker, self.store, self.runtime)
        self.objective = Objective(self.rethinker, self.store, self.fused, s, self.runtime)
        self.per_epoch = math.ceil(len(self.store) / s.batch_rows)
        self.step, self.bad, self.micro = 0, 0, s.batch_rows
        self.watched = evenly(len(self.store))
        self.decided = np.full(len(self.store), UNSEEN)  # each row's class an epoch ago
        self.shares: list[np.ndarray] = []  # of pseudo-labels, an entry an epoch
        self.counts = EpochCounts()
        self.start = {n: p.detach().clone() for n, p in self.weights.items()}
        self.best = self.start
        self.saved = time.monotonic()

    @property
    def steps(self) -> int:
        return self.per_epoch * self.settings.epochs

    def events(self) -> Iterator[Event]:
        """From where the run stands to its end; raises TrainingFailed."""
        begun = time.monotonic()
        yield RunStarted(steps=self.steps, settings=to_dict(self.settings))
        rows = map(self.store.row, self.watched.tolist())
        yield watched(self.step, rows, self.model.config.label_set.labels)
        if self.step == 0:
            yield from self._evaluated("before rethinking")
        self._align()
        reason = "done"
        while self.step < self.steps and reason == "done":
            reason = yield from self._epoch_from_here()
        if reason == "discarded":
            restore(self.weights, self.start)
        self.save_state()
        yield RunFinished(step=self.step, reason=reason, seconds=time.monotonic() - begun)

    def _align(self) -> None:
        """Before the first step: what the first teacher says, and the classifiers' new biases."""
        s, model = self.settings, self.model
        if s.teacher != "first" and not s.alignment:
            return
        if self.before is None:
            if self.step:
                raise TrainingFailed("a run that goes on needs what the model said before it")
            self.before = ask_all(self.rethinker, self.fused, self.runtime).probabilities
        p_1, p_2 = self.before
        self.objective.first = aligned(p_1, s.alignment), aligned(p_2, s.alignment)
        if self.step == 0:
            with torch.no_grad():
                for head, p in ((model.classifier_1, p_1), (model.classifier_2, p_2)):
                    head.out.bias.add_(bias(p, s.alignment).to(head.out.bias))

    def _epoch_from_here(self) -> Generator[Event, None, str]:
        """The rest of the epoch; returns why the run ends, or "done" where it goes on."""
        while (answer := self._answer()) not in ENDINGS:
            before = self.step  # a step that ran out of memory is done again
            epoch, number = divmod(before, self.per_epoch)
            event = self._step(epoch, number)
            if isinstance(event, RethinkStep):
                self.counts.add(event)
            yield event
            if self.bad >= MOST_BAD_STEPS:
                restore(self.weights, self.best)
                raise TrainingFailed(
                    f"{self.bad} steps in a row gave no finite loss; the state before them is "
                    "kept. Lower the learning rate."
                )
            if self.step > before and self.step % self.per_epoch == 0:
                return (yield from self._epoch_done(epoch))
            if time.monotonic() - self.saved > SAVE_SECONDS and not self.bad:
                yield self.save_state()
        return ENDINGS[answer]

    def _answer(self) -> str:
        """What the user wants; waits while it is "pause"."""
        while (answer := self.ask()) == "pause":
            time.sleep(0.2)
        return answer

    def _epoch_done(self, epoch: int) -> Generator[Event, None, str]:
        labels = self.model.config.label_set.labels
        counts, self.counts = self.counts, EpochCounts()
        yield counts.event(self.step, epoch, self.watched)
        share = np.array([counts.labels.get(name, 0) for name in labels], dtype=float)
        self.shares.append(share / max(1.0, share.sum()))
        if said := collapse(self.shares, counts.agreed_share, labels):
            restore(self.weights, self.best)
            yield Warned(step=self.step, message=said)
            return "collapsed"
        self.best = {n: p.detach().clone() for n, p in self.weights.items()}
        yield self.save_state()
        yield from self._evaluated(f"after epoch {epoch + 1}")
        return "done"

    def _evaluated(self, when: str) -> Iterator[Event]:
        if self.evaluate is not None:
            scores = self.evaluate()
            rule = f"{when}; labels only report, they choose nothing"
            yield EvalDone(step=self.step, data="labelled rows", scores=scores, rule=rule)

    def rows_of(self, epoch: int, number: int) -> np.ndarray:
        """Row numbers of a step: all rows once an epoch, of like length together. Shape: (n,)."""
        rng = np.random.default_rng([self.settings.seed, epoch])
        lengths = self.store.lengths
        order = np.argsort(lengths + rng.random(len(lengths)) * 4, kind="stable")
        parts = np.array_split(order, self.per_epoch)
        return parts[rng.permutation(self.per_epoch)[number]]

    def _step(self, epoch: int, number: int) -> RethinkStep | Warned:
        """One optimizer step. Memory that runs out halves the part that is worked on at once."""
        begun, rows, s = time.monotonic(), self.rows_of(epoch, number), self.settings
        rate = s.rate * (1 - self.step / self.steps) if s.decay else s.rate
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        try:
            self.objective.shares = self.shares[-1] if self.shares else None
            found = self.objective.gradients(rows, self.micro)
        except RuntimeError as error:
            if "out of memory" not in str(error) or self.micro == 1:
                raise
            return self._smaller()
        self.step += 1
        if not all(map(math.isfinite, found.losses.values())):
            self.optimizer.zero_grad(set_to_none=True)
            self.bad += 1
            return Warned(step=self.step, message="loss is not a number: step skipped")
        self.bad = 0
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return self._told(epoch, rows, found, rate, begun)

    def _smaller(self) -> Warned:
        """The step is to be done again, in smaller parts."""
        self.micro = max(1, self.micro // 2)
        self.optimizer.zero_grad(set_to_none=True)
        torch.cuda.empty_cache()
        said = f"out of memory: {self.micro} rows at a time from here on"
        return Warned(step=self.step, message=said)

    def _told(
        self, epoch: int, rows: np.ndarray, found: StepFound, rate: float, begun: float
    ) -> RethinkStep:
        said, names = found.said, self.model.config.label_set.labels
        classes, before = said.chosen.numpy(), self.decided[rows]
        self.decided[rows] = classes
        self.counts.watch(rows, said, self.watched)
        counts = torch.bincount(said.chosen[said.agreed], minlength=len(names)).tolist()
        seconds = time.monotonic() - begun
        return RethinkStep(
            step=self.step,
            epoch=epoch,
            agree=int(said.agreed.sum()),
            disagree=int((~said.agreed).sum()),
            used=int(said.used.sum()),
            labels=dict(zip(names, counts, strict=True)),
            flips=int(((before != classes) & (before != UNSEEN)).sum()),
            losses=found.losses,
            learning_rate=rate,
            seconds=seconds,
            rows_per_second=len(rows) / max(seconds, 1e-9),
            disputes=disputes([self.store.row(n) for n in rows.tolist()], said, names),
        )

    def save_state(self) -> CheckpointSaved:
        """Everything that a resumed run needs."""
        write_state(self)
        self.saved = time.monotonic()
        return CheckpointSaved(step=self.step, folder=self.state_file.name)

    def load_state(self) -> None:
        """Go on from the saved state; TrainingFailed for one of other settings or rows."""
        read_state(self)
