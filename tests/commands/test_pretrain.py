"""`lfdrt pretrain` as a process: killed in mid-run it goes on, and ends at the same weights."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file

from lfdrt.__main__ import main
from lfdrt.checkpoint import load_checkpoint
from lfdrt.config import to_dict
from lfdrt.events import StepDone
from lfdrt.runs.files import write_json
from lfdrt.runs.log import read_events
from lfdrt.training.saved import keep_tensors
from tests.tiny_data import tiny_data, tiny_faces
from tests.tiny_towers import tiny_towers
from tests.training.settings import TINY

STEPS = 40


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """Everything but --out, which also wants the faces' features of `run_folder`."""
    tiny_towers(tmp_path / "towers")
    tiny_data(tmp_path / "data")
    settings = replace(TINY, steps=STEPS, checkpoint_every=5)
    write_json(tmp_path / "settings.json", to_dict(settings))
    words = ["pretrain", "--preset", "settings.json", "--data", "data", "--towers", "towers"]
    return [str(tmp_path / w) if (tmp_path / w).exists() else w for w in words]


def run_folder(path: Path) -> Path:
    path.mkdir()
    keep_tensors(path / "faces.safetensors", vars(tiny_faces(16)))
    return path


def steps_done(folder: Path) -> list[int]:
    return [e.step for e in read_events(folder / "events.jsonl") if isinstance(e, StepDone)]


@pytest.mark.slow
def test_killed_run_goes_on_bit_by_bit(tmp_path: Path, arguments: list[str]) -> None:
    """Slow: a Python process, killed (SIGKILL on POSIX) after a state was saved; what this one
    makes of it must equal the weights of a whole run exactly."""
    whole, cut = run_folder(tmp_path / "whole"), run_folder(tmp_path / "cut")
    command = [*arguments, "--device", "cpu", "--out"]
    assert main([*command, str(whole)]) == 0
    process = subprocess.Popen([sys.executable, "-m", "lfdrt", *command, str(cut)])
    deadline = time.monotonic() + 240
    while len(steps_done(cut)) < 12 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait(timeout=60)
    assert not (cut / "checkpoint").exists(), "the run was over before it could be killed"
    assert main([*command, str(cut)]) == 0
    assert steps_done(cut) == list(range(1, STEPS + 1))
    for file in sorted((whole / "checkpoint").glob("*.safetensors")):
        other = load_file(cut / "checkpoint" / file.name)
        for name, value in load_file(file).items():
            assert value.equal(other[name]), name


def test_run_ends_in_a_checkpoint_with_a_card(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = run_folder(tmp_path / "run")
    assert main([*arguments, "--out", str(out), "--steps", "4"]) == 0
    checkpoint = load_checkpoint(out / "checkpoint")
    assert checkpoint.card["steps"] == 4
    assert "last step" in checkpoint.card["selection"]
    assert (out / "curves.csv").read_text().count("\n") == 5
    assert "evaluate" in capsys.readouterr().out


def test_other_settings_in_the_same_folder_are_refused(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = run_folder(tmp_path / "run")
    assert main([*arguments, "--out", str(out), "--steps", "2"]) == 0
    assert main([*arguments, "--out", str(out), "--steps", "3"]) == 2
    assert "another steps: name a new --out" in capsys.readouterr().err


def test_unknown_setting_is_named(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"stepz": 3}))
    assert main([*arguments, "--out", str(run_folder(tmp_path / "run"))]) == 2
    assert "stepz" in capsys.readouterr().err


def test_a_failed_training_is_a_sentence(
    tmp_path: Path,
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lfdrt.training.pretrain.run.PretrainRun._train_step", lambda *_: None)
    assert main([*arguments, "--out", str(run_folder(tmp_path / "run"))]) == 2
    assert "Lower the learning rates" in capsys.readouterr().err
