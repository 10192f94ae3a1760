"""One true training on a tiny model through the jobs: killed, gone on with, kept, used."""

from __future__ import annotations

import csv
from pathlib import Path

import psutil
import pytest

from app.finetune.folder import RunFolder
from app.finetune.jobs import Jobs
from app.finetune.spec import JobSpec
from app.jobs.process import kill_tree
from lfdrt.__main__ import main
from tests.app.job_runs import state_becomes, steps_reach, until
from tests.tiny import SENTENCES


@pytest.mark.slow  # starts two processes that import torch
def test_a_training_from_data_to_a_model(tmp_path: Path, tiny_folder: Path) -> None:
    table, few = tmp_path / "rows.csv", tmp_path / "few.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text",), *((s,) for s in SENTENCES)])
    with few.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), (SENTENCES[0], "joy")])
    jobs = Jobs(tmp_path / "runs", device="cpu", single_user=True)
    spec = JobSpec(
        table=table,
        labelled=few,
        columns={"text": "text", "image": None, "lang": None, "label": None, "id": None},
        changes={"epochs": 100_000, "batch_rows": 8},
        checkpoint=tiny_folder,
        name="true",
        rows=len(SENTENCES),
    )
    run = jobs.start(spec, "")
    folder = RunFolder(jobs.folder / run)
    try:
        steps_reach(jobs, run, 4)
        until(folder.state.is_file)
        record = folder.record()
        assert record is not None and record.process is not None
        psutil.Process(record.process.pid).kill()
        reached = state_becomes(jobs, run, "lost").step
        jobs.resume(run, "")
        steps_reach(jobs, run, reached + 4)
        jobs.say(run, "", "keep")
        live = state_becomes(jobs, run, "kept")
    finally:
        record = folder.record()
        kill_tree(record.process if record else None, run)
    assert [p.step for p in live.points] == list(range(1, live.step + 1))
    assert all(p.agree + p.disagree == 8 for p in live.points) and len(live.evals) >= 2
    outcome = jobs.outcome(run, "")
    assert outcome.rows == 16 and outcome.scores is not None and outcome.scores.rows == 1
    assert sum(outcome.distribution_after.values()) == 16
    again = jobs.import_zip(jobs.export(run, "", tmp_path / "zips"), "")
    tuned = jobs.live(again, "").info.checkpoint
    assert tuned is not None and main(["predict", "--checkpoint", str(tuned), "--text", "gel"]) == 0
