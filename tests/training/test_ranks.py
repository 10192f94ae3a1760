"""Two processes give what one gives, the same losses and weights; and so does one that dies."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from lfdrt.batch import Share
from lfdrt.events import CheckpointSaved, Preparing, RunStarted, StepDone, Tried
from lfdrt.runs.log import read_events
from lfdrt.training.pretrain.run import _check_share
from lfdrt.training.saved import TrainingFailed
from lfdrt.training.teach.reading import Read
from tests.tiny import tiny_checkpoint
from tests.tiny_data import tiny_data
from tests.training import tiny_run
from tests.training.settings import TINY


def launched(launcher: list[str], folder: Path, out: Path, *kinds: str) -> None:
    subprocess.run(
        [sys.executable, "-m", *launcher, "-m", "tests.training.tiny_run", folder, out, *kinds],
        check=True,
        timeout=280,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny_checkpoint(tmp_path / "tiny")
    tiny_data(tmp_path / "data")
    return tmp_path


def losses(run: Path) -> list[dict[str, float]]:
    return [e.losses for e in read_events(run / "events.jsonl") if isinstance(e, StepDone)]


def assert_same_losses(two: Path, one: Path) -> None:
    """Sums are in another order, hence 1e-4."""
    for a, b in zip(losses(two), losses(one), strict=True):
        assert a == pytest.approx(b, abs=1e-4)


def assert_same_weights(two: Path, one: Path) -> None:
    """What is saved is rounded to float16."""
    weights = load_file(one)
    for name, value in load_file(two).items():
        torch.testing.assert_close(value, weights[name], atol=1e-3, rtol=1e-2, msg=name)


@pytest.mark.slow
def test_who_dies_begins_again_from_the_newest_state(folder: Path) -> None:
    """Slow: starts five Python processes. One of two dies in the fifth step, and the launcher
    starts both again: from the state after the third."""
    pytest.importorskip("accelerate", reason="install accelerate to test several processes")
    tiny_run.main(folder, folder / "one", ["pretrain"])
    out = folder / "again"
    launcher = ["accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"]
    launcher += ["--max_restarts", "1", "--main_process_port", "0"]
    launched(launcher, folder, out, tiny_run.MORTAL)
    out /= tiny_run.MORTAL
    assert (out / "died").exists() and (out / "begun").read_text().split() == ["0", "3"]
    assert_same_losses(out, folder / "one" / "pretrain")
    assert_same_weights(out / "w.safetensors", folder / "one" / "pretrain" / "w.safetensors")
    told = [type(e) for e in read_events(out / "events.jsonl")]
    assert (told.count(RunStarted), told.count(CheckpointSaved)) == (2, 2)


@pytest.mark.slow
def test_two_processes_train_as_one(folder: Path) -> None:
    """Slow: starts three Python processes. Contrastive negatives, means over hidden positions and
    gradients must all count both processes' rows once; sentences hide different numbers of words,
    so a process's share of the families' mean is not half. On a CPU, too, it is --multi_gpu that
    starts two processes: --cpu starts one."""
    pytest.importorskip("accelerate", reason="install accelerate to test several processes")
    kinds = ["pretrain", "families", "teach"]
    tiny_run.main(folder, folder / "one", kinds)
    out = folder / "two"
    launcher = ["accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"]
    launched([*launcher, "--main_process_port", "0"], folder, out, *kinds)
    assert [(out / f"rank-{n}").read_text() for n in (0, 1)] == ["2", "2"]
    one, two = folder / "one" / "pretrain", out / "pretrain"
    assert_same_losses(two, one)
    assert_same_weights(two / "w.safetensors", one / "w.safetensors")
    one, two = folder / "one" / "families", out / "families"
    assert_same_losses(two, one)
    (weights,) = (one / "checkpoint").glob("*.safetensors")
    assert_same_weights(two / "checkpoint" / weights.name, weights)
    encoded = [sum(isinstance(e, Preparing) for e in read_events(f / "events.jsonl"))
               for f in (one, two)]  # fmt: skip
    assert 0 < encoded[1] < encoded[0], "the first process encoded the other's part too"
    tried = [[e for e in read_events(f / "teach" / "events.jsonl") if isinstance(e, Tried)]
             for f in (folder / "one", out)]  # fmt: skip
    assert tried[0] == tried[1] and len(tried[0]) > 2
    first, second = (Read.load(f / "teach" / "read.npz") for f in (folder / "one", out))
    assert first.ids == second.ids and first.texts == second.texts
    assert np.array_equal(first.z, second.z)


def test_shares_are_a_partition() -> None:
    """Six rows by three processes: 0 3, 1 4, 2 5."""
    t = torch.arange(6)
    assert [Share(rank=r, world=3).rows(t).tolist() for r in range(3)] == [[0, 3], [1, 4], [2, 5]]


def test_rows_that_cannot_be_shared_are_named() -> None:
    with pytest.raises(TrainingFailed, match="parallel_rows is 6, which 4 processes"):
        _check_share(replace(TINY, masked_rows=4), Share(rank=0, world=4))
