"""The progress bar: a resumed run starts where it stands; warnings and scores are not lost."""

from __future__ import annotations

import pytest

from lfdrt.commands.progress import EventBar
from lfdrt.events import EvalDone, Preparing, RunStarted, StepDone, Warned


def step(number: int) -> StepDone:
    return StepDone(step=number, losses={"faces": 1.0}, learning_rate=0.1, seconds=0.1)


def test_a_resumed_run_does_not_count_earlier_steps_as_speed() -> None:
    with EventBar(hidden=False) as bar:
        bar.show(RunStarted(steps=10, settings={}))
        bar.show(step(7))
        assert (bar._bar.initial, bar._bar.n, bar._bar.total) == (6, 7, 10)
        bar.show(step(8))
        assert bar._bar.n == 8


def test_scores_and_warnings_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with EventBar("faces") as bar:
        bar.show(EvalDone(step=1, data="faces dev", scores={"accuracy": 0.5}, rule="last"))
        bar.show(Warned(step=2, message="loss is not a number: step skipped"))
    shown = capsys.readouterr()
    assert "faces dev: accuracy 0.500 (last)" in shown.out + shown.err
    assert "step 2: loss is not a number" in shown.out + shown.err


def test_stages_have_a_bar_of_their_own_and_steps_begin_anew() -> None:
    with EventBar(hidden=False) as bar:
        bar.show(Preparing(step=0, stage="pictures", done=64, total=100))
        assert (bar._bar.n, bar._bar.total, bar._bar.desc) == (64, 100, "pictures: ")
        bar.show(Preparing(step=0, stage="encoding", done=10, total=80))
        assert (bar._bar.n, bar._bar.total) == (10, 80)
        bar.show(RunStarted(steps=6, settings={}))
        bar.show(step(1))
        assert (bar._bar.n, bar._bar.total) == (1, 6)
        bar.show(Preparing(step=6, stage="saving", done=0, total=80))
        assert bar._bar.n == 1
    with EventBar(hidden=True) as bar:
        bar.show(Preparing(step=0, stage="pictures", done=64, total=100))
