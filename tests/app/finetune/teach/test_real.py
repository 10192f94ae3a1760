"""Teachings by the true command on a tiny checkpoint: read, labelled, learned, taken along."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.finetune.archive import bring_in, export
from app.finetune.spec import TeachSpec
from app.finetune.teach import views
from app.finetune.teach.kind import TEACHING, is_read, read_result, taught_model
from app.finetune.teach.packing import TEACHINGS
from app.finetune.teach.sitting import labels_in, sitting
from app.jobs.engine import Engine
from app.kinds import engines
from app.models.shelf import mix_of
from app.page.saving import Provenance
from lfdrt.__main__ import main
from tests.csv_files import write
from tests.tiny import SENTENCES

pytestmark = pytest.mark.slow


def ended(jobs: Engine, run: str) -> str:
    """How it is shown once it is over."""
    end = time.monotonic() + 240
    while (live := jobs.live(run, "")).active:
        assert time.monotonic() < end, live
        time.sleep(0.1)
    return live.info.shown or live.failure


def test_read_labelled_learned_and_brought_back(
    tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = [(f"{SENTENCES[n % 16]} {n}",) for n in range(40)]
    table = write(tmp_path / "mine.csv", [("text",), *cells])
    jobs = engines(tmp_path / "runs", device="cpu", single_user=True).of(TEACHING)
    jobs.open()
    spec = TeachSpec(table=table, columns={"text": "text"}, checkpoint=tiny_folder, name="mine",
                     language="sw", rows=40)  # fmt: skip
    run = jobs.start(spec, "")
    assert ended(jobs, run) == "read"
    info = jobs.live(run, "").info
    assert is_read(info) and taught_model(info) is None
    at = sitting(info.folder)
    asked = at.now()
    for _ in range(12):
        assert asked.question is not None
        asked = at.answer("label", asked.question.id, "joy")
    jobs.again(run, "", aim="right", mix={"joy": 60.0})
    assert ended(jobs, run) == "done"
    live = jobs.live(run, "")
    found = read_result(live.info.folder)
    assert found is not None and found.kept and found.labels == 12 and found.gain is not None
    shown = views.outcome(live, Provenance(file="t", source="s"))
    assert "on your 12 labels" in shown and "read differently now" in shown
    model = taught_model(live.info)
    assert model is not None and mix_of(model)
    capsys.readouterr()
    assert main(["predict", "--checkpoint", str(model), "--text", "so", "--lang", "en"]) == 0
    assert "With this mix of classes" in capsys.readouterr().out
    brought = bring_in(TEACHINGS, jobs, export(TEACHINGS, jobs, run, "", tmp_path / "zips"), "")
    assert jobs.live(brought, "").info.shown == "imported"
    assert labels_in(jobs.live(brought, "").info.folder) == 12
