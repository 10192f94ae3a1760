"""The bundled recordings: all can be read, they are small, and they agree with the report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lfdrt.baselines.evaluate import measures_of_reading
from lfdrt.data.sources.sample import read_sample
from lfdrt.evaluation.recordings.families import read_families
from lfdrt.evaluation.recordings.files import list_recordings, read_recording
from lfdrt.evaluation.recordings.pair import align
from lfdrt.evaluation.recordings.recorder import predictions_of

BENCHMARKS = Path(__file__).parents[1] / "assets" / "benchmarks"
FOLDER = BENCHMARKS / "recordings"
NAMES = [path.name for path in list_recordings(FOLDER)]
OF_FAMILIES = [path.parent for path in FOLDER.glob("*/families.json")]


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 6e6


def test_nothing_half_made_is_bundled() -> None:
    whole = {*NAMES, *(path.name for path in OF_FAMILIES)}
    assert {path.name for path in FOLDER.iterdir()} == whole


@pytest.mark.parametrize("name", NAMES)
def test_each_one_can_be_read_and_says_what_it_is(name: str) -> None:
    recording = read_recording(FOLDER / name)
    assert recording.run.name == name
    assert recording.run.note
    assert recording.run.selection
    assert len(set(recording.keys)) == len(recording)


def test_the_bundled_checkpoint_scores_as_its_report_says() -> None:
    report = json.loads((BENCHMARKS / "compact" / "report.json").read_text(encoding="utf-8"))
    recording = read_recording(FOLDER / "compact")
    assert recording.run.weights_sha256 == report["weights_sha256"]
    sets = {one["set"]: one for one in report["sets"]}
    assert [one.name for one in recording.run.sets] == list(sets)
    for k, one in enumerate(recording.run.sets):
        rows = np.flatnonzero(recording.set_of == k)
        accuracy, agreement = recording.correct[rows].mean(), recording.agree[rows].mean()
        assert accuracy == pytest.approx(sets[one.name]["accuracy"], abs=2e-3)
        assert agreement == pytest.approx(sets[one.name]["agreement"]["share"], abs=5e-3)


@pytest.mark.parametrize("name", [name for name in NAMES if name in ("english_only", "full")])
def test_baselines_have_the_same_samples(name: str) -> None:
    """All of their rows are in the bundled checkpoint's recording, which has GoEmotions beside."""
    aligned = align(read_recording(FOLDER / "compact"), read_recording(FOLDER / name))
    assert aligned.alone == (4946, 0)


def test_families_are_those_of_a_bundled_checkpoint() -> None:
    for path in OF_FAMILIES:
        found = read_families(path)
        assert len(found.families) == 13
        assert len(found.transfer) == 18
        assert len(found.retrieval) == 28


def test_the_samples_texts_are_those_of_the_sample_set() -> None:
    for name in NAMES:
        recording = read_recording(FOLDER / name)
        if recording.texts is None:
            continue
        for k, one in enumerate(recording.run.sets):
            rows = np.flatnonzero(recording.set_of == k)
            texts = [recording.texts[row] for row in rows]
            assert texts == [row.text for row in read_sample(one.language)]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("baseline-")])
def test_baselines_of_the_paper_are_those_of_the_table(name: str) -> None:
    """One classifier, rows that the bundled checkpoint's recording has too, scores of seed 0."""
    recording = read_recording(FOLDER / name)
    assert recording.run.classifiers == 1 and recording.run.seed == 0
    assert "stand-in compact" in recording.run.note
    aligned = align(read_recording(FOLDER / "compact"), recording)
    assert aligned.alone[1] == 0
    report = json.loads((BENCHMARKS / "baselines" / "baselines.json").read_text(encoding="utf-8"))
    told = {row["row"]: row["measures"] for row in report["rows"]}
    system = {"text": "mbert = xlmr", "m2sa": "m2sa", "clip": "clip"}[
        name.removeprefix("baseline-")
    ]
    for measure, value in measures_of_reading(
        predictions_of(recording), recording.run.inputs
    ).items():
        values = told[f"{system}, stand-in compact"][measure]["values"]
        assert values["0"] == pytest.approx(value), measure
