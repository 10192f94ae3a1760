"""A data folder in the true format with a few sentences of our own, for tests of training."""

from __future__ import annotations

from pathlib import Path

import torch

from lfdrt.labels import EKMAN7
from lfdrt.training.pretrain.corpus import Faces
from tests.csv_files import LABELLED, PAIRS, write
from tests.tiny import SENTENCES

PARALLEL = ("tr", "ja", "es")


def tiny_data(folder: Path) -> Path:
    """Labelled English (source `made`) and parallel files of three languages of three families."""
    rows = [
        (f"{i}-{c}", f"{sentence} {label}", label)
        for i, sentence in enumerate(SENTENCES[:4])
        for c, label in enumerate(EKMAN7.labels)
    ]
    write(folder / "text" / "made" / "en.train.csv", [LABELLED, *rows])
    for language in PARALLEL:
        pairs = [(a, b, "own", "train") for a in SENTENCES[:4] for b in SENTENCES[4:9]]
        write(folder / "parallel" / f"en-{language}.csv", [("en", language, *PAIRS), *pairs])
    return folder


def hold_out(folder: Path) -> None:
    """Two more pairs of each parallel file, which no training reads."""
    for language in PARALLEL:
        with (folder / "parallel" / f"en-{language}.csv").open("a", encoding="utf-8") as file:
            for a, b in zip(SENTENCES[9:11], SENTENCES[4:6], strict=True):
                file.write(f'{a},"{b}",own,dev\n')


def tiny_faces(width: int) -> Faces:
    """Random features of three faces of each label. Shape: (21, width), (21,)."""
    labels = torch.arange(len(EKMAN7)).repeat(3)
    features = torch.randn(len(labels), width, generator=torch.Generator().manual_seed(0))
    return Faces(features=features, labels=labels)
