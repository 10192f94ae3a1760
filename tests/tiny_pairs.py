"""Genuine-looking pairs and polarity texts of our own in the data folder's format, and a head's
settings to go with them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from PIL import Image

from lfdrt.labels import POLARITY3
from lfdrt.training.head.settings import HeadSettings
from tests.csv_files import LABELLED, write
from tests.tiny import SENTENCES

COLOURS = {"negative": "navy", "neutral": "grey", "positive": "gold"}
TINY_HEAD = HeadSettings(
    label_set="polarity3",
    texts=("xlmt", "nusax"),
    steps=4,
    pair_rows=6,
    text_rows=4,
    rate_shared=1e-3,
    rate_classifiers=1e-2,
    weight_decay=0.01,
    warmup=0.2,
    clip=1.0,
    tau=0.07,
    cross_modal=0.1,
    reading_weights=(1.0, 0.5, 0.5),
    label_smoothing=0.0,
    class_balance=0.5,
    seeds=(0, 1),
    checkpoint_every=2,
)


def tiny_pairs(folder: Path) -> Path:
    """Twelve training and three dev pairs, whose pictures' colour is their label; English training
    texts of two sources; dev texts in English and Spanish."""
    (folder / "images").mkdir(parents=True)
    rows = []
    with zipfile.ZipFile(folder / "images" / "mvsa.zip", "w") as archive:
        for i, sentence in enumerate(SENTENCES[:5]):
            for label, colour in COLOURS.items():
                buffer, name = io.BytesIO(), f"{len(rows)}.png"
                Image.new("RGB", (40, 24 + i), colour).save(buffer, "PNG")
                archive.writestr(name, buffer.getvalue())
                split = "dev" if i == 4 else "train"
                rows.append((str(len(rows)), f"{sentence} {label}", name, label, split))
    write(folder / "images" / "mvsa.csv", [("id", "text", "image", "label", "split"), *rows])
    for name in ("xlmt/en.train", "nusax/en.train", "xlmt/en.dev", "xlmt/es.dev"):
        texts = [
            (f"{i}-{label}", f"{sentence} {label}", label)
            for i, sentence in enumerate(SENTENCES[:2])
            for label in POLARITY3.labels
        ]
        write(folder / "text" / f"{name}.csv", [LABELLED, *texts])
    return folder
