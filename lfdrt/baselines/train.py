"""Trains a concatenation of encoders on English labels: a generator of events, resumable.

Pairs of text and face are constructed by label, as in pre-training. Frozen encoders are asked once,
before the first step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from lfdrt.baselines.base import BOTH, IMAGE, TEXT, ConcatClassifier
from lfdrt.baselines.settings import BaselineSettings
from lfdrt.baselines.vectors import Vectors
from lfdrt.data.faces import read_split
from lfdrt.events import Event, Preparing
from lfdrt.labels import LABEL_SETS
from lfdrt.runtime import Runtime
from lfdrt.training.draw import Drawn, LabelledDraw, read_sources
from lfdrt.training.loop import StepLoop, step_seed

STAGES = {TEXT: "encoding", IMAGE: "pictures"}


@dataclass(frozen=True, kw_only=True)
class FacePictures:
    """Faces as the pictures that people see. Shape: labels (M,)."""

    pictures: list[Image.Image]
    labels: Tensor


@dataclass(frozen=True, kw_only=True)
class TrainingRows:
    """texts: all labelled English rows; draw: which of them a step reads. pictures: of the faces,
    none where no encoder reads pictures."""

    texts: list[str]
    pictures: list[Image.Image]
    draw: LabelledDraw


def read_faces_of(data: Path, split: str) -> FacePictures:
    """DataError or UserError: faces that are not there."""
    faces = read_split(data / "images", split)
    pictures = [Image.fromarray(image[0].numpy()).convert("RGB") for image in faces.images]
    return FacePictures(pictures=pictures, labels=faces.labels)


def training_rows(data: Path, settings: BaselineSettings, *, pictures: bool) -> TrainingRows:
    """DataError names what is missing."""
    rows = read_sources(data, settings.sources)
    texts = [r.text for own in rows for r in own]
    faces = read_faces_of(data, "train") if pictures else None
    draw = LabelledDraw(
        rows,
        settings.sources,
        LABEL_SETS[settings.label_set],
        lengths=[len(text) for text in texts],  # characters: only their order counts
        faces=faces.labels if faces else None,
        count=settings.rows,
        pairing_noise=settings.pairing_noise,
        prior="none",
        seed=settings.seed,
    )
    return TrainingRows(texts=texts, pictures=faces.pictures if faces else [], draw=draw)


class BaselineRun(StepLoop[ConcatClassifier, BaselineSettings]):
    """`features`: a folder where vectors of frozen encoders are kept for other runs."""

    def __init__(
        self,
        model: ConcatClassifier,
        rows: TrainingRows,
        settings: BaselineSettings,
        runtime: Runtime,
        *,
        state_file: Path,
        features: Path,
    ) -> None:
        self.model, self.settings, self.state_file = model, settings, state_file
        self._rows, self._runtime = rows, runtime
        model.to(runtime.device)
        self._frozen: list[Vectors | None] = [
            None if e.learns else Vectors(e, self._inputs(e.reads), runtime, features)
            for e in model.encoders
        ]
        self.begin(build_optimizer(model, settings))

    def events(self) -> Iterator[Event]:
        """Frozen encoders first; raises TrainingFailed."""
        for encoder, vectors in zip(self.model.encoders, self._frozen, strict=True):
            if vectors is not None:
                stage, total = STAGES[encoder.reads], len(self._inputs(encoder.reads))
                for done in vectors.read():
                    yield Preparing(step=self.step, stage=stage, done=done, total=total)
        yield from super().events()

    def losses_of_step(self) -> dict[str, float]:
        """Cross-entropy, averaged over the readings by their weights."""
        settings, model = self.settings, self.model
        torch.manual_seed(step_seed(settings.seed, self.step))
        model.train()
        for encoder in model.encoders:
            encoder.train(encoder.learns)
        drawn = self._rows.draw(self.step, np.random.default_rng([settings.seed, self.step, 1]))
        labels = drawn.labels.to(self._runtime.device)
        weights = dict(zip((BOTH, TEXT, IMAGE), settings.reading_weights, strict=True))
        total = sum(weights[reading] for reading in model.readings)
        with self._runtime.autocast():
            vectors = [self._vectors(k, drawn) for k in range(len(model.encoders))]
            losses = [
                weights[reading] / total * F.cross_entropy(model.classify(vectors, reading), labels)
                for reading in model.readings
            ]
            loss = torch.stack(losses).sum()
        loss.backward()
        return {"classifier": loss.item()}

    def _inputs(self, kind: str) -> list[str] | list[Image.Image]:
        return self._rows.texts if kind == TEXT else self._rows.pictures

    def _vectors(self, k: int, drawn: Drawn) -> Tensor:
        """Shape: -> (B, width) of encoder k."""
        encoder, frozen = self.model.encoders[k], self._frozen[k]
        chosen = drawn.rows.tolist() if encoder.reads == TEXT else drawn.faces
        if frozen is not None:
            return frozen.values[chosen].to(self._runtime.device)
        inputs = self._inputs(encoder.reads)
        return encoder([inputs[i] for i in chosen])


def build_optimizer(model: ConcatClassifier, settings: BaselineSettings) -> torch.optim.AdamW:
    """AdamW with a rate each for encoders and for what is new."""
    encoders = [p for p in model.encoders.parameters() if p.requires_grad]
    apart = {id(p) for p in model.encoders.parameters()}
    new = [p for p in model.parameters() if id(p) not in apart]
    groups = [{"params": encoders, "lr": settings.rate_encoder}] if encoders else []
    groups.append({"params": new, "lr": settings.rate_heads})
    return torch.optim.AdamW(groups, weight_decay=settings.weight_decay)
