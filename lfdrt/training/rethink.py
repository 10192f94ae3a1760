"""Rethinking, §3.4: two classifiers teach each other on unlabelled rows; a generator of events.

Per sample (Eq. 18): where both classifiers agree, their class is a pseudo-label for both; where
they do not, the text's hidden words are to be predicted. Everything else is frozen. What a step
reads depends on the seed and its number alone, so a resumed run goes on with the same rows.
Knows no files of the user's and no printing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lfdrt.config import to_dict
from lfdrt.events import (
    CheckpointSaved,
    EpochDone,
    EvalDone,
    Event,
    RethinkStep,
    RunFinished,
    RunStarted,
    Warned,
)
from lfdrt.losses.vocabulary import vocabulary_loss
from lfdrt.model.classifiers import decide
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime
from lfdrt.training.collapse import collapse
from lfdrt.training.features import FeatureStore
from lfdrt.training.pretrain import MOST_BAD_STEPS, TrainingFailed
from lfdrt.training.rethink_model import Rethinker
from lfdrt.training.rethink_settings import RethinkSettings

UNSEEN = -1
ENDINGS = {"keep": "stopped", "discard": "discarded"}
"""Answers that end a run, and what its last event then says."""


@dataclass
class RethinkRun:
    """A model being rethought. `ask` is called every step and answers "go", "pause", "keep" (stop,
    keep the newest good state) or "discard" (stop, keep the model as it was). `evaluate` gives
    scores of labelled rows, for reporting alone."""

    model: LFDRT
    store: FeatureStore
    settings: RethinkSettings
    runtime: Runtime
    state_file: Path
    ask: Callable[[], str] = lambda: "go"
    evaluate: Callable[[], dict[str, float]] | None = None

    def __post_init__(self) -> None:
        s = self.settings
        torch.manual_seed(s.seed)
        self.rethinker = Rethinker(self.model, through=s.through).to(self.runtime.device)
        self.weights = self.rethinker.learned()
        self.optimizer = torch.optim.AdamW(list(self.weights.values()), lr=s.rate, weight_decay=0.0)
        self.per_epoch = math.ceil(len(self.store) / s.batch_rows)
        self.step, self.bad, self.micro = 0, 0, s.batch_rows
        self.decided = np.full(len(self.store), UNSEEN)  # each row's class an epoch ago
        self.shares: list[np.ndarray] = []  # of pseudo-labels, an entry an epoch
        self.start = {n: p.detach().clone() for n, p in self.weights.items()}
        self.best = self.start

    @property
    def steps(self) -> int:
        return self.per_epoch * self.settings.epochs

    def events(self) -> Iterator[Event]:
        """From where the run stands to its end; raises TrainingFailed."""
        begun = time.monotonic()
        words = self.model.text.word_matrix(self.runtime.dtype)
        yield RunStarted(steps=self.steps, settings=to_dict(self.settings))
        if self.step == 0:
            yield from self._evaluated("before rethinking")
        reason = "done"
        while self.step < self.steps and reason == "done":
            reason = yield from self._epoch_from_here(words)
        if reason == "discarded":
            self._restore(self.start)
        self.save_state()
        yield RunFinished(step=self.step, reason=reason, seconds=time.monotonic() - begun)

    def _epoch_from_here(self, words: Tensor) -> Iterator[Event]:
        """The rest of the epoch; returns why the run ends, or "done" where it goes on."""
        done: list[RethinkStep] = []
        while (answer := self._answer()) not in ENDINGS:
            before = self.step  # a step that ran out of memory is done again
            epoch, number = divmod(before, self.per_epoch)
            step = self._step(epoch, number, words)
            if isinstance(step, Warned):
                yield step
                if self.bad >= MOST_BAD_STEPS:
                    self._restore(self.best)
                    raise TrainingFailed(
                        f"{self.bad} steps in a row gave no finite loss; the state before them is "
                        "kept. Lower the learning rate."
                    )
            else:
                done.append(step)
                yield step
            if self.step > before and self.step % self.per_epoch == 0:
                return (yield from self._epoch_done(epoch, done))
        return ENDINGS[answer]

    def _answer(self) -> str:
        """What the user wants; waits while it is "pause"."""
        while (answer := self.ask()) == "pause":
            time.sleep(0.2)
        return answer

    def _epoch_done(self, epoch: int, steps: list[RethinkStep]) -> Iterator[Event]:
        labels = self.model.config.label_set.labels
        counts = {name: sum(s.labels.get(name, 0) for s in steps) for name in labels}
        yield EpochDone(
            step=self.step,
            epoch=epoch,
            agree=sum(s.agree for s in steps),
            disagree=sum(s.disagree for s in steps),
            used=sum(s.used for s in steps),
            labels=counts,
            flips=sum(s.flips for s in steps),
            seconds=sum(s.seconds for s in steps),
        )
        total = max(1, sum(counts.values()))
        self.shares.append(np.array([counts[name] / total for name in labels]))
        agreed = sum(s.agree for s in steps) / max(1, sum(s.agree + s.disagree for s in steps))
        if said := collapse(self.shares, agreed, labels):
            self._restore(self.best)
            yield Warned(step=self.step, message=said)
            return "collapsed"
        self.best = {n: p.detach().clone() for n, p in self.weights.items()}
        self.save_state()
        yield CheckpointSaved(step=self.step, folder=self.state_file.name)
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
        lengths = np.asarray(self.store.lengths)
        order = np.argsort(lengths + rng.random(len(lengths)) * 4, kind="stable")
        parts = np.array_split(order, self.per_epoch)
        return parts[rng.permutation(self.per_epoch)[number]]

    def _step(self, epoch: int, number: int, words: Tensor) -> RethinkStep | Warned:
        """One optimizer step. Memory that runs out halves the part that is worked on at once."""
        begun, rows, s = time.monotonic(), self.rows_of(epoch, number), self.settings
        rate = s.rate * (1 - self.step / self.steps) if s.decay else s.rate
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        try:
            found = self._gradients(rows, words)
        except RuntimeError as error:
            if "out of memory" not in str(error) or self.micro == 1:
                raise
            self.micro = max(1, self.micro // 2)
            self.optimizer.zero_grad(set_to_none=True)
            torch.cuda.empty_cache()
            return Warned(
                step=self.step, message=f"out of memory: {self.micro} rows at a time from here on"
            )
        self.step += 1
        losses, classes, agreed, used = found
        if not all(map(math.isfinite, losses.values())):
            self.optimizer.zero_grad(set_to_none=True)
            self.bad += 1
            return Warned(step=self.step, message="loss is not a number: step skipped")
        self.bad = 0
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        before = self.decided[rows]
        self.decided[rows] = classes
        names = self.model.config.label_set.labels
        seconds = time.monotonic() - begun
        return RethinkStep(
            step=self.step,
            epoch=epoch,
            agree=int(agreed.sum()),
            disagree=int((~agreed).sum()),
            used=used,
            labels={names[c]: int((classes[agreed] == c).sum()) for c in range(len(names))},
            flips=int(((before != classes) & (before != UNSEEN)).sum()),
            losses=losses,
            learning_rate=rate,
            seconds=seconds,
            rows_per_second=len(rows) / max(seconds, 1e-9),
        )

    def _gradients(
        self, rows: np.ndarray, words: Tensor
    ) -> tuple[dict[str, float], np.ndarray, np.ndarray, int]:
        """Eq. 18 on one step's rows: losses, decided classes, agreement, rows that taught."""
        sums: dict[str, float] = {"classifier_1": 0.0, "classifier_2": 0.0, "masked": 0.0}
        classes, agreed, used = [], [], 0
        for start in range(0, len(rows), self.micro):
            part = rows[start : start + self.micro].tolist()
            with self.runtime.autocast():
                loss, terms, chosen, agree, taught = self._part(part, len(rows), words)
            if loss.requires_grad:
                loss.backward()
            for name, value in terms.items():
                sums[name] += float(value.detach())
            classes.append(chosen)
            agreed.append(agree)
            used += taught
        return sums, np.concatenate(classes), np.concatenate(agreed), used

    def _part(
        self, part: list[int], total: int, words: Tensor
    ) -> tuple[Tensor, dict[str, Tensor], np.ndarray, np.ndarray, int]:
        """Shares of the step's mean over `total` rows. An empty set's term is 0, never NaN."""
        s, features = self.settings, self.store.read(part)
        reading = self.rethinker.read(features)
        p_1, p_2 = (o.detach().softmax(-1) for o in (reading.logits_1, reading.logits_2))
        chosen = decide(p_1, p_2)
        agree = p_1.argmax(-1) == p_2.argmax(-1)
        sure = torch.minimum(p_1.amax(-1), p_2.amax(-1)) >= s.confidence
        weight = (agree & sure).float() * self._class_weights(chosen) / total  # (n,)
        terms = {
            name: (weight * F.cross_entropy(o, chosen, reduction="none")).sum()
            for name, o in (("classifier_1", reading.logits_1), ("classifier_2", reading.logits_2))
        }
        terms["masked"] = self._masked(part, ~agree, total, words)
        loss = s.lambda_1 * terms["classifier_1"] + s.lambda_2 * terms["classifier_2"]
        loss = loss + s.masked_weight * terms["masked"]
        taught = int((agree & sure).sum())
        return loss, terms, chosen.cpu().numpy(), agree.cpu().numpy(), taught

    def _class_weights(self, chosen: Tensor) -> Tensor:
        """A pseudo-label's weight: 1, or more the rarer it was an epoch ago (mean 1 then)."""
        if not self.settings.class_balance or not self.shares:
            return torch.ones_like(chosen, dtype=torch.float32)
        share = np.clip(self.shares[-1], 1e-3, None)
        weight = share**-self.settings.class_balance
        weight = weight / (share * weight).sum() * share.sum()
        return torch.from_numpy(weight).float().to(chosen.device)[chosen]

    def _masked(self, part: list[int], disagree: Tensor, total: int, words: Tensor) -> Tensor:
        """L_MASK: each disagreeing text counts once, by the mean over its hidden words."""
        numbers = [n for n, d in zip(part, disagree.tolist(), strict=True) if d]
        numbers = [n for n in numbers if self.store.lengths[n]]
        if not numbers or not self.settings.masked_weight:
            return torch.zeros((), device=disagree.device)
        features, masked = self.store.read_masked(numbers)
        rows, columns = (t.to(disagree.device) for t in (masked.rows, masked.columns))
        if len(rows) == 0:
            return torch.zeros((), device=disagree.device)
        h = self.rethinker.hidden_words(features, rows, columns)
        count = torch.bincount(rows, minlength=len(numbers)).clamp(min=1)
        weight = 1 / (count[rows] * total)
        return vocabulary_loss(h, words, targets=masked.targets.to(rows.device), weight=weight)

    def _restore(self, weights: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, p in self.weights.items():
                p.copy_(weights[name])

    def save_state(self) -> None:
        """Everything that a resumed run needs, written beside and renamed."""
        aside = self.state_file.with_suffix(".tmp")
        state = {
            "step": self.step,
            "weights": {n: p.detach() for n, p in self.weights.items()},
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
            "decided": torch.from_numpy(self.decided),
            "shares": torch.from_numpy(np.array(self.shares)),
            "settings": to_dict(self.settings),
        }
        torch.save(state, aside)
        aside.replace(self.state_file)

    def load_state(self) -> None:
        """Go on from the saved state; TrainingFailed for one of other settings or rows."""
        state = torch.load(self.state_file, weights_only=True)
        if state["settings"] != to_dict(self.settings) or len(state["decided"]) != len(self.store):
            raise TrainingFailed(
                f"{self.state_file.name} belongs to a run with other settings or rows: start a new "
                "run"
            )
        self._restore(state["weights"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.best, self.step = state["best"], state["step"]
        self.decided = state["decided"].numpy()
        self.shares = list(state["shares"].numpy())
