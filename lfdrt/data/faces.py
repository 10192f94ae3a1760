"""Pictures of faces with emotions, read as batches of tensors: for training and for evaluation.

Reads `faces.zip` and `faces.csv` (48x48, grey).
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from lfdrt.config import ImageConfig
from lfdrt.data.records import DataError
from lfdrt.labels import EKMAN7

SIDE = 48


@dataclass(frozen=True)
class Faces:
    """`images` (N, C, h, w) uint8, `labels` (N,) indices into the ekman7 label set."""

    images: Tensor
    labels: Tensor


def read_faces(folder: Path) -> tuple[Faces, Faces]:
    """Training and dev faces of `faces.zip` and `faces.csv` (columns image, label, split).

    60 MB for all faces. DataError names the file or row.
    """
    return read_split(folder, "train"), read_split(folder, "dev")


def read_split(folder: Path, split: str) -> Faces:
    """The faces of one split alone; errors as `read_faces`."""
    for name in ("faces.zip", "faces.csv"):
        if not (folder / name).is_file():
            raise DataError(f"{name} is not in the image folder {folder.name!r}.")
    with (folder / "faces.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    if not rows or not {"image", "label", "split"} <= rows[0].keys():
        raise DataError("faces.csv needs rows with the columns image, label and split.")
    with zipfile.ZipFile(folder / "faces.zip") as archive:
        return _decode(archive, rows, split)


def _decode(archive: zipfile.ZipFile, rows: list[dict[str, str]], split: str) -> Faces:
    images, labels = [], []
    for row in rows:
        if row["split"] != split:
            continue
        try:
            with Image.open(io.BytesIO(archive.read(row["image"]))) as image:
                images.append(np.asarray(image.convert("L").resize((SIDE, SIDE))))
            labels.append(EKMAN7.index(row["label"]))
        except (KeyError, OSError, ValueError) as error:
            raise DataError(f"faces.csv, image {row['image']!r}: {error}") from error
    if not images:
        raise DataError(f"faces.csv has no row whose split is {split!r}.")
    return Faces(torch.from_numpy(np.stack(images))[:, None], torch.tensor(labels))


def upscale(images: Tensor, size: int) -> Tensor:
    """Unchanged pictures at another size: (B, C, h, w) uint8 -> (B, 3, size, size) in [0, 1]."""
    pixels = F.interpolate(images.float() / 255, (size, size), mode="bicubic", antialias=True)
    return pixels.clamp(0, 1).expand(-1, 3, -1, -1)


def normalise(pixels: Tensor, config: ImageConfig) -> Tensor:
    """(B, 3, H, W) in [0, 1] -> mean 0 and deviation 1 of the tower's own pictures."""
    mean, std = (torch.tensor(v)[:, None, None] for v in (config.mean, config.std))
    return (pixels - mean) / std
