"""Batches of a training step: constructed pairs, own families, a function of the step."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.data.records import DataError
from lfdrt.training.pretrain.assemble import corpora
from lfdrt.training.pretrain.corpus import LabelledCorpus, ParallelCorpus, within_language
from lfdrt.training.settings import PretrainSettings
from tests.tiny import tiny_checkpoint
from tests.tiny_data import PARALLEL, tiny_data, tiny_faces
from tests.training.settings import TINY


def build(folder: Path, settings: PretrainSettings) -> tuple[LabelledCorpus, ParallelCorpus]:
    if not (folder / "tiny").is_dir():
        tiny_checkpoint(folder / "tiny")
    checkpoint = load_checkpoint(folder / "tiny")
    data = folder if (folder / "text").is_dir() else tiny_data(folder)
    faces = tiny_faces(checkpoint.model.config.image.tower["embed_dim"])
    return corpora(data, settings, checkpoint.tokenizer, checkpoint.model, faces)


def test_a_face_has_the_label_of_its_text(tmp_path: Path) -> None:
    labelled, _ = build(tmp_path, replace(TINY, pairing_noise=0.0))
    faces = tiny_faces(16)
    batch = labelled.batch(0)
    for label, image in zip(batch.labels, batch.image, strict=True):
        owner = (faces.features == image).all(dim=1).nonzero().item()
        assert faces.labels[owner] == label


def test_pairing_noise_breaks_some_pairs(tmp_path: Path) -> None:
    """With noise 1 a face has its text's label by chance only, in one of seven pairs."""
    labelled, _ = build(tmp_path, replace(TINY, pairing_noise=1.0))
    faces = tiny_faces(16)
    same = []
    for step in range(40):
        batch = labelled.batch(step)
        owners = [(faces.features == i).all(dim=1).nonzero().item() for i in batch.image]
        same += (faces.labels[owners] == batch.labels).tolist()
    assert 0.05 < sum(same) / len(same) < 0.3


def test_a_step_is_the_same_in_a_new_corpus(tmp_path: Path) -> None:
    first, second = build(tmp_path, TINY), build(tmp_path, TINY)
    for one, other in zip(first, second, strict=True):
        a, b = one.batch(5), other.batch(5)
        assert str(a) == str(b)


def test_each_translation_carries_its_own_family(tmp_path: Path) -> None:
    _, parallel = build(tmp_path, TINY)
    assert sorted(parallel.languages) == sorted(PARALLEL)
    drawn = {int(f) for step in range(20) for f in parallel.batch(step).translations.family}
    assert drawn == {0, 8, 9}  # Indo-European (es), Japonic, Turkic
    assert set(parallel.batch(0).anchors.family.tolist()) == {0}


def test_training_cuts_texts_to_the_settings(tmp_path: Path) -> None:
    labelled, parallel = build(tmp_path, replace(TINY, max_tokens=9))
    assert labelled.batch(0).texts.ids.shape[1] == 9
    assert parallel.batch(0).translations.ids.shape[1] <= 9
    last = labelled.batch(0).texts.ids[:, -1]
    assert torch.equal(last, torch.full_like(last, 2)), "the end token must stay"


def test_missing_source_is_named(tmp_path: Path) -> None:
    tiny_data(tmp_path)
    sources = (replace(TINY.sources[0], name="nowhere"),)
    with pytest.raises(DataError, match="--data"):
        build(tmp_path, replace(TINY, sources=sources))


def test_wrong_families_are_never_the_own(tmp_path: Path) -> None:
    _, parallel = build(tmp_path, replace(TINY, wrong_families=3))
    for step in range(10):
        batch = parallel.batch(step)
        assert batch.wrong.shape == (3, TINY.parallel_rows)
        assert not (batch.wrong == batch.translations.family).any()
        assert int(batch.wrong.max()) < 13


def test_rare_emotions_are_drawn_as_often_as_frequent_ones() -> None:
    """Language a: three neutral pairs and one of joy, so pi = (3/4, 1/4) and the pairs weigh 4/3,
    4/3, 4/3, 4: joy gets half of the chances. Language b has one pair and all of its own."""
    languages = ["a", "a", "a", "a", "b"]
    emotions = torch.tensor([[1.0, 0], [1, 0], [1, 0], [0, 1], [0, 1]])
    chances = within_language(languages, emotions, 1.0)
    assert chances.tolist() == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2, 1.0])
    assert within_language(languages, emotions, 0.0).tolist() == pytest.approx([0.25] * 4 + [1.0])
    assert within_language(languages, None, 1.0).tolist() == pytest.approx([0.25] * 4 + [1.0])
