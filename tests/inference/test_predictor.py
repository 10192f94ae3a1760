"""Samples to predictions on a tiny random model: what must hold whatever was learned."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lfdrt.checkpoint import Checkpoint, CheckpointError, load_checkpoint
from lfdrt.inference import predictor as module
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.labels import POLARITY3
from lfdrt.model.lfdrt import LFDRT
from lfdrt.output import Prediction
from lfdrt.runtime import Runtime
from tests.tiny import tiny_checkpoint

CPU = Runtime(device=torch.device("cpu"), dtype=torch.float32)


def _picture(seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    return Image.fromarray(noise)


RED, BLUE = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")
SAMPLES = [
    Sample(text="Nobody told him that the train had already left", language="en"),
    Sample(image=_picture(0)),
    Sample(text="so", language="fi", image=_picture(1)),
    Sample(text="Ninafurahi sana kukuona leo rafiki yangu", language="sw"),
    Sample(text="أنا سعيد", language="ar", image=_picture(2)),
    Sample(text="so happy " * 60, language="tr"),
    Sample(text="Xin chào", language="vi"),
]


@pytest.fixture(scope="module")
def predictor(tiny_folder: Path) -> Predictor:
    return Predictor.load(tiny_folder, CPU)


def _probabilities(p: Prediction) -> np.ndarray:
    return np.stack([p.scores.probabilities_1, p.scores.probabilities_2])


def _assert_same(a: Prediction, b: Prediction) -> None:
    np.testing.assert_allclose(_probabilities(a), _probabilities(b), atol=1e-5)
    assert (a.text, a.language, a.family, a.has_image) == (
        b.text,
        b.language,
        b.family,
        b.has_image,
    )
    assert a.notes == b.notes


@pytest.mark.parametrize("rows", [1, 3, 64])
def test_batches_agree_with_single_predictions_in_order(predictor: Predictor, rows: int) -> None:
    many = list(predictor.predict_many(SAMPLES, rows=rows))
    assert len(many) == len(SAMPLES)
    for prediction, sample in zip(many, SAMPLES, strict=True):
        _assert_same(prediction, predictor.predict(sample))


def test_probabilities_are_probabilities(predictor: Predictor) -> None:
    for prediction in predictor.predict_many(SAMPLES):
        p = _probabilities(prediction)
        assert p.shape == (2, 7) and (p >= 0).all()
        np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
        assert prediction.scores.label in prediction.labels


def test_a_stream_is_read_window_by_window(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 2)
    taken: list[int] = []

    def stream() -> Iterator[Sample]:
        for i, sample in enumerate(SAMPLES):
            taken.append(i)
            yield sample

    results = predictor.predict_many(stream())
    assert taken == []
    first = next(results)
    assert taken == [0, 1]
    assert not torch.is_inference_mode_enabled()  # not held open while the caller works
    for prediction, sample in zip([first, *results], SAMPLES, strict=True):
        _assert_same(prediction, predictor.predict(sample))


def test_nothing_gives_nothing(predictor: Predictor) -> None:
    assert list(predictor.predict_many([])) == []


def test_text_and_picture_both_count(predictor: Predictor) -> None:
    text = Sample(text="so happy", language="en")
    alone, red, blue = (
        _probabilities(predictor.predict(s))
        for s in (text, replace(text, image=RED), replace(text, image=BLUE))
    )
    other = _probabilities(predictor.predict(replace(text, text="This is the worst", image=RED)))
    assert np.abs(red - alone).max() > 1e-4
    assert np.abs(red - blue).max() > 1e-4
    assert np.abs(red - other).max() > 1e-4


def test_a_picture_alone_is_predicted_by_what_it_shows(predictor: Predictor) -> None:
    red, blue = (predictor.predict(Sample(image=i)) for i in (RED, BLUE))
    assert np.abs(_probabilities(red) - _probabilities(blue)).max() > 1e-4
    assert red.has_image and red.text is None and red.tokens == ()


def test_without_the_residual_all_pictures_alone_get_one_prediction(tiny_folder: Path) -> None:
    """The reason for `image_residual`: in the printed Eq. 11 z is a weighted mean of text values,
    here of the single stand-in token, so no picture can change it."""
    loaded = load_checkpoint(tiny_folder)
    literal = LFDRT(replace(loaded.model.config, image_residual=False))
    literal.load_state_dict(loaded.model.state_dict())
    predictor = Predictor(replace(loaded, model=literal), CPU)
    red, blue = (_probabilities(predictor.predict(Sample(image=i))) for i in (RED, BLUE))
    np.testing.assert_array_equal(red, blue)


def test_the_family_counts(predictor: Predictor) -> None:
    sample = Sample(text="so happy", language="en")
    own = _probabilities(predictor.predict(sample))
    same = _probabilities(predictor.predict(replace(sample, family="indo-european")))
    other = _probabilities(predictor.predict(replace(sample, family="turkic")))
    none = _probabilities(predictor.predict(replace(sample, family="none")))
    np.testing.assert_array_equal(own, same)
    assert np.abs(own - other).max() > 0
    assert np.abs(own - none).max() > 0


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "\u0301",
        "😀",
        "https://example.org",
        "x" * 100_000,
        "so " * 33_000,
        "a\0b",
        "\ud83d",
        "abc אבג 123 ابج",
        "ሰላም ልዑል",
        "e\u0301" * 50,
        "\u0301" * 500 + "a",
        "<mask> </s> <pad>",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_strange_texts_give_a_result_or_a_sentence(predictor: Predictor, text: str) -> None:
    """SAFETY, Text: never NaN, never another error."""
    for sample in (Sample(text=text, language="en"), Sample(text=text, image=RED)):
        try:
            prediction = predictor.predict(sample, ~module.View.NOTHING)
        except ValueError as error:
            assert str(error).startswith("There is nothing to predict")
            continue
        assert np.isfinite(_probabilities(prediction)).all()
        (batched,) = predictor.predict_many([sample])
        _assert_same(batched, prediction)


def test_a_bad_sample_is_a_sentence(predictor: Predictor) -> None:
    with pytest.raises(ValueError, match="nothing to predict"):
        predictor.predict(Sample())
    with pytest.raises(ValueError, match="not a language"):
        list(predictor.predict_many([*SAMPLES, Sample(text="so", language="nowhere tongue")]))


def test_eight_threads_get_the_same_results(tiny_folder: Path) -> None:
    """A fresh predictor, so that what is built on first use is built under way."""
    predictor = Predictor.load(tiny_folder, CPU)
    every_view = ~module.View.NOTHING
    sample = replace(SAMPLES[2], text="so happy to see us", translation="so happy")

    def work(i: int) -> list[Prediction]:
        if i % 2:
            return list(predictor.predict_many(SAMPLES))
        return [predictor.predict(sample, every_view)]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(16)))
    for result in results[2:]:
        expected = results[0] if len(result) == 1 else results[1]
        for a, b in zip(result, expected, strict=True):
            np.testing.assert_allclose(_probabilities(a), _probabilities(b), atol=1e-6)
    for (one,) in results[2::2]:
        np.testing.assert_allclose(one.sharpness, results[0][0].sharpness, atol=1e-5)


def test_bfloat16_is_close_to_float32(tiny_folder: Path, predictor: Predictor) -> None:
    half = Predictor.load(tiny_folder, Runtime(device=CPU.device, dtype=torch.bfloat16))
    assert not half.share_words(predictor)
    for sample in SAMPLES:
        a, b = (_probabilities(p.predict(sample, ~module.View.NOTHING)) for p in (half, predictor))
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, atol=0.03)


def test_another_label_set(tmp_path: Path) -> None:
    """Nothing assumes seven classes."""
    folder = tiny_checkpoint(tmp_path / "three", label_set=POLARITY3)
    prediction = Predictor.load(folder, CPU).predict(SAMPLES[0])
    assert prediction.labels == POLARITY3.labels
    assert prediction.scores.mean.shape == (3,)


def test_equal_word_embeddings_are_held_once(tmp_path: Path, predictor: Predictor) -> None:
    """The same seed draws the same encoder below other classifiers; another seed does not."""
    equal = Predictor.load(tiny_checkpoint(tmp_path / "equal", label_set=POLARITY3), CPU)
    other = Predictor.load(tiny_checkpoint(tmp_path / "other", seed=1), CPU)
    before = [p.predict(SAMPLES[0], module.View.SHARPNESS) for p in (equal, other)]
    assert equal.share_words(predictor) and not other.share_words(predictor)
    after = [p.predict(SAMPLES[0], module.View.SHARPNESS) for p in (equal, other)]
    for a, b in zip(before, after, strict=True):
        _assert_same(a, b)
        np.testing.assert_array_equal(a.sharpness, b.sharpness)
    assert equal.model.text.word_embeddings is predictor.model.text.word_embeddings
    assert other.model.text.word_embeddings is not predictor.model.text.word_embeddings


def test_the_model_is_in_evaluation_mode(tiny_folder: Path) -> None:
    """Dropout would make two runs differ."""
    loaded: Checkpoint = load_checkpoint(tiny_folder)
    loaded.model.train().requires_grad_(True)
    predictor = Predictor(loaded, CPU)
    a, b = (_probabilities(predictor.predict(SAMPLES[0])) for _ in range(2))
    np.testing.assert_array_equal(a, b)


def test_loading_what_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError):
        Predictor.load(tmp_path, CPU)


def test_heads_guess_after_the_answer(predictor: Predictor) -> None:
    """Asked for on its own, since it is slow; nothing of the text stays in the predictor."""
    encoded: list[tuple[int, ...]] = []
    sample = Sample(text="a text that was never asked for before", language="sw")
    counting = predictor.model.text.register_forward_hook(
        lambda _, ids, __: encoded.append(tuple(ids[0].shape))
    )
    answered = predictor.answer(sample, View.FAMILIES)
    assert len(encoded) == 1 and answered.prediction.sharpness is None
    later = answered.heads(True)
    assert [shape[0] for shape in encoded] == [1, 4]  # the copies that hide its words, at once
    assert later is not None
    found = predictor.predict(sample, View.SHARPNESS).sharpness
    np.testing.assert_array_equal(later.sharpness.mean(axis=1), found)
    counting.remove()
