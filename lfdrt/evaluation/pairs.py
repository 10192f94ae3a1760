"""Text and picture against either alone, on constructed pairs of sentences and faces.

No data here have both: each text gets a face of its own label from the faces that training held
out, and a share of the texts (the pairing noise) a face drawn from all. Such pairs say whether the
model uses both, not how it does on pictures that people posted with their texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lfdrt.batch import NO_FAMILY, disentangler_index
from lfdrt.data.faces import normalise, read_split, upscale
from lfdrt.data.records import LabelledText, read_labelled
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.errors import UserError
from lfdrt.evaluation import bootstrap
from lfdrt.evaluation.evaluate import encoded_batches, unread
from lfdrt.evaluation.measures import mean_over_sets, plain
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.suites import Suite, own_reading
from lfdrt.labels import EKMAN7
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import Runtime

NOISES = (0.0, 0.3, 0.6)
SUITES = (
    Suite(source="meld", languages=("en",), split="test"),
    Suite(source="brighter", languages=("tt", "sw", "id", "jv", "es", "zh"), split="dev"),
)
ABOUT = (
    "constructed pairing: no data set here has these texts with pictures. Each text got a face of "
    "its label from the dev split of faces.zip, drawn once by a fixed seed; noise is the share of "
    "texts whose face was drawn from all dev faces instead, of any label. Scores say whether both "
    "inputs are used, not how the model does on genuine pairs"
)


@dataclass(frozen=True, kw_only=True)
class FaceVectors:
    """Pooled vectors of the dev faces by the image encoder, in the model's number format.

    Shape: vectors (M, D), labels (M,).
    """

    vectors: Tensor
    labels: np.ndarray


@dataclass(frozen=True, kw_only=True)
class PairPredictions:
    """One file without pictures, and by pairing noise its pictures alone and both together."""

    text: Predictions
    image: dict[float, Predictions]
    both: dict[float, Predictions]


@torch.inference_mode()
def face_vectors(model: LFDRT, data: Path, runtime: Runtime) -> FaceVectors:
    """Read once for all files: about 4 ms a face on two CPU cores.

    DataError or UserError: faces that are not there, or a model of other labels.
    """
    if model.config.label_set.labels != EKMAN7.labels:
        raise UserError(
            f"faces are labelled by {EKMAN7.name}, this checkpoint predicts "
            f"{model.config.label_set.name}: leave out --pairs."
        )
    faces = read_split(data / "images", "dev")
    encoder = model.image.eval()
    parts = []
    for images in faces.images.split(128):
        pixels = normalise(upscale(images, model.config.image.size), model.config.image)
        pixels = pixels.to(runtime.device, runtime.dtype, memory_format=torch.channels_last)
        with runtime.autocast():
            parts.append(encoder(pixels).pooled)
    return FaceVectors(vectors=torch.cat(parts), labels=faces.labels.numpy())


def pair_faces(gold: np.ndarray, faces: np.ndarray, seed: int) -> dict[float, np.ndarray]:
    """Which face each text gets at each noise; a face that a lower noise exchanges stays exchanged.

    Shape: gold (N,), labels of the faces (M,) -> face numbers (N,) by noise. UserError: a label
    without faces.
    """
    rng = np.random.default_rng(seed)
    own = np.empty(len(gold), dtype=np.int64)
    for label in np.unique(gold):
        alike = np.flatnonzero(faces == label)
        if not len(alike):
            raise UserError(f"no dev face has the label {EKMAN7.labels[label]!r} in faces.csv")
        own[gold == label] = rng.choice(alike, int((gold == label).sum()))
    any_face = rng.integers(0, len(faces), len(gold))
    luck = rng.random(len(gold))
    return {noise: np.where(luck < noise, any_face, own) for noise in NOISES}


def predict_pairs(
    model: LFDRT, tokenizer: TextTokenizer, data: Path, faces: FaceVectors, runtime: Runtime
) -> list[PairPredictions]:
    """Every file of `SUITES`, each text through its own family."""
    return [
        _predict(model, tokenizer, read_labelled(data, s.source, language, s.split), faces, runtime)
        for s in SUITES
        for language in s.languages
    ]


def _predict(
    model: LFDRT,
    tokenizer: TextTokenizer,
    rows: Sequence[LabelledText],
    faces: FaceVectors,
    runtime: Runtime,
) -> PairPredictions:
    text = unread(rows, model.config.label_set)
    text = replace(text, read_through=own_reading(model, text.language))
    drawn = pair_faces(text.gold, faces.labels, text.seed)
    p = _probabilities(model, tokenizer, rows, text.read_through, faces, drawn, runtime)

    def filled(reading: int) -> Predictions:
        return replace(text, p_1=p[0, reading], p_2=p[1, reading])

    Q = len(NOISES)
    return PairPredictions(
        text=filled(0),
        image={noise: filled(1 + q) for q, noise in enumerate(NOISES)},
        both={noise: filled(1 + Q + q) for q, noise in enumerate(NOISES)},
    )


@torch.inference_mode()
def _probabilities(
    model: LFDRT,
    tokenizer: TextTokenizer,
    rows: Sequence[LabelledText],
    family: str | None,
    faces: FaceVectors,
    drawn: dict[float, np.ndarray],
    runtime: Runtime,
) -> Tensor:
    """Both classifiers on text alone, then on Q noises' pictures alone, then on Q noises' pairs.

    A picture alone is read as in training: a stand-in for the text, through no disentangler.
    Shape: -> (2, 1 + 2 Q, N, C) float32.
    """
    model.eval()
    found = torch.empty(2, 1 + 2 * len(drawn), len(rows), len(model.config.label_set))
    index = disentangler_index(family, model.config.families)
    for bucket, batch, x in encoded_batches(model, tokenizer, [r.text for r in rows], runtime):
        images = [faces.vectors[face[bucket]] for face in drawn.values()]
        through = torch.full_like(batch.family, index)
        nothing, nothing_mask = model.without_text(len(batch))
        alone = (nothing, nothing_mask, torch.full_like(through, NO_FAMILY))
        inputs = [(x, batch.mask, through, model.without_image(len(batch)))]
        inputs += [(*alone, image) for image in images]
        inputs += [(x, batch.mask, through, image) for image in images]
        for r, given in enumerate(inputs):
            with runtime.autocast():
                reading = model.read(*given)
            found[0, r, bucket] = reading.logits_1.float().softmax(-1).cpu()
            found[1, r, bucket] = reading.logits_2.float().softmax(-1).cpu()
    return found


def pairs_report(files: Sequence[PairPredictions], faces: FaceVectors) -> dict[str, Any]:
    """Every file, and the mean over the files of a source with several languages."""
    sources: dict[str, list[PairPredictions]] = {}
    for one in files:
        sources.setdefault(f"{one.text.source} {one.text.split}", []).append(one)
    return {
        "about": ABOUT,
        "faces": len(faces.labels),
        "sets": {one.text.name: _compare([one]) for one in files},
        "means": {
            f"{name}, {len(group)} languages": _compare(group)
            for name, group in sources.items()
            if len(group) > 1
        },
    }


def _compare(files: Sequence[PairPredictions]) -> dict[str, Any]:
    """Means over files, each counting once; gains are of text and image, in macro-F1, paired."""
    text = [f.text for f in files]
    by_noise = {}
    for noise in NOISES:
        image, both = [f.image[noise] for f in files], [f.both[noise] for f in files]
        by_noise[f"{noise:.0%}"] = {
            "image_only": mean_over_sets(image),
            "text_and_image": mean_over_sets(both),
            "gain_over_text": _gain(both, text),
            "gain_over_image": _gain(both, image),
        }
    return {
        "pairing": "constructed",
        "rows": sum(map(len, text)),
        "text_only": mean_over_sets(text),
        "by_noise": by_noise,
    }


def _gain(ours: Sequence[Predictions], theirs: Sequence[Predictions]) -> dict[str, Any]:
    """Difference of the mean macro-F1, with its paired bootstrap interval over rows."""

    def difference(kind: str) -> np.ndarray:
        pairs = zip(ours, theirs, strict=True)
        f1 = bootstrap.macro_f1
        return np.mean([f1(getattr(a, kind)) - f1(getattr(b, kind)) for a, b in pairs], axis=0)

    return plain(
        {
            "macro_f1": difference("confusion"),
            "interval": bootstrap.interval(difference("resampled")),
        }
    )
