"""The bundled examples: complete, varied, detected, and their pictures drawn by the script."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assets.make_examples import FACES, SIZE, make_picture, write_pictures
from lfdrt.data.detect import detect_language
from lfdrt.data.drawn.face import EXPRESSIONS
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.languages import LANGUAGES
from lfdrt.places import COMPACT
from lfdrt.runtime import resolve_runtime

ASSETS = Path(__file__).resolve().parent.parent / "assets"
EXAMPLES: list[dict[str, str | None]] = json.loads(
    (ASSETS / "examples.json").read_text(encoding="utf-8")
)
FIELDS = {"id", "text", "lang", "image", "emotion_meant", "translation", "note"}
WITH_TEXT = [example for example in EXAMPLES if example["text"]]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_fields_are_complete(example: dict[str, str | None]) -> None:
    assert set(example) == FIELDS and example["note"]
    assert example["emotion_meant"] in EXPRESSIONS
    assert example["text"] or example["image"]
    assert bool(example["text"]) == bool(example["lang"]) == bool(example["translation"])
    assert example["lang"] is None or example["lang"] in LANGUAGES
    assert example["text"] == (example["text"] or "").strip()


def test_variety() -> None:
    families = {LANGUAGES[str(e["lang"])].family.code for e in WITH_TEXT}
    assert len(EXAMPLES) >= 14 and len(families) == 13
    assert len({e["id"] for e in EXAMPLES}) == len(EXAMPLES)
    assert {e["emotion_meant"] for e in EXAMPLES} == set(EXPRESSIONS)
    assert sum(not e["image"] for e in EXAMPLES) >= 2
    assert sum(not e["text"] for e in EXAMPLES) == 1
    assert sum("contradict" in str(e["note"]) for e in EXAMPLES) == 2
    assert sum(LANGUAGES[str(e["lang"])].rtl for e in WITH_TEXT) == 3


def test_language_detection_agrees_for_all_but_one_at_most() -> None:
    wrong = [
        e["id"]
        for e in WITH_TEXT
        if getattr(detect_language(str(e["text"])), "code", None) != e["lang"]
    ]
    assert len(WITH_TEXT) == 23 and len(wrong) <= 1, wrong


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e["image"]], ids=lambda e: e["id"])
def test_picture_is_there_small_and_of_the_script(example: dict[str, str | None]) -> None:
    path = ASSETS / str(example["image"])
    assert path.name == f"{example['id']}.png" and path.stat().st_size < 40_000
    with Image.open(path) as image:
        assert image.size == (SIZE, SIZE)
        stored = np.asarray(image.convert("RGB"), dtype=np.int16)
    drawn = np.asarray(make_picture(str(example["id"])).convert("RGB"), dtype=np.int16)
    assert np.abs(stored - drawn).mean() < 0.5  # another Pillow may round an edge differently


def test_every_picture_belongs_to_an_example() -> None:
    used = {Path(str(e["image"])).stem for e in EXAMPLES if e["image"]}
    assert used == set(FACES) == {path.stem for path in (ASSETS / "examples").iterdir()}


def test_drawing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for run in ("a", "b"):
        write_pictures(tmp_path / run)
    for name in FACES:
        first, second = (tmp_path / run / f"{name}.png" for run in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()


def test_the_face_differs_from_the_text_only_where_the_note_says_so() -> None:
    for e in EXAMPLES:
        if e["image"] and e["text"]:
            differs = FACES[str(e["id"])][0] != e["emotion_meant"]
            assert differs == (e["id"] == "ja-congratulations")


@pytest.mark.slow  # reads the bundled model twice
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_on_one_the_classifiers_of_the_bundled_model_disagree(dtype: str) -> None:
    """In either format of numbers, by more than rounding does."""
    predictor = Predictor.load(COMPACT, resolve_runtime("cpu", dtype))
    (example,) = (e for e in EXAMPLES if e["id"] == "ar-wedding")
    said = predictor.predict(Sample(text=str(example["text"]), language="ar")).scores
    assert (said.label_1, said.label_2) == ("sadness", "joy")
    for ours, other, p in (
        ("sadness", "joy", said.probabilities_1),
        ("joy", "sadness", said.probabilities_2),
    ):
        ahead = p[predictor.labels.index(ours)] - p[predictor.labels.index(other)]
        assert ahead > 0.01
