"""The two presets: `compact`, from towers that come in wheels, and `paper`, from a hub.

Puts configurations together; trains nothing.
"""

from __future__ import annotations

from typing import Any

from lfdrt.config import ImageConfig, ModelConfig, TextConfig
from lfdrt.labels import LabelSet
from lfdrt.languages import FAMILIES

# The statistics that ImageNet weights expect, as in torchvision and timm.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def compact_config(
    *,
    label_set: LabelSet,
    backbone: dict[str, Any],
    image_tower: dict[str, Any],
    disentangle: bool = True,
) -> ModelConfig:
    """multilingual-e5-small with 4-bit word embeddings, and EfficientNet-Lite0.

    `disentangle`: False for a model without families ("w/o LFD" of Table 7).

    Dropout inside the encoder is off: attention dropout keeps torch from its fast kernel on a CPU,
    the rest costs 7 % of a training step, and a run sees its rows about once. Classifiers have it.
    """
    return ModelConfig(
        name="compact",
        label_set=label_set,
        anchor="en",
        families=tuple(f.code for f in FAMILIES) if disentangle else (),
        width=backbone["hidden_size"],
        classifier_hidden=384,
        classifier_dropout=(0.1, 0.3),
        disentangle_anchor=True,
        image_residual=True,
        text=TextConfig(
            backbone=backbone | {"attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0},
            packed_words=True,
            prefix="query: ",
            max_tokens=128,
            pad_token="<pad>",
            mask_token="<mask>",
            unknown_token="<unk>",
        ),
        image=ImageConfig(
            tower=image_tower,
            size=image_tower["vision_cfg"]["image_size"],
            mean=IMAGENET_MEAN,
            std=IMAGENET_STD,
        ),
    )
