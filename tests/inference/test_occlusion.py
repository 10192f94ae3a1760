"""Words left out: what remains of a text, and that one batch says what each sample alone says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lfdrt.inference.occlusion import each_left_out, left_out, support
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.output import Scores
from lfdrt.runtime import Runtime

TEXT = "Ninafurahi sana kukuona leo"
SPANS = [(0, 10), (11, 15), (16, 23), (24, 27)]
PICTURE = Image.linear_gradient("L").convert("RGB")


@pytest.fixture(scope="module")
def predictor(tiny_folder: Path) -> Predictor:
    return Predictor.load(tiny_folder, Runtime(device=torch.device("cpu"), dtype=torch.float32))


def scores_of(first: list[float], second: list[float]) -> Scores:
    return Scores._decide(np.array(first), np.array(second), ("joy", "fear"))


@pytest.mark.parametrize(
    ("spans", "left"),
    [
        ([(11, 15)], "Ninafurahi kukuona leo"),
        ([(24, 27), (0, 10)], "sana kukuona"),
        ([(0, 15), (11, 23)], "leo"),
        ([], TEXT),
        ([(0, 27)], ""),
    ],
)
def test_what_is_left(spans: list[tuple[int, int]], left: str) -> None:
    assert left_out(TEXT, spans) == left


def test_support_is_what_the_answer_loses() -> None:
    """Means of joy: (0.8 + 0.6) / 2 = 0.7 with all words, 0.3 and 0.9 without one of them."""
    whole = scores_of([0.8, 0.2], [0.6, 0.4])
    without = [scores_of([0.4, 0.6], [0.2, 0.8]), scores_of([0.9, 0.1], [0.9, 0.1])]
    assert support(whole, without, ("joy", "fear")) == pytest.approx([0.4, -0.2])


@pytest.mark.parametrize("image", [None, PICTURE], ids=["text", "picture"])
@pytest.mark.parametrize("family", ["own", "turkic", "none"])
def test_one_batch_says_what_each_sample_alone_says(
    predictor: Predictor, image: Image.Image | None, family: str
) -> None:
    """The naive form: every text without a word as a sample of its own."""
    sample = Sample(text=TEXT, image=image, language="sw", family=family)
    found = each_left_out(TEXT, SPANS, predictor.answer(sample).others)
    for span, one in zip(SPANS, found, strict=True):
        alone = predictor.predict(
            Sample(text=left_out(TEXT, [span]), image=image, language="sw", family=family)
        ).scores
        np.testing.assert_allclose(one.probabilities_1, alone.probabilities_1, atol=1e-5)
        np.testing.assert_allclose(one.probabilities_2, alone.probabilities_2, atol=1e-5)
    assert np.ptp([one.probabilities_1[0] for one in found]) > 0


def test_a_detected_family_is_kept_and_the_picture_is_read_once(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of fewer words another language might be detected."""
    answered = predictor.answer(
        Sample(text="Nem értem, miért haragszik rám mindenki", image=PICTURE)
    )
    assert answered.prediction.family == "uralic"
    monkeypatch.setattr("lfdrt.inference.prepare.detect_language", lambda _: pytest.fail("again"))
    monkeypatch.setattr(type(predictor.model.image), "forward", lambda *_: pytest.fail("again"))
    one = answered.others(["haragszik"])[0]
    monkeypatch.undo()
    alone = predictor.predict(
        Sample(text="haragszik", image=PICTURE, family="uralic", language="hu")
    )
    np.testing.assert_allclose(one.probabilities_1, alone.scores.probabilities_1, atol=1e-5)


def test_a_text_without_words_is_none(predictor: Predictor) -> None:
    answered = predictor.answer(Sample(text=TEXT, image=PICTURE, language="sw"))
    empty, left = answered.others(["\u200b", "leo"])
    alone = predictor.predict(Sample(image=PICTURE, family="niger-congo")).scores
    np.testing.assert_allclose(empty.probabilities_1, alone.probabilities_1, atol=1e-5)
    assert not np.allclose(left.probabilities_1, empty.probabilities_1)


def test_more_texts_than_are_read_at_once_keep_their_order(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = predictor.answer(Sample(text=TEXT, language="sw")).others
    whole = each_left_out(TEXT, SPANS, others)
    monkeypatch.setattr("lfdrt.inference.predictor.OTHERS", 3)
    for a, b in zip(whole, each_left_out(TEXT, SPANS, others), strict=True):
        np.testing.assert_allclose(a.probabilities_2, b.probabilities_2, atol=1e-6)
