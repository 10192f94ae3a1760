"""Two processes give what one gives: the same losses and the same weights, also if one dies."""

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


def two_processes(folder: Path, *kinds: str, restarts: int = 0) -> Path:
    """Where they trained. On a CPU `accelerate launch --cpu` starts one process only."""
    pytest.importorskip("accelerate", reason="install accelerate to test several processes")
    launcher = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"]
    launcher += ["--max_restarts", str(restarts), "--main_process_port", "0"]
    out = folder / "two"
    subprocess.run(
        [sys.executable, *launcher, "-m", "tests.training.tiny_run", folder, out, *kinds],
        check=True,
        timeout=280,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert [(out / f"rank-{n}").read_text() for n in (0, 1)] == ["2", "2"]
    return out


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
def test_two_processes_of_which_one_dies_pretrain_as_one(folder: Path) -> None:
    """Slow: starts five Python processes. Contrastive negatives, means over hidden positions and
    gradients must all count both processes' rows once; who dies in the fifth step is started again
    with the other, from the state after the third."""
    tiny_run.main(folder, folder / "one", ["pretrain"])
    out = two_processes(folder, tiny_run.MORTAL, restarts=1) / tiny_run.MORTAL
    assert (out / "died").exists() and (out / "begun").read_text().split() == ["0", "3"]
    assert_same_losses(out, folder / "one" / "pretrain")
    assert_same_weights(out / "w.safetensors", folder / "one" / "pretrain" / "w.safetensors")
    told = [type(e) for e in read_events(out / "events.jsonl")]
    assert (told.count(RunStarted), told.count(CheckpointSaved)) == (2, 2)


@pytest.mark.slow
def test_two_processes_learn_families_and_read_for_a_teaching_as_one(folder: Path) -> None:
    """Slow: starts three Python processes. Sentences hide different numbers of words, so a
    process's share of the mean is not half."""
    kinds = ["families", "teach"]
    tiny_run.main(folder, folder / "one", kinds)
    out = two_processes(folder, *kinds)
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
