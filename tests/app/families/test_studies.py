"""A study of a checkpoint's families as a job: measured, shown beside the bundled ones, taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.families.kind import STUDY, StudySpec, export, listed, read
from app.models.requests import Refused
from lfdrt.evaluation.recordings.families import read_families
from tests.app.jobs.kinds import Studies


class True_(Studies):
    """Whose processes are the true ones."""

    def _command(self, folder: Path, spec: StudySpec) -> list[str]:
        return STUDY.command(folder, spec)


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Studies]:
    made = Studies(tmp_path / "runs", single_user=False)
    yield made
    made.end_all()


def test_a_whole_one_is_listed_and_read_by_its_owner_alone(jobs: Studies, tmp_path: Path) -> None:
    jobs.gate = 3
    run = jobs.start("Mine: ../x", "anna")
    jobs.reaches(run, 3, "anna")
    assert run not in [key for _, key in listed(jobs.jobs, "anna")]
    jobs.open_gate(run)
    jobs.becomes(run, "done", "anna")
    assert listed(jobs.jobs, "anna")[0] == ("Yours: Mine: ../x", run)
    assert [key for _, key in listed(jobs.jobs, "berta")] == ["families-compact"]
    found = read(jobs.jobs, run, "anna")
    assert (found.name, found.checkpoint) == ("Mine: ../x", "compact")
    assert read(jobs.jobs, "families-compact", "berta").name == "families-compact"
    path = export(jobs.jobs, run, "anna", tmp_path)
    assert path.name == "Mine-..-x.families.json"
    for ask in (read, lambda j, r, o: export(j, r, o, tmp_path)):
        with pytest.raises(Refused, match="no such study"):
            ask(jobs.jobs, run, "berta")


def test_it_has_no_name_of_a_bundled_one(jobs: Studies) -> None:
    with pytest.raises(Refused, match="study called “Families-Compact” already"):
        jobs.start("Families-Compact", "anna")


def test_every_choice_is_an_option(tmp_path: Path) -> None:
    from lfdrt.__main__ import build_parser

    spec = StudySpec(name="x", checkpoint=Path("c"), model="c", data=Path("data"))
    args = build_parser().parse_args(STUDY.command(tmp_path, spec)[1:])
    assert (args.folder, args.data, args.follow) == (Path("c"), Path("data"), tmp_path)
    assert args.out == tmp_path / "study"


@pytest.mark.slow  # starts a process that imports torch
def test_a_true_study_of_a_tiny_checkpoint(tmp_path: Path, tiny_folder: Path) -> None:
    jobs = True_(tmp_path / "runs")
    spec = StudySpec(name="true", checkpoint=tiny_folder, model="tiny")
    run = jobs.jobs.start(spec, "")
    try:
        live = jobs.becomes(run, "done")
    finally:
        jobs.end_all()
    assert (live.sums.stage, live.sums.steps) == ("distances", 4)
    found = read(jobs.jobs, run, "")
    assert (found.name, found.checkpoint, found.transfer) == ("true", "tiny", ())
    assert read_families(jobs.folder(run) / "study").distances == found.distances
