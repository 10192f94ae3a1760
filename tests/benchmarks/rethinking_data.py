"""Rows of the rethinking benchmark: encoded once a language, shared by all settings and seeds.

Knows which sets there are and where faces come from; knows no settings.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from lfdrt.checkpoint import Checkpoint
from lfdrt.data.faces import normalise, read_split, upscale
from lfdrt.data.masking import MaskedTexts
from lfdrt.data.records import read_labelled
from lfdrt.encoders.image import tower_features
from lfdrt.evaluation.pairs import pair_faces
from lfdrt.inference.sample import Sample
from lfdrt.runtime import Runtime
from lfdrt.training.rethink.features import Features, FeatureStore, Row
from lfdrt.training.rethink.rows import rows_of

MOST = 1500
"""Unlabelled rows a language, drawn once by a fixed seed."""
NOISE = 0.3
MASK_RATE = 0.15


@dataclass(frozen=True, kw_only=True)
class Set:
    """One source's language. `excluded`: classes that the source does not have."""

    source: str
    language: str
    excluded: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.source} {self.language}"


SETS = (
    *(Set(source="xed", language=tag, excluded=("neutral",))
      for tag in ("ar", "es", "fi", "fr", "he", "hu", "tr")),
    *(Set(source="brighter", language=tag) for tag in ("tt", "sw", "es", "zh")),
    *(Set(source="mmeld", language=tag) for tag in ("es", "fr")),
)  # fmt: skip


class Part:
    """Some rows of a store, as a store: numbered anew, encoded and masked as they are there.
    `gold`: their classes, (n,), or None where they have none."""

    def __init__(self, whole: FeatureStore, numbers: np.ndarray, gold: np.ndarray | None) -> None:
        self._whole, self._numbers, self.gold = whole, numbers, gold
        self.lengths, self.pictured = whole.lengths[numbers], whole.pictured[numbers]
        self.cached = True

    def __len__(self) -> int:
        return len(self._numbers)

    def _there(self, numbers: Sequence[int]) -> list[int]:
        return self._numbers[np.asarray(numbers, dtype=np.int64)].tolist()

    def row(self, number: int) -> Row:
        return self._whole.row(int(self._numbers[number]))

    def seen_ids(self) -> torch.Tensor:
        ids = {i for n in range(len(self)) for i in self.row(n).ids}
        return torch.tensor(sorted(ids), dtype=torch.int64)

    def read(self, numbers: Sequence[int]) -> Features:
        return self._whole.read(self._there(numbers))

    def read_masked(self, numbers: Sequence[int]) -> tuple[Features, MaskedTexts]:
        return self._whole.read_masked(self._there(numbers))


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A language's rows. `dev` and `gold` only report; `pictured`: the dev rows, each with a face
    of its label or, at the pairing noise, any face. Shape: gold (N,) class numbers."""

    set: Set
    adapt: FeatureStore
    dev: FeatureStore
    pictured: FeatureStore
    gold: np.ndarray

    def splits(self, rows: str) -> list[tuple[Part, Part]]:
        """Rows to learn from and rows to report on: "adapt" and all dev rows, or the dev rows'
        halves in turn ("halves", "pictured halves"). Always the same objects."""
        return self._splits[rows]

    @cached_property
    def _splits(self) -> dict[str, list[tuple[Part, Part]]]:
        found = {"adapt": [(self._part(self.adapt), self._part(self.dev, slice(None)))]}
        order = np.random.default_rng(0).permutation(len(self.gold))
        halves = [np.sort(h) for h in np.array_split(order, 2)]
        for name, store in (("halves", self.dev), ("pictured halves", self.pictured)):
            first, second = (self._part(store, h) for h in halves)
            found[name] = [(first, second), (second, first)]
        return found

    def _part(self, store: FeatureStore, numbers: np.ndarray | slice | None = None) -> Part:
        every = np.arange(len(store))
        if numbers is None:
            return Part(store, every, None)
        return Part(store, every[numbers], self.gold[numbers])


class Data:
    """The data folder, and a folder of features that fills as languages are asked for."""

    def __init__(self, data: Path, features: Path, loaded: Checkpoint, runtime: Runtime) -> None:
        self._data, self._features, self._loaded = data, features, loaded
        self._runtime = runtime
        self._faces: tuple[torch.Tensor, np.ndarray] | None = None

    def prepare(self, one: Set) -> Prepared:
        """DataError: a file that is not there. Encodes what is not kept yet, both views."""
        labels = self._loaded.model.config.label_set.labels
        dev = read_labelled(self._data, one.source, one.language, "dev")
        gold = np.array([labels.index(r.label) for r in dev])
        rows = self._rows(one, [(r.id, r.text) for r in dev])
        stem = f"{one.source}-{one.language}"
        return Prepared(
            set=one,
            adapt=self._store(self._rows(one, self._adapt(one)), f"{stem}-adapt"),
            dev=self._store(rows, f"{stem}-dev"),
            pictured=self._store(self._with_faces(rows, gold), f"{stem}-dev"),
            gold=gold,
        )

    def _adapt(self, one: Set) -> list[tuple[str, str]]:
        path = self._data / "text" / one.source / f"{one.language}.adapt.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = [(row["id"], row["text"]) for row in csv.DictReader(file)]
        order = np.random.default_rng(0).permutation(len(found))[:MOST]
        return [found[i] for i in sorted(order)]

    def _rows(self, one: Set, texts: list[tuple[str, str]]) -> list[Row]:
        samples = [(name, Sample(text=text, language=one.language)) for name, text in texts]
        model, tokenizer = self._loaded.model, self._loaded.tokenizer
        return list(rows_of(model, tokenizer, samples, self._runtime))

    def _with_faces(self, rows: list[Row], gold: np.ndarray) -> list[Row]:
        if self._faces is None:
            self._faces = self._face_vectors()
        pooled, labels = self._faces
        chosen = pair_faces(gold, labels, seed=0)[NOISE]
        return [replace(r, image=pooled[i]) for r, i in zip(rows, chosen, strict=True)]

    @torch.inference_mode()
    def _face_vectors(self) -> tuple[torch.Tensor, np.ndarray]:
        """The tower's pooled vectors of the faces that training held out. Shape: (M, E), (M,)."""
        model, faces = self._loaded.model, read_split(self._data / "images", "dev")
        kept = self._features / "faces.npy"
        if not kept.is_file():
            parts = []
            for images in faces.images.split(128):
                pixels = normalise(upscale(images, model.config.image.size), model.config.image)
                with self._runtime.autocast():
                    found = tower_features(model.image.tower, pixels).pooled
                parts.append(found.float())
            np.save(kept, torch.cat(parts).numpy())
        return torch.from_numpy(np.load(kept)), faces.labels.numpy()

    def _store(self, rows: list[Row], name: str) -> FeatureStore:
        store = FeatureStore(
            self._loaded.model,
            self._loaded.tokenizer,
            rows,
            self._runtime,
            mask_rate=MASK_RATE,
            seed=0,
            folder=self._features / name,
        )
        for _ in store.encode_all():
            pass
        for start in range(0, len(store), 256):  # masked views, so that no setting pays for them
            store.read_masked(range(start, min(start + 256, len(store))))
        return store
