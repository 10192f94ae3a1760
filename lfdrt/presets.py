"""The two models: `compact`, of towers that come in wheels, and `paper`, of mBERT and CLIP.

Puts configurations together; trains nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lfdrt.config import ImageConfig, ModelConfig, TextConfig
from lfdrt.labels import LabelSet
from lfdrt.languages import FAMILIES

MAX_TOKENS = 128
"""Longer texts are cut, as far as the encoder reads them."""


def compact_config(label_set: LabelSet, text: TextConfig, image: ImageConfig) -> ModelConfig:
    """multilingual-e5-small with 4-bit word embeddings, and EfficientNet-Lite0.

    Dropout inside the encoder is off: attention dropout keeps torch from its fast kernel on a CPU,
    the rest costs 7 % of a training step, and a run sees its rows about once. Classifiers have it.
    """
    return _config("compact", label_set, without_dropout(text), image)


def paper_config(label_set: LabelSet, text: TextConfig, image: ImageConfig) -> ModelConfig:
    """mBERT and CLIP ViT-B/32 as they come (section 3.2), or any other pair of towers.

    The encoder keeps the dropout that it was trained with.
    """
    return _config("paper", label_set, text, image)


def without_dropout(text: TextConfig) -> TextConfig:
    """The same encoder, which then drops nothing in training."""
    still = {"attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0}
    return replace(text, backbone=text.backbone | still)


MODELS: dict[str, Callable[[LabelSet, TextConfig, ImageConfig], ModelConfig]] = {
    "compact": compact_config,
    "paper": paper_config,
}


def _config(name: str, label_set: LabelSet, text: TextConfig, image: ImageConfig) -> ModelConfig:
    """What both share. The paper gives neither the classifiers' hidden width nor their dropout;
    `disentangle_anchor` and `image_residual` are decisions, see `ModelConfig`."""
    return ModelConfig(
        name=name,
        label_set=label_set,
        anchor="en",
        families=tuple(f.code for f in FAMILIES),
        width=text.width,
        classifier_hidden=text.width,
        classifier_dropout=(0.1, 0.3),
        disentangle_anchor=True,
        image_residual=True,
        text=replace(text, max_tokens=min(MAX_TOKENS, text.max_tokens)),
        image=image,
    )
