"""`lfdrt baseline` on tiny encoders: trained, recorded and scored once, reported beside LFD-RT."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.baselines.predict import BaselinePredictor
from lfdrt.baselines.train import BaselineRun
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.evaluation.recordings.recorder import SetRows
from lfdrt.evaluation.suites import EKMAN_SUITES
from tests.baselines.tiny_sets import tiny_sets
from tests.encoders.tiny_named import tiny_bert, tiny_clip
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
    return main(["baseline", *places, "--steps", "2", "--device", "cpu", *more])


@pytest.mark.parametrize(
    ("name", "readings"),
    [("mbert", ["text"]), ("clip", ["image"]), ("m2sa", ["text and image", "text", "image"])],
)
def test_a_stand_in_is_trained_recorded_and_scored(
    name: str, readings: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, name, "--stand-in", "compact") == 0
    said = capsys.readouterr().out
    assert "stand-in compact, not" in said
    assert ("mbert and xlmr are one and the same system" in said) == (name == "mbert")
    made = folder / "runs" / f"{name}-0"
    for reading in readings:
        recording = read_recording(made / f"recorded-{reading.replace(' ', '-')}")
        assert recording.run.classifiers == 1 and recording.run.inputs == reading
        assert (recording.p_1 == recording.p_2).all()
        assert recording.run.checkpoint == f"{name}-0" and recording.run.seed == 0
        assert len(recording.run.sets) == (SETS if reading == "text" else 7)
        assert "stand-in compact" in recording.run.note
        assert "trained for 2 steps of 64 English rows" in recording.run.note
        assert ("had learned emotions from other faces" in recording.run.note) == (
            reading != "text"
        )
        assert ("30% of them exchanged" in recording.run.note) == (reading != "text")
    measures = json.loads((made / "measures.json").read_text(encoding="utf-8"))
    assert ("xed dev, 8 language(s), macro-F1" in measures) == ("text" in readings)
    image = "meld test, constructed pairs, 30% noise, image only, macro-F1"
    assert (image in measures) == ("image" in readings)
    both = "brighter dev, constructed pairs, 30% noise, text and image, macro-F1"
    assert (both in measures) == (len(readings) == 3)


def test_named_weights_are_trained_and_recorded(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """BERT and CLIP as their own libraries save them; the recording names no place of them."""
    tiny_bert(folder / "bert")
    tiny_clip(folder / "vit", words=49_408)
    named = ["--text-encoder", str(folder / "bert"), "--image-encoder", str(folder / "vit")]
    assert run(folder, "m2sa", *named, "--seed", "6") == 0
    assert run(folder, "clip", *named[2:], "--seed", "6") == 0
    both = folder / "runs" / "m2sa-6" / "recorded-text-and-image"
    words = (both / "run.json").read_text(encoding="utf-8")
    assert "weights: bert (text, frozen), vit (image, frozen)" in words  # all of its two layers
    assert str(folder) not in words and "stand-in" not in words
    clip = read_recording(folder / "runs" / "clip-6" / "recorded-text")
    assert {one.language for one in clip.run.sets} == {"en"}
    assert "weights: vit (text, frozen), vit (image, frozen)" in clip.run.note
    pairs = read_recording(folder / "runs" / "clip-6" / "recorded-text-and-image")
    assert len(pairs.run.sets) == 7  # where it cannot read the text, the picture decides


def test_what_is_done_is_not_done_again(folder: Path) -> None:
    assert run(folder, "clip", "--stand-in", "compact", "--seed", "3") == 0
    made = folder / "runs" / "clip-3"
    kept = [made / "learned.safetensors", *(made / "recorded-image").iterdir()]
    before = [path.stat().st_mtime_ns for path in kept]
    assert run(folder, "clip", "--stand-in", "compact", "--seed", "3") == 0
    assert [path.stat().st_mtime_ns for path in kept] == before


def test_another_seed_is_another_run_and_other_steps_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "clip", "--stand-in", "compact", "--seed", "4") == 0
    assert run(folder, "clip", "--stand-in", "compact", "--seed", "4", "--steps", "3") == 2
    assert "holds a run with another steps: name a new --out" in capsys.readouterr().err


def test_the_recording_of_all_inputs_is_copied_under_its_name(folder: Path) -> None:
    out = folder / "recorded" / "mine"
    assert run(folder, "m2sa", "--stand-in", "compact", "--record", str(out)) == 0
    copy = read_recording(out)
    assert copy.run.name == "mine" and copy.run.inputs == "text and image"
    assert run(folder, "m2sa", "--stand-in", "compact", "--record", str(out)) == 2


def test_a_stopped_run_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl+C in the second step, and then in the recording: the same command ends it."""
    losses = BaselineRun.losses_of_step

    def interrupted(one: BaselineRun) -> dict[str, float]:
        if one.step == 1:
            raise KeyboardInterrupt
        return losses(one)

    words = ["mbert", "--stand-in", "compact", "--seed", "5"]
    with monkeypatch.context() as patch:
        patch.setattr(BaselineRun, "losses_of_step", interrupted)
        assert run(folder, *words) == 130
    assert "goes on with the last state" in capsys.readouterr().err
    predict, asked = BaselinePredictor.__call__, []

    def interrupted_later(one: BaselinePredictor, rows: SetRows) -> Predictions:
        asked.append(rows)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return predict(one, rows)

    with monkeypatch.context() as patch:
        patch.setattr(BaselinePredictor, "__call__", interrupted_later)
        assert run(folder, *words) == 130
    assert "goes on with the last state" in capsys.readouterr().err
    assert (folder / "runs" / "mbert-5" / "recorded-text.part").is_dir()
    assert run(folder, *words) == 0
    assert len(read_recording(folder / "runs" / "mbert-5" / "recorded-text").run.sets) == SETS


def test_missing_weights_and_data_are_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["mbert", "--text-encoder", str(folder / "nowhere"), "--out", str(folder / "empty")]
    assert run(folder, *words) == 2
    said = capsys.readouterr().err
    assert "not a folder here" in said and "--stand-in compact" in said
    assert not (folder / "empty").exists()
    assert main(["baseline", "mbert", "--stand-in", "compact"]) == 2
    assert "--data is missing" in capsys.readouterr().err
    assert run(folder, "bert") == 2
    assert "no baseline 'bert'; there are mbert" in capsys.readouterr().err


def test_every_system_is_listed_with_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline"]) == 0
    said = capsys.readouterr().out
    assert "google-bert/bert-base-multilingual-cased (Apache-2.0)" in said
    for name in ("xlmr", "clip", "m2sa"):
        assert f"\n{name} " in said


def test_runs_are_reported_beside_lfdrt(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seeds together with an interval, a system that reads pictures in the second table alone, and
    LFD-RT's figures as they are committed."""
    runs = folder / "reported"
    for name, seed in (("mbert", 0), ("mbert", 1), ("clip", 0)):
        words = [name, "--stand-in", "compact", "--seed", str(seed), "--out", str(runs)]
        assert run(folder, *words) == 0
    out = folder / "report"
    capsys.readouterr()
    assert main(["baseline", "--out", str(runs), "--report", str(out)]) == 0
    report = json.loads((out / "baselines.json").read_text(encoding="utf-8"))
    rows = {row["row"]: row for row in report["rows"]}
    assert list(rows)[:2] == ["mbert = xlmr, stand-in compact", "clip, stand-in compact"]
    assert [name for name in rows if name.startswith("LFD-RT")] == list(rows)[2:]
    assert len(rows) == 5
    entry = rows["mbert = xlmr, stand-in compact"]["measures"]["meld test en, weighted F1"]
    values = list(entry["values"].values())
    assert entry["seeds"] == 2 and entry["mean"] == pytest.approx(sum(values) / 2)
    low, high = entry["interval"]
    assert low <= min(values) and max(values) <= high
    own = rows["LFD-RT, second recipe"]["measures"]["meld test en, weighted F1"]
    assert own["seeds"] == 3 and 0.5 < own["mean"] < 0.7
    words = (out / "baselines.md").read_text(encoding="utf-8")
    assert words == capsys.readouterr().out.rstrip("\n") + "\n"
    texts, pairs = words.split("## Text and face")
    assert "mbert = xlmr" in texts and "| clip" not in texts and "| clip" in pairs
    bundled = rows["LFD-RT, first checkpoint"]["measures"]
    assert bundled["meld test, constructed pairs, 30% noise, image only, macro-F1"]["mean"] > 0.3


def test_seeds_of_different_training_make_no_mean(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = str(folder / "mixed")
    words = ["clip", "--stand-in", "compact", "--out", runs]
    assert run(folder, *words) == 0
    assert run(folder, *words, "--seed", "1", "--steps", "3") == 0
    assert main(["baseline", "--out", runs, "--report", str(folder / "no")]) == 2
    assert "seeds of clip were trained with different settings" in capsys.readouterr().err
    assert main(["baseline", "--out", str(folder / "data"), "--report", str(folder / "no")]) == 2
    assert "holds no finished run" in capsys.readouterr().err
