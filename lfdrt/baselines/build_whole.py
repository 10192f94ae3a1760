"""Encoders of the baselines that nothing small stands in for: Llama, L+C and BLIP-2.

Their models are used whole, in their own number format, with their heads or through the adapters of
`peft`, an optional package. A literal table of plain functions.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from lfdrt.baselines.base import Encoder
from lfdrt.baselines.llama import LabelLikelihood
from lfdrt.baselines.pretrained import Pretrained, read_blip2, read_causal, read_decoder
from lfdrt.baselines.settings import BaselineSettings, LoraSettings, needed
from lfdrt.baselines.tower_encoders import ImageTowerEncoder
from lfdrt.baselines.whole_encoders import LastTokenEncoder, blip2_encoders
from lfdrt.encoders.named import named_image_tower
from lfdrt.errors import UserError
from lfdrt.labels import LABEL_SETS
from lfdrt.runtime import Runtime


def llama(settings: BaselineSettings, runtime: Runtime) -> list[Encoder]:
    language = read_causal(needed(settings.text), runtime)
    if settings.steps:  # else it is asked as it is
        language = _with_adapters(language, settings)
    scores = LabelLikelihood(
        language,
        LABEL_SETS[settings.label_set],
        max_tokens=settings.max_tokens,
        learn_tokens=settings.learn_tokens,
    )
    return [scores]


def llama_beside_image(settings: BaselineSettings, runtime: Runtime) -> list[Encoder]:
    """L+C: "We fix CLIP and use Lora to fine-tune Llama" (section 4.3)."""
    language = _with_adapters(read_decoder(needed(settings.text), runtime), settings)
    text = LastTokenEncoder(
        language, max_tokens=settings.max_tokens, learn_tokens=settings.learn_tokens
    )
    return [text, ImageTowerEncoder(named_image_tower(needed(settings.image)))]


def blip2(settings: BaselineSettings, runtime: Runtime) -> list[Encoder]:
    return blip2_encoders(
        read_blip2(needed(settings.text), runtime), max_tokens=settings.max_tokens
    )


def add_lora(model: nn.Module, settings: LoraSettings, *, seed: int) -> nn.Module:
    """The model with adapters that change nothing yet (B = 0); they alone learn, in float32.

    UserError: peft is not installed, or no layer has such projections.
    """
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise UserError(
            'LoRA needs peft, which is not installed here: run pip install -e ".[baselines]".'
        ) from error
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=list(settings.projections),
    )
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        torch.manual_seed(seed)
        warnings.simplefilter("ignore", FutureWarning)  # peft's own use of transformers
        return get_peft_model(model, config)


def _with_adapters(language: Pretrained, settings: BaselineSettings) -> Pretrained:
    model: Any = add_lora(language.model, needed(settings.lora), seed=settings.seed)
    if settings.recompute:
        model.activation_checkpointing_enable({"use_reentrant": False})
    return replace(language, model=model)


BUILDERS_OF_WHOLE: dict[str, Callable[[BaselineSettings, Runtime], list[Encoder]]] = {
    "llama": llama,
    "llama_clip": llama_beside_image,
    "blip2": blip2,
}
