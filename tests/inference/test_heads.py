"""What heads make of hidden words: against the naive form, and the estimate by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from lfdrt.batch import TextBatch
from lfdrt.inference import heads as module
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.languages import FAMILIES
from lfdrt.losses import VocabularySums, uniformity
from lfdrt.model.lfdrt import LFDRT
from lfdrt.output import HeadGuesses

K = len(FAMILIES)
SAMPLE = Sample(text="Ninafurahi sana kukuona leo", language="sw")


@pytest.fixture(scope="module")
def predictor(predictor: Predictor) -> Predictor:
    """That of all these tests with a head far from flat, so that heads differ."""
    predictor.model.family_vocabulary.norm.weight.mul_(20)
    return predictor


def guesses(predictor: Predictor, sample: Sample, *, exact: bool) -> HeadGuesses:
    found = predictor.answer(sample).heads(exact)
    assert found is not None
    return found


@torch.inference_mode()
def naive(predictor: Predictor, sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Token by token and family by family, all logits at once. Shape: (K, T), (K, T)."""
    model, prepare = predictor.model, predictor._preparer
    own = prepare.prepare(sample, offsets=True)
    text = prepare.batch([own])
    other = prepare.prepare_anchor(sample.translation)
    words = model.text.word_matrix(torch.float32)
    kl, log_p = (np.empty((K, len(own.positions))) for _ in range(2))
    for i, place in enumerate(own.positions):
        ids = text.ids.clone()
        ids[0, list(own.positions[i % 4 :: 4])] = predictor.tokenizer.mask
        x = model.encode(replace(text, ids=ids))
        x_an, mask_an = x, text.mask
        if other is not None:
            anchor = prepare.batch([other])
            x_an, mask_an = model.encode(anchor), anchor.mask
        for k in range(K):
            h = model.word_vectors(x[:, [place]], torch.tensor([k]), x_an, mask_an).h[0]
            logits = h @ words.T
            kl[k, i] = float(uniformity(logits))
            log_p[k, i] = float(logits.log_softmax(-1)[0, text.ids[0, place]])
    return kl, log_p


@pytest.mark.parametrize("translation", [None, "I am so happy"])
def test_all_words_counted_is_the_naive_form(predictor: Predictor, translation: str | None) -> None:
    sample = replace(SAMPLE, translation=translation)
    views = View.NOTHING if translation is None else View.TRANSLATION  # which encodes it
    found = predictor.answer(sample, views).heads(True)
    assert found is not None and found.exact
    kl, log_p = naive(predictor, sample)
    np.testing.assert_allclose(found.sharpness, kl, atol=2e-4)
    np.testing.assert_allclose(found.log_probability, log_p, atol=2e-4)
    assert np.ptp(found.sharpness.mean(axis=1)) > 0.01


def test_every_token_is_hidden_once(predictor: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[TextBatch] = []
    real = LFDRT.encode
    monkeypatch.setattr(LFDRT, "encode", lambda self, b: (seen.append(b), real(self, b))[1])
    guesses(predictor, SAMPLE, exact=False)
    plain, copies = seen
    hidden = copies.ids == predictor.tokenizer.mask
    positions = list(predictor._preparer.prepare(SAMPLE, offsets=True).positions)
    assert len(copies) == 4
    assert hidden.sum(dim=0)[positions].tolist() == [1] * len(positions)
    assert int(hidden.sum()) == len(positions)
    assert (copies.ids == plain.ids)[~hidden].all()


def test_a_sample_of_the_words_is_weighted_by_hand() -> None:
    """Four words: one known with logit log 2, one drawn of the three others with logit 0.

    The total is 2 + 3 · 1 = 5, so the known word has 0.4 and each other 0.2; KL from uniform is
    log 4 + 0.4 log 0.4 + 0.6 log 0.2 = 0.0541.
    """
    one = {"uniformity": torch.zeros(1), "first": torch.zeros(1), "own": torch.zeros(1)}
    a = VocabularySums(log_total=torch.tensor([math.log(2)]), **one)
    b = VocabularySums(log_total=torch.zeros(1), **one)
    found = module._joined(a, b, known=1, drawn=1, V=4)
    assert float(found.log_total) == pytest.approx(math.log(5))
    by_hand = math.log(4) + 0.4 * math.log(0.4) + 0.6 * math.log(0.2)
    assert float(found.uniformity) == pytest.approx(by_hand, abs=1e-6)


def test_the_estimate_is_near_and_the_sharpest_are_counted(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all rows among the sharpest it is exact; with none it is a sample's, near it."""
    monkeypatch.setattr(module, "FREQUENT", 8)
    monkeypatch.setattr(module, "STRIDE", 2)
    exact = guesses(predictor, SAMPLE, exact=True)
    monkeypatch.setattr(module, "SHARPEST", K)
    counted = guesses(predictor, SAMPLE, exact=False)
    np.testing.assert_allclose(counted.sharpness, exact.sharpness, atol=1e-4)
    np.testing.assert_allclose(counted.log_probability, exact.log_probability, atol=1e-4)
    assert not counted.exact
    monkeypatch.setattr(module, "SHARPEST", 0)
    sampled = guesses(predictor, SAMPLE, exact=False)
    apart = np.abs(sampled.sharpness - exact.sharpness)
    assert 1e-4 < apart.max() < 0.5 * exact.sharpness.max()


def test_a_long_text_is_estimated_in_its_beginning_and_counted_whole(
    predictor: Predictor,
) -> None:
    long = Sample(text="so happy " * 20, language="en")
    T = len(predictor.predict(long).tokens)
    assert T > module.TOKENS
    few, every = (guesses(predictor, long, exact=exact) for exact in (False, True))
    assert few.sharpness.shape == few.log_probability.shape == (K, module.TOKENS)
    assert every.sharpness.shape == (K, T)
    np.testing.assert_allclose(
        few.log_probability, every.log_probability[:, : module.TOKENS], atol=0.5
    )


def test_nothing_to_guess(predictor: Predictor) -> None:
    """A picture alone; a model of one family, which has nothing to be compared with."""
    picture = Sample(image=Image.new("RGB", (32, 32), "grey"))
    assert predictor.answer(picture).heads(False) is None
    text = predictor._preparer.batch([predictor._preparer.prepare(SAMPLE, offsets=True)])
    alone = type("OneFamily", (), {"config": replace(predictor.model.config, families=("turkic",))})
    assert module.head_guesses(alone, text, (3,), 4, None, exact=True) is None
