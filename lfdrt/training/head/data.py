"""What a head is trained and scored on: labelled texts and pairs, as frozen encoders see them.

The encoders and the disentanglers of the base stay as they are, so every row is read once.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from lfdrt.batch import disentangler_index, length_buckets, pad_text_batch
from lfdrt.checkpoint import Checkpoint
from lfdrt.data.images import ImageError, read_image
from lfdrt.data.records import DataError, read_labelled
from lfdrt.encoders.image import prepare_image, tower_features
from lfdrt.encoders.text import mean_pool
from lfdrt.evaluation.suites import own_reading
from lfdrt.labels import LabelSet
from lfdrt.runtime import Runtime

READ_AT_ONCE = 32


@dataclass(frozen=True, kw_only=True)
class LabelledSet:
    """Rows of one file. `pictures`: their names in `archive`; none for a set of texts."""

    name: str
    language: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    pictures: tuple[str, ...] = ()
    archive: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows ready for the head.

    Shape: f (B, L, D), tokens through their own family's disentangler (F_x of Eq. 11); mask (B, L);
    pooled (B, D), the mean token before it; image (B, E), tower features; labels (B,).
    """

    f: Tensor
    mask: Tensor
    pooled: Tensor
    image: Tensor
    labels: Tensor


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A whole set: f has N tensors of shape (L, D), float16; pooled (N, D), image (N, E) or (N, 0)
    for a set of texts, labels (N,)."""

    f: tuple[Tensor, ...]
    pooled: Tensor
    image: Tensor
    labels: Tensor

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """Sets of the same kind as one; ValueError for none."""
        if not parts:
            raise ValueError("there are no rows to join")
        return cls(
            f=tuple(f for part in parts for f in part.f),
            pooled=torch.cat([part.pooled for part in parts]),
            image=torch.cat([part.image for part in parts]),
            labels=torch.cat([part.labels for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.f)

    @property
    def lengths(self) -> list[int]:
        return [len(f) for f in self.f]

    def batch(self, rows: Sequence[int], device: torch.device) -> Batch:
        lengths = torch.tensor([len(self.f[i]) for i in rows])
        f = pad_sequence([self.f[i] for i in rows], batch_first=True)  # (B, L, D)
        chosen = torch.as_tensor(rows)
        return Batch(
            f=f.float().to(device),
            mask=(torch.arange(f.shape[1]) < lengths[:, None]).to(device),
            pooled=self.pooled[chosen].to(device),
            image=self.image[chosen].to(device),
            labels=self.labels[chosen].to(device),
        )


def read_texts(data: Path, source: str, language: str, split: str) -> LabelledSet:
    """One file of labelled texts; DataError where it is missing."""
    rows = read_labelled(data, source, language, split)
    return LabelledSet(
        name=f"{source} {language} {split}",
        language=language,
        texts=tuple(r.text for r in rows),
        labels=tuple(r.label for r in rows),
    )


def read_pairs(data: Path, split: str) -> LabelledSet:
    """Genuine pairs of tweet and picture: `images/mvsa.csv` and `mvsa.zip` (MVSA-Single, long side
    288 px), taken to be English. DataError names a file that is missing or a column it lacks."""
    table, archive = data / "images" / "mvsa.csv", data / "images" / "mvsa.zip"
    for path in (table, archive):
        if not path.is_file():
            raise DataError(f"{path.name} is not in {path.parent}: name the data folder.")
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"text", "image", "label", "split"} <= set(reader.fieldnames or ()):
            raise DataError(f"{table.name} needs the columns text, image, label and split.")
        rows = [row for row in reader if row["split"] == split]
    if not rows:
        raise DataError(f"{table.name} has no row whose split is {split!r}.")
    return LabelledSet(
        name=f"mvsa en {split}",
        language="en",
        texts=tuple(row["text"] for row in rows),
        labels=tuple(row["label"] for row in rows),
        pictures=tuple(row["image"] for row in rows),
        archive=archive,
    )


class FeatureReader:
    """Reads one set batch by batch, so that progress can be told in between."""

    def __init__(
        self, base: Checkpoint, labelled: LabelledSet, labels: LabelSet, runtime: Runtime
    ) -> None:
        config, self._model, self._runtime = base.model.config, base.model, runtime
        self._set, self._pad = labelled, base.tokenizer.pad
        self._ids = [e.ids for e in base.tokenizer.encode(labelled.texts)]
        family = own_reading(base.model, labelled.language)
        self._family = disentangler_index(family, config.families)
        try:
            self._labels = torch.tensor([labels.index(label) for label in labelled.labels])
        except ValueError as error:
            raise DataError(f"{labelled.name}: {error}") from None
        self._f: list[Tensor | None] = [None] * len(self._ids)
        self._pooled = torch.empty(len(self._ids), config.width)
        width = config.image.tower["embed_dim"] if labelled.pictures else 0
        self._image = torch.empty(len(self._ids), width)
        self.batches = list(length_buckets([len(i) for i in self._ids], rows=READ_AT_ONCE))

    @torch.no_grad()
    def read(self, rows: Sequence[int]) -> None:
        """One of `batches`. A picture and its text cost about 25 ms on one CPU core."""
        batch = pad_text_batch([self._ids[i] for i in rows], [self._family] * len(rows), self._pad)
        batch = batch.to(self._runtime.device)
        with self._runtime.autocast():
            x = self._model.encode(batch)  # (B, L, D)
        x = x.float()
        self._pooled[rows] = mean_pool(x, batch.mask).cpu()
        strength = self._model.config.fusion_strength
        f = self._model.disentanglers(x, batch.family, strength).half().cpu()
        for i, tokens, mask in zip(rows, f, batch.mask.cpu(), strict=True):
            self._f[i] = tokens[mask]
        if self._set.pictures:
            self._image[rows] = self._pictures(rows)

    def rows(self) -> Rows:
        """All rows, once every batch was read."""
        f = tuple(tokens for tokens in self._f if tokens is not None)
        if len(f) < len(self._f):
            raise ValueError(f"{self._set.name}: {len(self._f) - len(f)} rows were not read yet")
        return Rows(f=f, pooled=self._pooled, image=self._image, labels=self._labels)

    def _pictures(self, rows: Sequence[int]) -> Tensor:
        """Tower features. Shape: (B, E)."""
        config = self._model.config.image
        with zipfile.ZipFile(str(self._set.archive)) as archive:
            pictures = [_picture(archive, self._set.pictures[i]) for i in rows]
        pixels = torch.stack([prepare_image(p, config) for p in pictures])
        pixels = pixels.to(self._runtime.device, memory_format=torch.channels_last)
        with self._runtime.autocast():
            return tower_features(self._model.image.tower, pixels).pooled.float().cpu()


def _picture(archive: zipfile.ZipFile, name: str) -> Image.Image:
    """DataError names the archive and the picture."""
    try:
        with archive.open(name) as stream:
            return read_image(stream, name=name)
    except (KeyError, zipfile.BadZipFile, ImageError) as error:
        raise DataError(f"{Path(str(archive.filename)).name}, {name!r}: {error}") from error
