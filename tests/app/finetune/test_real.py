"""One true training on a tiny model through the jobs: killed, gone on with, kept, used."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.finetune.archive import TRAININGS, bring_in, export
from app.finetune.kind import TRAINING, model_of
from app.finetune.outcome import read_outcome
from app.finetune.spec import TrainingSpec
from lfdrt.__main__ import main
from tests.app.jobs.kinds import Trainings, until
from tests.tiny import SENTENCES


class True_(Trainings):
    """Whose processes are the true ones."""

    def _command(self, folder: Path, spec: TrainingSpec) -> list[str]:
        return TRAINING.command(folder, spec)


@pytest.mark.slow  # starts two processes that import torch
def test_a_training_from_data_to_a_model(tmp_path: Path, tiny_folder: Path) -> None:
    table, few = tmp_path / "rows.csv", tmp_path / "few.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text",), *((s,) for s in SENTENCES)])
    with few.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), (SENTENCES[0], "joy")])
    spec = TrainingSpec(
        table=table,
        labelled=few,
        columns={"text": "text", "image": None, "lang": None, "label": None, "id": None},
        changes={"epochs": 100_000, "batch_rows": 8},
        checkpoint=tiny_folder,
        name="true",
        rows=len(SENTENCES),
    )
    jobs = True_(tmp_path / "runs")
    run = jobs.jobs.start(spec, "")
    try:
        jobs.reaches(run, 4)
        until((jobs.folder(run) / "state.pt").is_file)
        jobs.kill(run)
        reached = jobs.becomes(run, "lost").sums.step
        jobs.jobs.resume(run, "")
        jobs.reaches(run, reached + 4)
        jobs.jobs.say(run, "", "keep")
        live = jobs.becomes(run, "kept")
        jobs.settled(run)
    finally:
        jobs.end_all()
    points = live.sums.points
    assert [p.step for p in points] == list(range(1, live.sums.step + 1))
    assert all(p.agree + p.disagree == 8 for p in points)
    outcome = read_outcome(jobs.folder(run), "true", "kept")
    assert outcome.rows == 16 and outcome.scores is not None and outcome.scores.rows == 1
    assert sum(outcome.distribution_after.values()) == 16
    again = bring_in(
        TRAININGS, jobs.jobs, export(TRAININGS, jobs.jobs, run, "", tmp_path / "zips"), ""
    )
    tuned = model_of(jobs.live(again).info)
    assert tuned is not None and main(["predict", "--checkpoint", str(tuned), "--text", "gel"]) == 0
