"""The baselines by name: what each is, which weights it needs, what of it learns. Torch-free.

A literal table: knows no way to build any of them. Names of weights are those of the Hugging Face
hub (owner/model) or of open_clip (MODEL/PRETRAINED).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class System:
    """One row of the paper's tables.

    text, image: weights of its encoders; None where it has no such encoder. learns: which of them
    are trained, beside the classifier. licence: of those weights, as their publishers state it.
    """

    about: str
    text: str | None
    image: str | None
    learns: str
    licence: str


SYSTEMS: dict[str, System] = {
    "mbert": System(
        about="multilingual BERT and a classifier, text only",
        text="google-bert/bert-base-multilingual-cased",
        image=None,
        learns="the text encoder's upper layers",
        licence="Apache-2.0",
    ),
    "xlmr": System(
        about="XLM-R and a classifier, text only",
        text="FacebookAI/xlm-roberta-base",
        image=None,
        learns="the text encoder's upper layers",
        licence="MIT",
    ),
    "clip": System(
        about="CLIP and a classifier: the picture, and with CLIP's own weights English texts",
        text=None,
        image="ViT-B-32/openai",
        learns="nothing of the encoders",
        licence="MIT",
    ),
    "m2sa": System(
        about="XLM-R tuned on sentiment of tweets, beside CLIP's picture, and a classifier",
        text="cardiffnlp/twitter-xlm-roberta-base-sentiment-multilingual",
        image="ViT-B-32/openai",
        learns="the text encoder's upper layers",
        licence="text: none stated; image: MIT",
    ),
}

STAND_INS = ("compact",)
"""`compact`: the towers that LFD-RT's bundled checkpoint was trained from (`lfdrt towers`, `lfdrt
faces`). They are the same for all systems, so what differs is how a system puts them together."""
