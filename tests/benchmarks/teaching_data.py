"""Rows of the teaching benchmark: texts encoded once a text encoder, read anew with any checkpoint.

What is kept of a set are its token features, under the digest of the encoder's weights: another
checkpoint on the same encoder (other families, other classifiers) reads the same ones.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lfdrt.checkpoint import Checkpoint
from lfdrt.data.records import read_labelled
from lfdrt.inference.sample import Sample
from lfdrt.runtime import Runtime
from lfdrt.training.rethink.features import FeatureStore
from lfdrt.training.rethink.rows import rows_of
from lfdrt.training.teach.learn import Labelled
from lfdrt.training.teach.reading import Read, flat_logits, fused, hidden, in_parts

NEVER = -30.0
"""Added to the logit of a class that the set does not have."""


@dataclass(frozen=True, kw_only=True)
class Set:
    """One source's language, its dev rows. lacks: classes that no row of the source can have."""

    source: str
    language: str
    lacks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.source} {self.language}"


SETS = (
    *(Set(source="xed", language=tag, lacks=("neutral",))
      for tag in ("fi", "ar", "es", "fr", "he", "hu", "tr")),
    *(Set(source="mmeld", language=tag) for tag in ("es", "fr")),
    *(Set(source="brighter", language=tag) for tag in ("tt", "sw")),
    Set(source="kote", language="ko", lacks=("neutral",)),
    Set(source="telugu", language="te", lacks=("disgust", "neutral", "surprise")),
)  # fmt: skip
"""Those with at least 190 dev rows."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A set as the model reads it. without: logits in which what the set lacks is never predicted.

    Shape: hidden (2, N, H), logits, without (2, N, C), z (N, D), gold (N,).
    """

    set: Set
    z: np.ndarray
    hidden: np.ndarray
    logits: np.ndarray
    without: np.ndarray
    gold: np.ndarray

    def labelled(self, rows: np.ndarray, logits: np.ndarray) -> Labelled:
        return Labelled(hidden=self.hidden[:, rows], logits=logits[:, rows], gold=self.gold[rows])

    def read(self, rows: np.ndarray, logits: np.ndarray) -> Read:
        """As a person's table, whose ids are row numbers."""
        return Read(
            ids=tuple(map(str, rows.tolist())),
            texts=("",) * len(rows),
            z=self.z[rows],
            logits_1=logits[0][rows],
            logits_2=logits[1][rows],
        )


def prepare(one: Set, data: Path, features: Path, loaded: Checkpoint, runtime: Runtime) -> Prepared:
    """DataError: a file that is not there. Encodes what is not kept yet."""
    model, labels = loaded.model, loaded.model.config.label_set.labels
    dev = read_labelled(data, one.source, one.language, "dev")
    samples = [(r.id, Sample(text=r.text, language=one.language)) for r in dev]
    store = FeatureStore(
        model,
        loaded.tokenizer,
        list(rows_of(model, loaded.tokenizer, samples, runtime)),
        runtime,
        mask_rate=0.15,
        seed=0,
        folder=features / encoder_digest(loaded) / f"{one.source}-{one.language}",
    )
    for _ in store.encode_all():
        pass
    z = np.zeros((len(dev), model.config.width), dtype=np.float32)
    for part, _ in in_parts(store.lengths):
        z[part] = fused(model, store, part, runtime)
    logits = np.stack(flat_logits(model, z))
    lacks = np.isin(labels, one.lacks)
    return Prepared(
        set=one,
        z=z,
        hidden=hidden(model, z),
        logits=logits,
        without=logits + NEVER * lacks,
        gold=np.array([labels.index(r.label) for r in dev]),
    )


def encoder_digest(loaded: Checkpoint) -> str:
    total = hashlib.sha256()
    for name, t in sorted(loaded.model.text.state_dict().items()):
        total.update(name.encode())
        total.update(t.cpu().contiguous().numpy().tobytes())
    return total.hexdigest()[:16]
