"""Training events as a progress bar with the time left; nothing where there is no terminal."""

from __future__ import annotations

from typing import Self

from tqdm import tqdm

from lfdrt.events import (
    EpochDone,
    EvalDone,
    Event,
    Preparing,
    RethinkStep,
    RunStarted,
    StepDone,
    Tried,
    Warned,
)

SHOWN = (
    "faces",
    "classifier",
    "classifier_1",
    "post_alignment",
    "consistency",
    "mask_1",
    "masked",
    "head",
)
"""Losses beside the bar, where a run has them: more would not fit a line."""


class EventBar:
    """A context that shows the events it is given; scores and warnings stay above the bar.

    `hidden`: None hides the bar where there is no terminal.
    """

    def __init__(self, name: str = "", *, hidden: bool | None = None) -> None:
        self._name, self._stage = name, ""
        self._bar = tqdm(desc=name or None, unit="step", disable=hidden)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, event: Event) -> None:
        """A resumed run's first step moves the bar to where the run stands."""
        bar = self._bar
        if isinstance(event, Preparing):
            self._prepare(event)
        elif isinstance(event, RunStarted):
            bar.unit = "step"
            bar.set_description(self._name or None, refresh=False)
            bar.reset(event.steps)
        elif isinstance(event, StepDone | RethinkStep):
            if bar.n == 0 and event.step > 1:
                bar.initial = bar.n = event.step - 1  # done by an earlier process: no time of ours
            bar.update(event.step - bar.n)
            losses = {k: f"{event.losses[k]:.2f}" for k in SHOWN if k in event.losses}
            bar.set_postfix(losses, refresh=False)
        elif isinstance(event, EpochDone):
            bar.write(
                f"epoch {event.epoch + 1}: {event.agree:,} agree, {event.disagree:,} disagree, "
                f"{event.flips:,} changed their class"
            )
        elif isinstance(event, Tried):
            bar.update(event.step - bar.n)
            bar.set_postfix_str(f"{event.name}: {event.gain:+.1f}", refresh=False)
        elif isinstance(event, EvalDone):
            scores = ", ".join(f"{k} {v:.3f}" for k, v in event.scores.items())
            bar.write(f"{event.data}: {scores} ({event.rule})")
        elif isinstance(event, Warned):
            bar.write(f"step {event.step}: {event.message}")

    def _prepare(self, event: Preparing) -> None:
        """A bar of its own for each stage. The steps' bar stays where it is while saving."""
        bar = self._bar
        if event.stage == "saving":
            bar.set_postfix_str("saving", refresh=True)
            return
        if event.stage != self._stage:
            self._stage, bar.unit = event.stage, "row"
            bar.set_description(event.stage, refresh=False)
            bar.reset(event.total)
        bar.update(event.done - bar.n)
