"""`lfdrt average`: the mean of weights, and only of what can be averaged."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from lfdrt.__main__ import main
from lfdrt.checkpoint import load_checkpoint
from lfdrt.errors import UserError
from lfdrt.labels import POLARITY3
from lfdrt.training.averaging import mean_state
from tests.tiny import tiny_checkpoint


def test_the_mean_of_two_checkpoints(tmp_path: Path) -> None:
    folders = [tiny_checkpoint(tmp_path / f"seed-{n}", seed=n) for n in range(2)]
    shutil.copy(folders[0] / "tokenizer.json", folders[1])  # training one has ties
    card = json.loads((folders[1] / "card.json").read_text("utf-8"))
    del card["files_sha256"]  # a file was changed on purpose
    (folders[1] / "card.json").write_text(json.dumps(card), "utf-8")
    out = tmp_path / "mean"
    assert main(["average", *map(str, folders), "--out", str(out)]) == 0
    one, two, mean = (load_checkpoint(f).model.state_dict() for f in (*folders, out))
    for key in ("no_text", "disentanglers.weight", "attention.W_q.weight"):
        torch.testing.assert_close(mean[key], (one[key] + two[key]) / 2, atol=1e-3, rtol=1e-3)
    assert load_checkpoint(out).card["averaged"] == [None, None]


def test_hand_computed_mean_keeps_what_is_no_float() -> None:
    states = [
        {"w": torch.tensor([1.0, 2.0]), "n": torch.tensor(7)},
        {"w": torch.tensor([3.0, 8.0]), "n": torch.tensor(7)},
    ]
    mean = mean_state(states, ["a", "b"])
    assert mean["w"].tolist() == [2.0, 5.0]
    assert mean["n"].item() == 7
    states[1]["n"] = torch.tensor(8)
    with pytest.raises(UserError, match="b and a differ in n"):
        mean_state(states, ["a", "b"])


def test_what_cannot_be_averaged_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = str(tiny_checkpoint(tmp_path / "one"))
    other = str(tiny_checkpoint(tmp_path / "other", label_set=POLARITY3))
    out = str(tmp_path / "mean")
    assert main(["average", one, "--out", out]) == 2
    assert "at least two" in capsys.readouterr().err
    assert main(["average", one, other, "--out", out]) == 2
    assert "another config.json" in capsys.readouterr().err
    assert main(["average", one, one, "--out", one]) == 2
    assert "there already" in capsys.readouterr().err
