"""`lfdrt predict` of one sample: read the picture, predict, and tell it in words or as JSON.

Imported only when it runs: it needs torch.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

import numpy as np

from lfdrt.commands.options import load_predictor
from lfdrt.data.images import read_image
from lfdrt.data.photographs import LARGEST, WHOLE
from lfdrt.inference.sample import View, sample_of
from lfdrt.languages import FAMILY_NAMES, resolve
from lfdrt.output import Prediction, Scores


def predict_sample(args: argparse.Namespace) -> int:
    """Raises UserError for a sample that cannot be read."""
    picture = None if args.image is None else read_image(args.image, name=str(args.image))
    predictor = load_predictor(args.checkpoint, args.device, family=args.family, prior=args.prior)
    sample = sample_of(
        text=args.text,
        picture=picture,
        language=args.lang,
        family=args.family,
        face=WHOLE if args.whole_pictures else args.face or LARGEST,
        model_side=predictor.model.config.image.size,
    )
    if args.json:
        views = View.FAMILIES | View.SHARPNESS | View.REGIONS
        told = predictor.predict(sample, views).as_dict(predictor.families)
        told |= {
            "checkpoint": predictor.model.config.name,
            "device": predictor.runtime.description,
            "class_prior": predictor.model.config.class_prior,
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(as_words(predictor.predict(sample), detected=args.lang is None))
        if mix := predictor.model.config.class_prior:
            print(f"{_mix(mix, predictor.labels)} --prior flat reads it without.")
    return 0


def _mix(mix: Sequence[float], labels: Sequence[str]) -> str:
    told = ", ".join(f"{name} {share:.0%}" for name, share in zip(labels, mix, strict=True))
    return f"With this mix of classes: {told}."


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
    through = "no disentangler" if p.family is None else FAMILY_NAMES.get(p.family, p.family)
    return f"Read: {read}; {language}, through {through}."
