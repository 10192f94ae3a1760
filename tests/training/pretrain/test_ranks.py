"""Two processes give what one gives: the same losses and the same weights."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from lfdrt.batch import Share
from lfdrt.training.pretrain.run import _check_share
from lfdrt.training.saved import TrainingFailed
from tests.tiny import tiny_checkpoint
from tests.tiny_data import tiny_data
from tests.training import tiny_run
from tests.training.settings import TINY


@pytest.mark.slow
def test_two_processes_equal_one(tmp_path: Path) -> None:
    """Slow: starts three Python processes. Contrastive negatives, means over hidden positions and
    gradients must all count both processes' rows once; sums are in another order, hence 1e-4."""
    pytest.importorskip("accelerate", reason="install accelerate to test several processes")
    tiny_checkpoint(tmp_path / "tiny")
    tiny_data(tmp_path / "data")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    tiny_run.main(tmp_path, tmp_path / "one")
    launcher = ["-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2"]
    subprocess.run(
        [sys.executable, *launcher, "-m", "tests.training.tiny_run", tmp_path, tmp_path / "two"],
        check=True,
        timeout=300,
        env=os.environ | {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"},
    )
    one, two = (json.loads((tmp_path / n / "losses.json").read_text()) for n in ("one", "two"))
    for a, b in zip(one, two, strict=True):
        assert a.keys() == b.keys()
        for term in a:
            assert b[term] == pytest.approx(a[term], abs=1e-4), term
    weights = load_file(tmp_path / "one" / "w.safetensors")
    for name, value in load_file(tmp_path / "two" / "w.safetensors").items():
        torch.testing.assert_close(value, weights[name], atol=1e-4, rtol=1e-3, msg=name)


def test_shares_are_a_partition() -> None:
    """Six rows by three processes: 0 3, 1 4, 2 5."""
    t = torch.arange(6)
    assert [Share(rank=r, world=3).rows(t).tolist() for r in range(3)] == [[0, 3], [1, 4], [2, 5]]


def test_rows_that_cannot_be_shared_are_named() -> None:
    with pytest.raises(TrainingFailed, match="parallel_rows is 6, which 4 processes"):
        _check_share(replace(TINY, masked_rows=4), Share(rank=0, world=4))
