"""What a baseline is asked: the sets on this machine that it can read, faces as for LFD-RT."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from lfdrt.baselines.base import BOTH, IMAGE, TEXT, ConcatClassifier, Encoder
from lfdrt.baselines.predict import BaselinePredictor, sets_of
from lfdrt.baselines.run_folder import Baseline
from lfdrt.baselines.vectors import TextVectors
from lfdrt.data.faces import read_split
from lfdrt.data.records import DataError
from lfdrt.evaluation.ablation import NOISE
from lfdrt.evaluation.evaluate import gold_classes
from lfdrt.evaluation.pairs import pair_faces
from lfdrt.evaluation.predictions import seed_of
from lfdrt.labels import EKMAN7
from lfdrt.runtime import resolve_runtime
from tests.baselines.test_base import Counted
from tests.baselines.tiny_sets import tiny_sets

CPU = resolve_runtime("cpu", "float32")


class Grey(Encoder):
    """The brightness of a picture's first pixel: each of the dev faces has its own."""

    reads, width, name = IMAGE, 2, "grey"

    def __init__(self) -> None:
        super().__init__()
        self.unused = torch.nn.Parameter(torch.zeros(1), requires_grad=False)

    def forward(self, inputs: list) -> torch.Tensor:
        return torch.tensor([[float(p.getpixel((0, 0))[0]), 1.0] for p in inputs])


class English(Counted):
    def reads_language(self, language: str) -> bool:
        return language == "en"


def baseline(folder: Path, *encoders: Encoder) -> Baseline:
    torch.manual_seed(0)
    model = ConcatClassifier(encoders=encoders, hidden=8, classes=7, dropout=0.0)
    return Baseline(folder=folder / "x" / "made-0", model=model, labels=EKMAN7, card={})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_sets(tmp_path_factory.mktemp("data"))


def test_sets_are_those_that_can_be_read_and_are_here(data: Path, tmp_path: Path) -> None:
    both = baseline(tmp_path, English(TEXT, 2), Grey())
    names = {one.name for one in sets_of(both, TEXT, data)}
    assert names == {"meld en dev", "meld en test", "goemotions en dev"}
    assert len(sets_of(both, BOTH, data)) == len(sets_of(both, IMAGE, data)) == 7
    part = tmp_path / "part"
    shutil.copytree(data / "text" / "meld", part / "text" / "meld")
    assert [one.name for one in sets_of(both, IMAGE, part)] == ["meld en test"]
    with pytest.raises(DataError, match="none of the data sets that baselines are scored on"):
        sets_of(both, TEXT, tmp_path)


def test_a_text_gets_the_face_that_it_gets_for_lfdrt(data: Path, tmp_path: Path) -> None:
    """The picture alone decides where the language is not read."""
    made = baseline(tmp_path, English(TEXT, 2), Grey())
    sets = sets_of(made, BOTH, data)
    (tmp_path / "x").mkdir()
    texts = TextVectors(CPU)
    ask = BaselinePredictor(made, sets, BOTH, data, texts, CPU)
    faces = read_split(data / "images", "dev")
    bright = faces.images[:, 0, 0, 0].float()
    for one in sets:
        gold = gold_classes(one.rows, EKMAN7)
        drawn = pair_faces(gold, faces.labels.numpy(), seed_of(one.name))[NOISE]
        picture = torch.stack([bright[drawn], torch.ones(len(drawn))], dim=1)
        text = torch.ones(len(gold), 2) if one.rows[0].language == "en" else None
        with torch.inference_mode():
            expected = made.model.classify([text, picture], BOTH).softmax(-1)
        torch.testing.assert_close(ask(one).p_1, expected)
        assert ask(one).read_through is None and (ask(one).p_1 == ask(one).p_2).all()
