"""The baselines by name: what each is, which weights it needs, what of it learns. Torch-free.

A literal table: knows no way to build any of them. Names of weights are those of the Hugging Face
hub (owner/model) or of open_clip (MODEL/PRETRAINED).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class System:
    """One row of the paper's tables.

    text, image: weights of its encoders; None where it has no such encoder, or `text` names one
    model that reads both. learns: what is trained. licence: of those weights, as their publishers
    state it. stand_ins: what can take the weights' place. adapters: whether the text encoder learns
    through LoRA.
    """

    about: str
    text: str | None
    image: str | None
    learns: str
    licence: str
    stand_ins: tuple[str, ...]
    adapters: bool = False


STAND_INS = ("compact",)
"""`compact`: the towers that LFD-RT's bundled checkpoint was trained from (`lfdrt towers`, `lfdrt
faces`). They are the same for all systems, so what differs is how a system puts them together."""

SYSTEMS: dict[str, System] = {
    "mbert": System(
        about="multilingual BERT and a classifier, text only",
        text="google-bert/bert-base-multilingual-cased",
        image=None,
        learns="the text encoder's upper layers, and the classifier",
        licence="Apache-2.0",
        stand_ins=STAND_INS,
    ),
    "xlmr": System(
        about="XLM-R and a classifier, text only",
        text="FacebookAI/xlm-roberta-base",
        image=None,
        learns="the text encoder's upper layers, and the classifier",
        licence="MIT",
        stand_ins=STAND_INS,
    ),
    "clip": System(
        about="CLIP and a classifier: the picture, and with CLIP's own weights English texts",
        text=None,
        image="ViT-B-32/openai",
        learns="the classifier",
        licence="MIT",
        stand_ins=STAND_INS,
    ),
    "m2sa": System(
        about="XLM-R tuned on sentiment of tweets, beside CLIP's picture, and a classifier",
        text="cardiffnlp/twitter-xlm-roberta-base-sentiment-multilingual",
        image="ViT-B-32/openai",
        learns="the text encoder's upper layers, and the classifier",
        licence="text: none stated; image: MIT",
        stand_ins=STAND_INS,
    ),
    "blip2": System(
        about="BLIP-2: its Q-Former on the picture, its language model on the text, a classifier",
        text="Salesforce/blip2-opt-2.7b",
        image=None,
        learns="the classifier",
        licence="MIT; its language model OPT: for research only",
        stand_ins=(),
    ),
    "llama": System(
        about="Llama 3.2, text only: which label's words it finds likeliest; zero-shot at 0 steps",
        text="meta-llama/Llama-3.2-3B",
        image=None,
        learns="adapters (LoRA) of the language model",
        licence="Llama 3.2 Community License",
        stand_ins=(),
        adapters=True,
    ),
    "llama_clip": System(
        about="L+C: Llama 3.2 on the text, beside CLIP's picture, and a classifier",
        text="meta-llama/Llama-3.2-3B",
        image="ViT-B-32/openai",
        learns="adapters (LoRA) of the language model, and the classifier",
        licence="text: Llama 3.2 Community License; image: MIT",
        stand_ins=(),
        adapters=True,
    ),
}
