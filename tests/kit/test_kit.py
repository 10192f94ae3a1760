"""The whole kit at tiny size: built, run to its end on a CPU, its weights taken home."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pytest
import torch
from safetensors.torch import load_file

from lfdrt.__main__ import main
from lfdrt.checkpoint import load_checkpoint
from lfdrt.evaluation.evaluate import text_probabilities
from lfdrt.kit import jobs
from lfdrt.runtime import resolve_runtime
from tests.kit.made import made_kit
from tests.tiny import SENTENCES


class InProcess:
    """A command of the command line that ran to its end here: a process would spend its seconds on
    importing torch."""

    def __init__(self, words: Sequence[str], log: IO[bytes], width: int) -> None:
        said = _Log(log)
        with (
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            self.code = main(words)

    def terminate(self) -> None:
        """It is over."""

    def poll(self) -> int:
        return self.code

    def wait(self, timeout: float | None = None) -> int:
        return self.code


class _Log:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())

    def flush(self) -> None:
        self._file.flush()


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny products on several threads of a busy machine mostly wait for one another."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_kit_runs_to_its_end_and_its_weights_come_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow: seven trainings, and six processes of `accelerate launch`."""
    made_kit(tmp_path)
    monkeypatch.setattr(jobs, "start", InProcess)
    out = tmp_path / "results"
    words = ["kit", "run", str(tmp_path / "kit"), "--out", str(out), "--device", "cpu"]
    code = main(words)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert code == 0, (report["jobs"], report["checks"])
    assert {one["state"] for one in report["jobs"].values()} == {"done"}
    names = "checks sentiment-full-0 sentiment-full-1 sentiment-mean families heads-full-0"
    names += " heads-full-1 heads-mean evaluate heads-without_lfd-0 heads-without_lfd-1"
    names += " sentiment-english_only-0 sentiment-english_only-1"
    assert list(report["jobs"]) == names.split()
    assert report["planned_steps"] == {"sentiment": 2, "families": 2, "heads": 2}
    checks = report["checks"]["checks"]
    names = "prepare predict pretrain recompute families heads rethink teach"
    assert [*checks] == [*names.split(), "launch", "launch families"]
    assert all(one["ok"] for one in checks.values())
    assert all(checks[name]["processes"] == 2 for name in ("launch", "launch families"))
    assert report["checks"]["step_seconds"].keys() == {"sentiment", "families", "heads"}
    rows = {row["row"]: row["measures"] for row in report["heads"]["rows"]}
    assert rows.keys() == {"full", "without_lfd"}
    assert "minus_full" in rows["without_lfd"]["xed dev, 8 language(s), macro-F1"]
    assert report["mean"]["words"].keys() == {"held out", "unseen"}
    kept = sorted(path.name for path in out.iterdir())
    assert kept == ["logs.txt.gz", "model.json", "model.safetensors", "report.json"]
    assert not [name for name in load_file(out / "model.safetensors") if "word_embeddings" in name]

    assert main(words) == 0  # all of it is there: nothing is trained again
    home = tmp_path / "home"
    towers = ["--towers", str(tmp_path / "towers")]
    assert main(["kit", "merge", str(out), *towers, "--out", str(home)]) == 0
    cut, whole = load_checkpoint(tmp_path / "kit" / "work" / "heads-mean"), load_checkpoint(home)
    assert cut.tokenizer.size < whole.tokenizer.size
    cpu = resolve_runtime("cpu", "float32")
    told = [
        text_probabilities(one.model, one.tokenizer, SENTENCES[:9], [0, 3], cpu)
        for one in (cut, whole)
    ]
    torch.testing.assert_close(told[0], told[1])


@pytest.mark.slow
def test_the_script_of_the_kit_needs_nothing_beside_it(tmp_path: Path) -> None:
    """Slow: a process that imports torch. Every job is cut at once, the report is there all the
    same."""
    made_kit(tmp_path)
    (tmp_path / "kit").rename(tmp_path / "carried")
    done = subprocess.run(
        [sys.executable, "run.py", "--minutes", "0", "--out", "../results", "--device", "cpu"],
        cwd=tmp_path / "carried", capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    report = json.loads((tmp_path / "results/report.json").read_text(encoding="utf-8"))
    assert {one["state"] for one in report["jobs"].values()} == {"not begun"}
    assert "not everything was done" in done.stdout
