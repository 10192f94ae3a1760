"""What the Fine-tune tab saves of runs names the weights that came of them."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from app.finetune import run_views
from app.finetune.spec import TrainingSpec
from app.finetune.tab import compared, provenance
from app.jobs.store import JobFolder, JobRecord, now
from app.models.requests import MOST_RULE, digest
from app.models.service import Service
from lfdrt.events import RethinkStep, RunFinished, RunStarted, to_line
from tests.app.jobs.kinds import Trainings

STEP = RethinkStep(step=1, epoch=0, agree=3, disagree=1, used=3, labels={"joy": 3}, flips=0,
                   losses={"classifier_1": 0.5}, learning_rate=1e-4, seconds=0.1,
                   rows_per_second=10.0, disputes=[])  # fmt: skip
EVENTS = (
    RunStarted(steps=1, settings={"epochs": 1}),
    STEP,
    RunFinished(step=1, reason="done", seconds=1.0),
)


@pytest.fixture
def jobs(tmp_path: Path) -> Trainings:
    return Trainings(tmp_path / "runs")


def made(jobs: Trainings, number: int, ended: str, base: Path, weights: Path | None = None) -> str:
    """A run as it lies in its folder once it is over."""
    run = JobFolder(jobs.runs / f"{number:016x}", TrainingSpec)
    run.path.mkdir(parents=True)
    run.events.write_text("".join(to_line(e) + "\n" for e in EVENTS), encoding="utf-8")
    if weights is not None:
        model = shutil.copytree(weights, run.path / "checkpoint")
        card = {"rethought": {"selection": "the last epoch " + "x" * 2000, "settings": {"seed": 4}}}
        (model / "card.json").write_text(json.dumps(card), encoding="utf-8")
    spec = TrainingSpec(table=Path("data/t.csv"), checkpoint=base, language="tr", rows=4)
    run.write(JobRecord(name=f"Habari {number}", owner="", created=now(), spec=spec, ended=ended))
    return run.id


def shown(jobs: Trainings, base: Path, run: str) -> str:
    live = jobs.live(run)
    return run_views.below(live.sums, provenance(Service(base, "cpu"), live))


def sources(html: str) -> set[str]:
    return set(re.findall(r'data-source="([^"]*)"', unescape(html)))


def test_a_finished_run_is_cited_by_its_own_weights(jobs: Trainings, tiny_folder: Path) -> None:
    run = made(jobs, 1, "done", tiny_folder, tiny_folder)
    below = shown(jobs, tiny_folder, run)
    (source,) = sources(below)
    for part in (
        f"checkpoint Habari 1 (SHA-256 {digest(tiny_folder)[:12]})",
        "selected by: the last epoch",
        f"rethinking “Habari 1” of {tiny_folder.name}, preset",
        "step 1 of 1",
        "data: 4 rows without labels (Turkish)",
    ):
        assert part in source
    assert len(source) < MOST_RULE + 500  # whatever length a stranger's card has
    assert 'data-name="Habari-1-agreement.svg"' in below


def test_one_without_weights_is_cited_by_its_base_alone(jobs: Trainings, tiny_folder: Path) -> None:
    """It may have begun from other weights of that name."""
    run = made(jobs, 1, "discarded", tiny_folder)
    below = shown(jobs, tiny_folder, run)
    (source,) = sources(below)
    assert f"checkpoint {tiny_folder.name};" in source and "SHA-256" not in source


def test_a_comparison_cites_every_run(jobs: Trainings, tiny_folder: Path) -> None:
    runs = [made(jobs, n, "done", tiny_folder, tiny_folder) for n in (1, 2)]
    html = compared(Service(tiny_folder, "cpu"), [jobs.live(run) for run in runs])
    (source,) = sources(html)
    assert "“Habari 1”" in source and "“Habari 2”" in source
    assert [html.count(f'data-download="{kind}"') for kind in ("csv", "svg", "png")] == [1, 1, 1]
