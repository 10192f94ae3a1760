"""`lfdrt.predict`: what it takes, what comes back, how it prints, and what it refuses."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lfdrt
from lfdrt.data.columns import added_columns
from lfdrt.errors import UserError
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.programs import predictions
from lfdrt.runtime import resolve_runtime
from tests.test_imports import ROOT
from tests.tiny import SENTENCES

FACE = ROOT / "assets" / "examples" / "face-only.png"


@pytest.fixture
def predict(tiny_folder: Path):
    def asked(*args, **settings) -> lfdrt.Predictions:
        return lfdrt.predict(*args, checkpoint=tiny_folder, device="cpu", **settings)

    return asked


def test_one_text_is_one_row(predict, tiny_folder: Path) -> None:
    """As the predictor says it."""
    found = predict(SENTENCES[5], language="sw")
    alone = Predictor.load(tiny_folder, resolve_runtime("cpu")).predict(
        Sample(text=SENTENCES[5], language="sw")
    )
    assert len(found) == 1 and found.labels == [alone.scores.label]
    assert (found[0].language, found[0].family) == ("sw", "niger-congo")
    np.testing.assert_allclose(found.probabilities[0], alone.scores.mean, atol=1e-5)


def test_rows_keep_their_order_and_their_languages(predict) -> None:
    found = predict(SENTENCES[:6], language=["en", "en", None, "eng", "es", "Swahili"])
    assert [row.text for row in found] == list(SENTENCES[:6])
    assert [found[n].language for n in (0, 3, 4, 5)] == ["en", "en", "es", "sw"]
    assert found.probabilities.shape == (6, len(found.classes))
    np.testing.assert_allclose(found.probabilities.sum(1), 1, rtol=1e-5)
    assert isinstance(found[1:3], lfdrt.Predictions) and found[1:3].labels == found.labels[1:3]
    assert predict(iter(SENTENCES[:6])).labels == predict(np.array(SENTENCES[:6])).labels


def test_pictures_are_optional_files_or_pixels(predict) -> None:
    text = SENTENCES[0]
    with Image.open(FACE) as opened:
        found = predict([text, text, None], images=[None, FACE, opened], language="en")
    assert [row.has_image for row in found] == [False, True, True]
    assert found[2].text is None
    alone = predict(images=str(FACE))
    np.testing.assert_allclose(alone.probabilities[0], found.probabilities[2], atol=1e-5)


def test_the_rows_of_a_table_are_those_of_the_command_line(predict) -> None:
    (row,) = predict(SENTENCES[5], language="sw").as_rows()
    assert tuple(row) == ("text", *added_columns(predict(SENTENCES[5]).classes))
    assert row["text"] == SENTENCES[5] and row["language"] == "sw"


def test_nothing_in_nothing_out(predict) -> None:
    found = predict([])
    assert len(found) == 0 and found.labels == [] and found.probabilities.shape == (0, 7)
    assert repr(found) == "no predictions"


def test_it_prints_a_line_a_row(predict) -> None:
    found = predict([*SENTENCES, None], images=[*[None] * len(SENTENCES), FACE])
    first, *lines = repr(found).splitlines()
    assert first.split() == ["label", "share", "language", "text"]
    assert [line.split()[:2] for line in lines[:17]] == [
        [str(n), label] for n, label in enumerate(found.labels)
    ]
    assert "\u2068أنا سعيد جدا اليوم لأنك هنا يا صديقي\u2069" in repr(found)
    assert lines[16].endswith("(a picture)")
    assert (predictions.LEGEND in lines) == any(not row.scores.agree for row in found)


def test_of_many_rows_both_ends_are_printed(predict) -> None:
    lines = repr(predict(list(SENTENCES) * 2, language="en")).splitlines()
    assert [line.split()[0] for line in lines[1:12]] == [
        *"01234",
        "…",
        "27",
        "28",
        "29",
        "30",
        "31",
    ]
    assert lines[6] == "… 22 more"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("short", "short"),
        ("two\nlines\tand  spaces", "two lines and spaces"),
        ("a" * 60, "a" * 60),
        ("a" * 61, "a" * 59 + "…"),
        ("喜" * 40, "喜" * 29 + "…"),  # two columns each: the sign of what is left out needs one
    ],
)
def test_a_long_text_is_shortened_by_columns(text: str, printed: str) -> None:
    assert predictions.shortened(text) == printed


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"texts": ["good", 3]}, "texts[1] is of type int: give a string"),
        ({"texts": ["good", " \u200b"]}, "texts[1] says nothing"),
        ({"texts": ["good", None]}, "texts[1] says nothing"),
        ({"texts": ["good"], "images": [None, FACE]}, "texts has 1 entries for 2 rows"),
        ({"texts": ["good"], "language": ["en", "de"]}, "language has 2 entries for 1 rows"),
        ({"texts": ["good"], "language": "nonsense!"}, "nonsense!"),
        ({"texts": ["good"], "family": "mars"}, "family 'mars' is not one of own, none, "),
        ({"images": ["absent.png"]}, "'absent.png' was not found"),
        ({"images": [3]}, "images[0] is of type int"),
        ({"texts": "good", "device": "tpu"}, "device 'tpu' is not here"),
        ({"texts": "good", "checkpoint": "absent"}, "absent is not a checkpoint"),
    ],
)
def test_what_cannot_be_read_is_named(given: dict, sentence: str, tiny_folder: Path) -> None:
    with pytest.raises(UserError) as told:
        lfdrt.predict(**{"checkpoint": tiny_folder, "device": "cpu", **given})
    assert sentence in str(told.value)


def test_the_model_is_read_once(predict, tiny_folder: Path) -> None:
    predict("good")
    assert predictions.loaded(tiny_folder, "cpu") is predictions.loaded(str(tiny_folder), "cpu")


def test_without_a_name_the_environments_checkpoint_is_read(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LFDRT_CHECKPOINT", str(tiny_folder))
    assert predictions.loaded(None, "cpu").folder == tiny_folder.resolve()


def test_the_package_names_what_it_offers_and_reads_it_when_asked() -> None:
    """Type checkers are told of as much; an import costs no torch."""
    told = ast.parse((ROOT / "lfdrt" / "__init__.pyi").read_text(encoding="utf-8"))
    named = {a.asname for node in told.body if isinstance(node, ast.ImportFrom) for a in node.names}
    assert named == set(lfdrt._OFFERED) and named <= set(dir(lfdrt))
    assert all(getattr(lfdrt, name).__module__ == lfdrt._OFFERED[name] for name in named)
    program = "import lfdrt, sys; print('torch' in sys.modules)"
    command = [sys.executable, "-c", program]
    assert subprocess.check_output(command, cwd=ROOT, text=True) == "False\n"
    with pytest.raises(AttributeError, match="no attribute 'absent'"):
        _ = lfdrt.absent
