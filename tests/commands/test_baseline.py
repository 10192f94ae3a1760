"""`lfdrt baseline` on tiny encoders: trained, recorded and scored once, reported beside LFD-RT."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.evaluation.recording_files import read_recording
from lfdrt.evaluation.suites import EKMAN_SUITES
from tests.baselines.tiny_sets import tiny_sets
from tests.tiny_towers import tiny_towers

SETS = sum(len(suite.languages) for suite in EKMAN_SUITES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("baseline")
    tiny_towers(folder / "towers")
    tiny_sets(folder / "data")
    return folder


def run(folder: Path, *more: str) -> int:
    named = ["--data", "data", "--towers", "towers", "--out", "runs"]
    places = [w if w.startswith("--") else str(folder / w) for w in named]
    return main(["baseline", *more, *places, "--steps", "2", "--device", "cpu"])


@pytest.mark.parametrize(
    ("name", "readings"),
    [("mbert", ["text"]), ("clip", ["image"]), ("m2sa", ["text and image", "text", "image"])],
)
def test_a_stand_in_is_trained_recorded_and_scored(
    name: str, readings: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, name, "--stand-in", "compact") == 0
    assert "stand-in compact, not" in capsys.readouterr().out
    made = folder / "runs" / f"{name}-0"
    for reading in readings:
        recording = read_recording(made / f"recorded-{reading.replace(' ', '-')}")
        assert recording.run.classifiers == 1 and recording.run.inputs == reading
        assert (recording.p_1 == recording.p_2).all()
        assert recording.run.checkpoint == f"{name}-0" and recording.run.seed == 0
        assert len(recording.run.sets) == (SETS if reading == "text" else 7)
        assert "stand-in compact" in recording.run.note
        assert ("30% of them exchanged" in recording.run.note) == (reading != "text")
    measures = json.loads((made / "measures.json").read_text(encoding="utf-8"))
    assert ("xed dev, 8 language(s), macro-F1" in measures) == ("text" in readings)
    image = "meld test, constructed pairs, 30% noise, image only, macro-F1"
    assert (image in measures) == ("image" in readings)
    both = "brighter dev, constructed pairs, 30% noise, text and image, macro-F1"
    assert (both in measures) == (len(readings) == 3)
