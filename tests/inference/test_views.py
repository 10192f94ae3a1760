"""The intermediates behind a prediction: computed only when asked, and what they must equal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lfdrt.inference import predictor as module
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.languages import FAMILIES
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime

CODES = [family.code for family in FAMILIES]
K, SIDE = len(CODES), 4
SAMPLE = Sample(
    text="Ninafurahi sana kukuona leo",
    language="sw",
    image=Image.linear_gradient("L").convert("RGB"),
    translation="I am so happy",
)
ALL = ~View.NOTHING


def test_nothing_is_computed_that_was_not_asked_for(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("all_families", "regions", "head_guesses", "translation"):
        monkeypatch.setattr(module, name, lambda *a, name=name: pytest.fail(name))
    for name in ("word_vectors", "regions", "fuse_tokens"):
        monkeypatch.setattr(LFDRT, name, lambda *a, name=name: pytest.fail(name))
    encoded: list[int] = []
    real = LFDRT.encode
    monkeypatch.setattr(LFDRT, "encode", lambda self, b: (encoded.append(len(b)), real(self, b))[1])
    p = predictor.predict(SAMPLE)
    assert (p.families, p.sharpness, p.grid, p.translation, p.translation_tokens) == (None,) * 5
    assert encoded == [1]  # the translation is not encoded either


@pytest.mark.parametrize("views", [ALL & ~View.SHARPNESS, View.FAMILIES, View.TRANSLATION])
def test_the_word_matrix_is_read_for_sharpness_alone(
    tiny_folder: Path, views: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unpacked it is the largest tensor of the model: not there before it is asked for."""
    fresh = Predictor.load(tiny_folder, Runtime(device=torch.device("cpu"), dtype=torch.float32))
    text, asked = type(fresh.model.text), []
    real = text.kept_words
    monkeypatch.setattr(
        text, "kept_words", lambda self, dtype: (asked.append(dtype), real(self, dtype))[1]
    )
    fresh.predict(SAMPLE, views)
    list(fresh.predict_many([SAMPLE]))
    assert asked == []
    fresh.predict(SAMPLE, View.SHARPNESS)
    assert asked == [torch.float32]


@pytest.mark.parametrize("view", list(View))
def test_each_view_fills_its_own_fields(predictor: Predictor, view: View) -> None:
    p = predictor.predict(SAMPLE, view)
    filled = {
        View.FAMILIES: p.families,
        View.SHARPNESS: p.sharpness,
        View.REGIONS: p.grid,
        View.TRANSLATION: p.translation,
    }
    assert [v for v, value in filled.items() if value is not None] == [view]
    assert (p.translation_tokens is not None) == (view is View.TRANSLATION)


def test_views_do_not_change_the_prediction(predictor: Predictor) -> None:
    plain, full = predictor.predict(SAMPLE), predictor.predict(SAMPLE, ALL)
    np.testing.assert_allclose(plain.scores.probabilities_1, full.scores.probabilities_1, atol=1e-6)
    assert plain.tokens == full.tokens and plain.notes == full.notes


def test_families_are_all_of_them_and_none(predictor: Predictor) -> None:
    p = predictor.predict(SAMPLE, View.FAMILIES)
    assert p.families is not None
    assert [r.family for r in p.families] == [*CODES, None]
    for reading in p.families:
        assert reading.attention.shape == (len(p.tokens),)
        assert reading.mass == pytest.approx(float(reading.attention.sum()), abs=1e-6)
        assert 0 < reading.mass < 1  # begin, prefix and end tokens have a share


def test_the_own_reading_is_the_main_prediction(predictor: Predictor) -> None:
    p = predictor.predict(SAMPLE, View.FAMILIES)
    assert p.families is not None and p.family == "niger-congo"
    own = p.families[CODES.index("niger-congo")].scores
    np.testing.assert_array_equal(own.probabilities_1, p.scores.probabilities_1)
    np.testing.assert_array_equal(own.probabilities_2, p.scores.probabilities_2)
    assert own.label == p.scores.label


@pytest.mark.parametrize("family", [*CODES, "none"])
def test_each_reading_is_the_prediction_of_that_family(predictor: Predictor, family: str) -> None:
    """Chosen as the family of the sample, it gives what the overview showed."""
    overview = predictor.predict(SAMPLE, View.FAMILIES).families
    assert overview is not None
    reading = overview[CODES.index(family) if family in CODES else K]
    chosen = predictor.predict(replace(SAMPLE, family=family)).scores
    np.testing.assert_allclose(reading.scores.probabilities_1, chosen.probabilities_1, atol=1e-5)
    np.testing.assert_allclose(reading.scores.probabilities_2, chosen.probabilities_2, atol=1e-5)


def test_families_of_an_untrained_language_and_of_a_picture(predictor: Predictor) -> None:
    """The main prediction is then the reading through none."""
    for sample in (Sample(text="so happy", language="vi"), Sample(image=SAMPLE.image)):
        p = predictor.predict(sample, View.FAMILIES)
        assert p.families is not None and p.family is None
        np.testing.assert_array_equal(
            p.families[-1].scores.probabilities_1, p.scores.probabilities_1
        )
        assert p.families[0].attention.shape == (len(p.tokens),)


def test_regions_lie_on_a_square_and_share_their_attention(predictor: Predictor) -> None:
    p = predictor.predict(SAMPLE, View.REGIONS)
    assert p.grid is not None and p.grid.shape == (SIDE, SIDE, len(p.tokens))
    assert (p.grid >= 0).all() and (p.grid.sum(axis=-1) < 1).all()
    flipped = predictor.predict(
        replace(SAMPLE, image=SAMPLE.image and SAMPLE.image.rotate(180)), View.REGIONS
    )
    assert flipped.grid is not None and np.abs(flipped.grid - p.grid).max() > 1e-6


def test_translation_is_token_by_token_for_each_family(predictor: Predictor) -> None:
    p = predictor.predict(SAMPLE, View.TRANSLATION)
    assert p.translation is not None and p.translation_tokens is not None
    assert p.translation.shape == (K, len(p.tokens), len(p.translation_tokens))
    assert (p.translation > 0).all() and (p.translation.sum(axis=-1) < 1).all()
    assert np.abs(p.translation[0] - p.translation[1]).max() > 1e-6


def test_views_without_their_input_are_none(predictor: Predictor) -> None:
    text_only = predictor.predict(replace(SAMPLE, image=None, translation=None), ALL)
    assert text_only.grid is None and text_only.translation is None
    assert text_only.translation_tokens is None
    assert text_only.families is not None and text_only.sharpness is not None
    assert predictor.predict(replace(SAMPLE, translation=" \u200b"), ALL).translation is None
    picture = predictor.predict(Sample(image=SAMPLE.image), ALL)
    assert picture.grid is None and picture.sharpness is None and picture.translation is None


def test_regions_lie_where_they_are_in_the_picture(predictor: Predictor) -> None:
    """Noise in one corner of the picture changes the attention of that corner's region most."""
    plain = Image.new("RGB", (32, 32), "grey")
    noise = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    before = predictor.predict(replace(SAMPLE, image=plain), View.REGIONS).grid
    for row, column in ((0, 0), (0, 3), (3, 0)):
        changed = plain.copy()
        changed.paste(Image.fromarray(noise), (8 * column, 8 * row))
        after = predictor.predict(replace(SAMPLE, image=changed), View.REGIONS).grid
        assert before is not None and after is not None
        moved = np.abs(after - before).sum(axis=-1)  # (4, 4)
        assert np.unravel_index(moved.argmax(), moved.shape) == (row, column)
