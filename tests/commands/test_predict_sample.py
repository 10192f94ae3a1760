"""`predict` of one sample: words and JSON say what the predictor said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lfdrt.__main__ import main
from lfdrt.commands.predict_sample import as_words
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.output import Prediction, Scores
from lfdrt.runtime import resolve_runtime
from tests.scenes import three

TEXT = "Ninafurahi sana kukuona leo"


@pytest.fixture
def predict(tiny_folder: Path, capsys: pytest.CaptureFixture[str]):
    """Runs `predict --json` with the tiny checkpoint and returns what it printed."""

    def run(*arguments: str) -> dict[str, Any]:
        assert main(["predict", "--checkpoint", str(tiny_folder), "--json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "half.png"
    image = Image.new("RGB", (60, 40), "navy")
    image.paste("orange", (0, 0, 30, 40))
    image.save(path)
    return path


def test_json_holds_the_numbers_of_the_predictor(predict, tiny_folder: Path) -> None:
    told = predict("--text", TEXT, "--lang", "sw")
    expected = Predictor.load(tiny_folder, resolve_runtime()).predict(
        Sample(text=TEXT, language="sw")
    )
    assert told["label"] == expected.scores.label
    assert told["family"] == "niger-congo" and told["language"] == "sw"
    for which in ("probabilities_1", "probabilities_2"):
        assert list(told[which]) == list(expected.labels)
        np.testing.assert_allclose(
            list(told[which].values()), getattr(expected.scores, which), atol=1e-6
        )
    assert len(told["families"]) == 14 and told["families"][-1]["family"] is None
    assert len(told["sharpness"]) == 13
    own = next(f for f in told["families"] if f["family"] == "niger-congo")
    assert own["probabilities"] == pytest.approx(told["probabilities"], abs=1e-3)
    assert len(own["attention"]) == len(told["tokens"])
    assert told["grid"] is None  # there is no picture


def test_family_and_picture_are_used(predict, picture: Path) -> None:
    plain = predict("--text", TEXT, "--lang", "sw")
    assert predict("--text", TEXT, "--lang", "sw", "--family", "none")["family"] is None
    turkic = predict("--text", TEXT, "--lang", "sw", "--family", "turkic")
    assert turkic["family"] == "turkic" and turkic["language"] == "sw"
    both = predict("--text", TEXT, "--lang", "sw", "--image", str(picture))
    assert both["has_image"] and np.shape(both["grid"]) == (4, 4, len(both["tokens"]))
    assert both["probabilities"] != plain["probabilities"]
    alone = predict("--image", str(picture))
    assert alone["text"] is None and alone["language"] is None and alone["has_image"]


def test_an_unknown_family_is_refused_with_the_list(
    tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["predict", "--text", TEXT, "--family", "elvish", "--checkpoint", str(tiny_folder)]
    assert main(asked) == 2
    told = capsys.readouterr().err
    assert "elvish" in told and "niger-congo" in told and "own, none" in told


def test_words_name_label_language_family_and_what_was_read(
    tiny_folder: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ["predict", "--checkpoint", str(tiny_folder)]
    assert main([*base, "--text", TEXT, "--lang", "sw", "--image", str(picture)]) == 0
    told = capsys.readouterr().out
    assert "Read: the text and the picture; Swahili (sw), through Niger-Congo." in told
    assert main([*base, "--image", str(picture)]) == 0
    assert "Read: the picture alone." in capsys.readouterr().out


def test_the_largest_face_is_read_or_the_one_that_is_chosen(predict, tmp_path: Path) -> None:
    photograph = tmp_path / "three.png"
    three().save(photograph)
    first, second, whole = (
        predict("--image", str(photograph), *more)
        for more in ((), ("--face", "2"), ("--whole-pictures",))
    )
    assert first["photograph"]["size"] == [800, 600]
    faces = first["photograph"]["faces"]
    assert len(faces) == 3 and set(faces[0]) == {"left", "top", "width", "height"}
    assert (first["photograph"]["face"], second["photograph"]["face"]) == (1, 2)
    assert second["photograph"]["faces"] == faces
    assert second["photograph"]["part"]["left"] > first["photograph"]["part"]["left"]
    assert whole["photograph"]["faces"] == [] and whole["photograph"]["part"] is None
    assert len({str(one["probabilities"]) for one in (first, second, whole)}) == 3
    assert first["notes"] == ["3 faces were found in the picture: the largest was read."]
    assert whole["notes"] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--image", "three.png", "--face", "4"], "no face 4: the picture shows 3 faces"),
        (["--image", "three.png", "--face", "0"], "--face is a number from 1"),
        (["--text", TEXT, "--face", "1"], "of a face in --image"),
        (["--image", "three.png", "--face", "2", "--whole-pictures"], "is not read whole"),
        (["--input", "t.csv", "--output", "o.csv", "--face", "2"], "cannot be used with --input"),
    ],
)
def test_a_face_that_cannot_be_chosen_is_a_sentence(
    tiny_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    three().save("three.png")
    assert main(["predict", "--checkpoint", str(tiny_folder), *arguments]) == 2
    assert sentence in capsys.readouterr().err


def prediction(p_1: list[float], p_2: list[float]) -> Prediction:
    labels = ("bad", "good")
    one, two = np.array(p_1), np.array(p_2)
    surer = 1 if one.max() >= two.max() else 2
    names = labels[one.argmax()], labels[two.argmax()]
    return Prediction(
        labels=labels,
        scores=Scores(
            label=names[surer - 1],
            label_1=names[0],
            label_2=names[1],
            decided_by=0 if names[0] == names[1] else surer,
            probabilities_1=one,
            probabilities_2=two,
        ),
        language=None,
        family=None,
        text="a",
        has_image=False,
        tokens=(),
        unknown_share=0.0,
        notes=("Mind the gap.",),
    )


def test_words_say_who_won_a_disagreement() -> None:
    """Classifier 1: bad 0.6; classifier 2: good 0.9, surer, so good. Means: 0.35 and 0.65."""
    told = as_words(prediction([0.6, 0.4], [0.1, 0.9]), detected=True).splitlines()
    assert told[0] == (
        "good: the classifiers disagree. Classifier 1 says bad (60%), classifier 2 says good "
        "(90%); classifier 2 is surer."
    )
    assert told[3].split() == ["good", "40.0%", "90.0%", "65.0%"]  # the likelier class first
    assert told[4].split() == ["bad", "60.0%", "10.0%", "35.0%"]
    assert told[-2] == "Read: the text alone; language unknown, through no disentangler."
    assert told[-1] == "Note: Mind the gap."


def test_words_say_that_both_agree() -> None:
    told = as_words(prediction([0.6, 0.4], [0.9, 0.1]), detected=True)
    assert told.startswith("bad: both classifiers agree.\n")
