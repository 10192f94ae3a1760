"""A data folder in the true format with a few sentences of our own, for tests of training."""

from __future__ import annotations

import csv
from pathlib import Path

import torch

from lfdrt.labels import EKMAN7
from lfdrt.training.pretrain.corpus import Faces
from tests.tiny import SENTENCES

PARALLEL = ("tr", "ja", "es")


def tiny_data(folder: Path) -> Path:
    """Labelled English (source `made`) and parallel files of three languages of three families."""
    labelled = folder / "text" / "made"
    labelled.mkdir(parents=True)
    rows = [
        (f"{i}-{c}", f"{sentence} {label}", label)
        for i, sentence in enumerate(SENTENCES[:4])
        for c, label in enumerate(EKMAN7.labels)
    ]
    _write(labelled / "en.train.csv", ("id", "text", "label"), rows)
    (folder / "parallel").mkdir()
    for language in PARALLEL:
        pairs = [(a, b, "own", "train") for a in SENTENCES[:4] for b in SENTENCES[4:9]]
        _write(
            folder / "parallel" / f"en-{language}.csv", ("en", language, "source", "split"), pairs
        )
    return folder


def tiny_faces(width: int) -> Faces:
    """Random features of three faces of each label. Shape: (21, width), (21,)."""
    labels = torch.arange(len(EKMAN7)).repeat(3)
    features = torch.randn(len(labels), width, generator=torch.Generator().manual_seed(0))
    return Faces(features=features, labels=labels)


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
