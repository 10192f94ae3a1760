"""One lock for trainings and recordings of a folder of runs, whoever's they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.jobs import words
from app.models.requests import Refused
from tests.app.job_runs import FakeJobs, jobs_in, spec_in
from tests.app.job_runs import state_becomes as training_becomes
from tests.app.record_runs import FakeRecordings, recordings_in, spec_of, state_becomes


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[FakeRecordings]:
    made = recordings_in(tmp_path / "runs")
    yield made
    made.end_all()


@pytest.fixture
def trainings(tmp_path: Path) -> Iterator[FakeJobs]:
    """In the same folder of runs."""
    made = jobs_in(tmp_path / "runs")
    yield made
    made.end_all()


def test_no_recording_beside_a_training(
    jobs: FakeRecordings, trainings: FakeJobs, tmp_path: Path
) -> None:
    training = trainings.start(spec_in(tmp_path, "tuning"), "")
    with pytest.raises(Refused, match="“tuning” is still being trained"):
        jobs.start(spec_of(), "")
    assert jobs.history("") == [], "nothing is left of it"
    trainings.say(training, "", "discard")
    training_becomes(trainings, training, "discarded")
    jobs.sets = 1
    state_becomes(jobs, jobs.start(spec_of(), ""), "done")


def test_no_training_and_no_second_recording_beside_one(
    jobs: FakeRecordings, trainings: FakeJobs, tmp_path: Path
) -> None:
    run = jobs.start(spec_of(), "")
    with pytest.raises(Refused, match="“first” is still being recorded"):
        trainings.start(spec_in(tmp_path, "tuning"), "")
    with pytest.raises(Refused, match="“first” is still being recorded"):
        jobs.start(spec_of("second"), "")
    assert trainings.history("") == [] and [r.id for r in jobs.history("")] == [run]


def test_a_foreign_recording_is_not_named(tmp_path: Path) -> None:
    jobs = recordings_in(tmp_path / "runs", single_user=False)
    trainings = jobs_in(tmp_path / "runs", single_user=False)
    jobs.start(spec_of("a secret"), "anna")
    try:
        for start in (
            lambda: trainings.start(spec_in(tmp_path), "berta"),
            lambda: jobs.start(spec_of(), "berta"),
        ):
            with pytest.raises(Refused) as refused:
                start()
            assert str(refused.value) == words.RECORDING.busy
    finally:
        jobs.end_all()
