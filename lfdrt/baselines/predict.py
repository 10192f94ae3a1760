"""What a trained baseline says of labelled rows: texts, faces paired with them, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from lfdrt.baselines.base import IMAGE, TEXT
from lfdrt.baselines.run_folder import Baseline
from lfdrt.baselines.train import read_faces_of
from lfdrt.baselines.vectors import TextVectors, vectors_of
from lfdrt.data.records import DataError, read_labelled
from lfdrt.evaluation.ablation import NOISE
from lfdrt.evaluation.evaluate import gold_classes, unread
from lfdrt.evaluation.pairs import SUITES, pair_faces
from lfdrt.evaluation.predictions import Predictions, seed_of
from lfdrt.evaluation.recordings.recorder import SetRows
from lfdrt.evaluation.suites import Suite, suites_of
from lfdrt.labels import LabelSet
from lfdrt.runtime import Runtime


def one_classifier(one: SetRows, labels: LabelSet, p: Tensor) -> Predictions:
    """The rows of a set as a single classifier predicts them. Shape: p (N, C)."""
    return replace(unread(one.rows, labels, one.excluded), p_1=p, p_2=p)


def sets_of(baseline: Baseline, reading: str, data: Path) -> list[SetRows]:
    """Texts: the suites of its label set, in the languages that it reads. Pictures: the sets that
    faces are paired with. Of both, the sources that are on this machine.

    DataError: none is, or a file of one is missing.
    """
    suites: Sequence[Suite] = suites_of(baseline.labels.name) if reading == TEXT else SUITES
    suites = [suite for suite in suites if (data / "text" / suite.source).is_dir()]
    if not suites:
        raise DataError(f"{data / 'text'} has none of the data sets that baselines are scored on.")
    readers = [e for e in baseline.model.encoders if e.reads == TEXT]
    return [
        SetRows(
            rows=read_labelled(data, suite.source, language, suite.split),
            read_through=None,
            excluded=suite.excluded,
        )
        for suite in suites
        for language in suite.languages
        if reading != TEXT or any(encoder.reads_language(language) for encoder in readers)
    ]


class BaselinePredictor:
    """Predicts sets, or parts of them, in one of the model's readings.

    Faces are the dev faces, drawn for whole sets as for LFD-RT (`evaluation.pairs`).
    """

    def __init__(
        self,
        baseline: Baseline,
        sets: Sequence[SetRows],
        reading: str,
        data: Path,
        texts: TextVectors,
        runtime: Runtime,
    ) -> None:
        self._baseline, self._reading, self._runtime = baseline, reading, runtime
        self._texts = texts
        self._face: dict[tuple[str, str], int] = {}
        self._pictures: list[Tensor | None] = [None] * len(baseline.model.encoders)
        if reading == TEXT:
            return
        faces = read_faces_of(data, "dev")
        for k, encoder in enumerate(baseline.model.encoders):
            if encoder.reads == IMAGE:
                self._pictures[k] = vectors_of(
                    encoder, faces.pictures, runtime, baseline.folder.parent
                )
        for one in sets:
            gold = gold_classes(one.rows, baseline.labels)
            drawn = pair_faces(gold, faces.labels.numpy(), seed_of(one.name))[NOISE]
            self._face |= {
                (one.name, row.id): int(f) for row, f in zip(one.rows, drawn, strict=True)
            }

    @torch.inference_mode()
    def __call__(self, one: SetRows) -> Predictions:
        model, language = self._baseline.model, one.rows[0].language
        model.eval()
        texts = [row.text for row in one.rows] if self._reading != IMAGE else []
        vectors: list[Tensor | None] = []
        for encoder, pictures in zip(model.encoders, self._pictures, strict=True):
            found = None
            if pictures is not None:
                found = pictures[[self._face[one.name, row.id] for row in one.rows]]
            elif texts and encoder.reads == TEXT and encoder.reads_language(language):
                found = self._texts(encoder, texts)
            vectors.append(None if found is None else found.to(self._runtime.device))
        logits = model.classify(vectors, self._reading)
        return one_classifier(one, self._baseline.labels, logits.softmax(dim=-1).cpu())
