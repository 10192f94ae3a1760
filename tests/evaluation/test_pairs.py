"""Constructed pairs: which face a text gets, and what is compared with what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.evaluation import pairs
from lfdrt.evaluation.evaluate import text_probabilities
from lfdrt.evaluation.pairs import (
    FaceVectors,
    PairPredictions,
    face_vectors,
    pair_faces,
    pairs_report,
    predict_pairs,
)
from lfdrt.evaluation.suites import Suite
from lfdrt.labels import POLARITY3
from lfdrt.languages import family_index
from lfdrt.runtime import resolve_runtime
from tests.evaluation.made import sure
from tests.tiny import SENTENCES, tiny_checkpoint
from tests.tiny_faces import write_faces

RUNTIME = resolve_runtime("cpu", "float32")


def test_noise_is_the_share_of_faces_drawn_from_all() -> None:
    """7 labels of equally many faces: at noise q, 1 - 6/7 q of the faces still have the label."""
    gold, faces = np.arange(7_000) % 7, np.arange(70) % 7
    drawn = pair_faces(gold, faces, seed=0)
    assert list(drawn) == [0.0, 0.3, 0.6]
    for noise, face in drawn.items():
        assert (faces[face] == gold).mean() == pytest.approx(1 - 6 / 7 * noise, abs=0.02)
        assert len(np.unique(face)) == 70
    kept = drawn[0.6] == drawn[0.0]
    assert (drawn[0.3] == drawn[0.0])[kept].all()


def test_a_label_without_faces_is_named() -> None:
    with pytest.raises(ValueError, match="'disgust' in faces.csv"):
        pair_faces(np.array([0, 1]), np.array([0, 0, 2]), seed=0)


def test_predictions_are_those_of_text_of_faces_and_of_both(
    tmp_path: Path, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = load_checkpoint(tiny_folder)
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    (tmp_path / "images").mkdir()
    write_faces(tmp_path / "images")
    folder = tmp_path / "text" / "made"
    folder.mkdir(parents=True)
    texts = [s for s in SENTENCES if "," not in s][:6]
    rows = "".join(f"{i},{s},joy\n" for i, s in enumerate(texts))
    (folder / "tr.dev.csv").write_text("id,text,label\n" + rows, encoding="utf-8")
    suite = Suite(source="made", languages=("tr",), split="dev")
    monkeypatch.setattr(pairs, "SUITES", (suite,))
    faces = face_vectors(model, tmp_path, RUNTIME)
    assert faces.vectors.shape == (7, model.config.width)
    [one] = predict_pairs(model, tokenizer, tmp_path, faces, RUNTIME)
    turkic = family_index("turkic")
    p_1, p_2 = text_probabilities(model, tokenizer, texts, [turkic], RUNTIME)
    torch.testing.assert_close(one.text.p_1, p_1[0])
    torch.testing.assert_close(one.text.p_2, p_2[0])
    # There is one dev face of each label, so at noise 0 every text has the same face.
    alone = one.image[0.0].p_1
    torch.testing.assert_close(alone, alone[:1].expand_as(alone))
    joy = faces.vectors[faces.labels == model.config.label_set.index("joy")].expand(6, -1)
    nothing, mask = model.without_text(6)
    expected = model.read(nothing, mask, torch.full((6,), -1), joy).logits_2.softmax(-1)
    torch.testing.assert_close(one.image[0.0].p_2, expected)
    assert not torch.allclose(one.both[0.0].p_1, one.text.p_1)
    assert not torch.allclose(one.both[0.0].p_1, alone)
    assert not torch.equal(one.both[0.6].p_1, one.both[0.0].p_1)


def test_report_by_hand() -> None:
    """Text right on half the rows, pictures on all without noise, both always: gains 0.5 and 0."""
    gold = [0, 1] * 20
    half = [g if i < 20 else 1 - g for i, g in enumerate(gold)]
    noises = pairs.NOISES
    files = [
        PairPredictions(
            text=sure(half, gold, language=language),
            image={
                q: sure(gold if q == 0 else half, gold, language=language) for q in pairs.NOISES
            },
            both={q: sure(gold, gold, language=language) for q in noises},
        )
        for language in ("tt", "sw")
    ]
    report = pairs_report(files, FaceVectors(vectors=torch.zeros(3, 2), labels=np.arange(3)))
    assert "constructed pairing" in report["about"]
    assert list(report["sets"]) == ["made tt dev", "made sw dev"]
    [(name, mean)] = report["means"].items()
    assert name == "made dev, 2 languages"
    assert mean["pairing"] == "constructed"
    assert mean["rows"] == 80
    assert mean["text_only"]["macro_f1"] == 0.5
    clean, noisy = mean["by_noise"]["0%"], mean["by_noise"]["60%"]
    assert clean["gain_over_text"]["macro_f1"] == 0.5
    assert clean["gain_over_image"] == {"macro_f1": 0, "interval": [0, 0]}
    assert noisy["gain_over_image"]["macro_f1"] == 0.5
    low, high = noisy["gain_over_image"]["interval"]
    assert 0.3 < low < 0.5 < high < 0.7


def test_a_model_of_other_labels_is_refused(tmp_path: Path) -> None:
    folder = tiny_checkpoint(tmp_path / "polar", label_set=POLARITY3)
    with pytest.raises(ValueError, match="predicts polarity3: leave out --pairs"):
        face_vectors(load_checkpoint(folder).model, tmp_path, RUNTIME)
