"""`lfdrt predict` of one sample: read the picture, predict, and tell it in words or as JSON.

Knows no table. Imported only when it runs: it needs torch.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

import numpy as np

from lfdrt.commands.options import load_predictor
from lfdrt.data.images import read_image
from lfdrt.data.photographs import LARGEST, WHOLE, look
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.languages import FAMILIES, resolve
from lfdrt.output import FamilyReading, Photograph, Prediction, Scores


def predict_sample(args: argparse.Namespace) -> int:
    """Raises UserError for a sample that cannot be read."""
    picture = None if args.image is None else read_image(args.image, name=str(args.image))
    predictor = load_predictor(args.checkpoint, args.device, family=args.family)
    face = WHOLE if args.whole_pictures else args.face or LARGEST
    seen = None if picture is None else look(picture, face=face, longest=fitting(predictor))
    sample = Sample(
        text=args.text,
        image=seen and seen.image,
        photograph=seen and seen.photograph,
        language=args.lang,
        family=args.family,
    )
    if args.json:
        views = View.FAMILIES | View.SHARPNESS | View.REGIONS
        told = as_json(predictor.predict(sample, views), predictor)
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(as_words(predictor.predict(sample), detected=args.lang is None))
    return 0


def fitting(predictor: Predictor) -> int:
    """Longer side of what is kept of a picture: twice the model's size is enough, and photographs
    of a whole table would fill the memory."""
    return 2 * predictor.model.config.image.size


def as_words(p: Prediction, *, detected: bool) -> str:
    """A prediction for people, several lines."""
    s = p.scores
    lines = [f"{s.label}: {_verdict(s)}", ""]
    width = max(map(len, p.labels))
    lines.append(f"{'':{width}}  classifier 1  classifier 2    mean")
    for c in np.argsort(-s.mean, kind="stable"):
        p_1, p_2, mean = s.probabilities_1[c], s.probabilities_2[c], s.mean[c]
        lines.append(f"{p.labels[c]:{width}}  {p_1:12.1%}  {p_2:12.1%}  {mean:6.1%}")
    lines += ["", _what_was_read(p, detected=detected)]
    return "\n".join([*lines, *(f"Note: {note}" for note in p.notes)])


def as_json(p: Prediction, predictor: Predictor) -> dict[str, Any]:
    """Everything about a prediction, numbers in full; keys are stable for other programs."""
    return {
        **scores_json(p.scores, p.labels),
        "language": p.language,
        "family": p.family,
        "text": p.text,
        "has_image": p.has_image,
        "photograph": None if p.photograph is None else photograph_json(p.photograph),
        "tokens": [
            {"piece": t.piece, "start": t.start, "end": t.end, "unknown": t.unknown}
            for t in p.tokens
        ],
        "unknown_share": p.unknown_share,
        "notes": list(p.notes),
        "families": [_family_json(f, p.labels) for f in p.families or ()],
        "sharpness": None
        if p.sharpness is None
        else dict(zip(predictor.families, p.sharpness.tolist(), strict=True)),
        "grid": None if p.grid is None else p.grid.tolist(),
        "checkpoint": predictor.model.config.name,
        "device": predictor.runtime.description,
    }


def scores_json(s: Scores, labels: tuple[str, ...]) -> dict[str, Any]:
    """`decided_by`: 0 where the classifiers agree, else the surer one."""
    named = {"": s.mean, "_1": s.probabilities_1, "_2": s.probabilities_2}
    return {
        "label": s.label,
        "agree": s.agree,
        "decided_by": s.decided_by,
        "label_1": s.label_1,
        "label_2": s.label_2,
        **{
            f"probabilities{which}": dict(zip(labels, values.tolist(), strict=True))
            for which, values in named.items()
        },
    }


def photograph_json(seen: Photograph) -> dict[str, Any]:
    """`face`: number of the face that was read, from 1; null: the whole picture was."""
    return {
        "size": list(seen.size),
        "faces": [asdict(face) for face in seen.faces],
        "face": seen.face,
        "part": None if seen.part is None else asdict(seen.part),
    }


def _family_json(f: FamilyReading, labels: tuple[str, ...]) -> dict[str, Any]:
    return {
        "family": f.family,
        **scores_json(f.scores, labels),
        "attention": f.attention.tolist(),
        "attention_on_text": f.mass,
    }


def _verdict(s: Scores) -> str:
    if s.agree:
        return "both classifiers agree."
    p_1, p_2 = s.probabilities_1.max(), s.probabilities_2.max()
    return (
        f"the classifiers disagree. Classifier 1 says {s.label_1} ({p_1:.0%}), classifier 2 says "
        f"{s.label_2} ({p_2:.0%}); classifier {s.decided_by} is surer."
    )


def _what_was_read(p: Prediction, *, detected: bool) -> str:
    if p.text is None:
        return "Read: the picture alone."
    read = "the text and the picture" if p.has_image else "the text alone"
    if p.language is None:
        language = "language unknown"
    else:
        language = f"{resolve(p.language).name} ({p.language}{', detected' if detected else ''})"
    names = {f.code: f.name for f in FAMILIES}
    through = "no disentangler" if p.family is None else names.get(p.family, p.family)
    return f"Read: {read}; {language}, through {through}."
