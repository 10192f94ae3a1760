"""Low-rank adapters for a frozen language model, by `peft`.

By `peft`, an optional package.
"""

from __future__ import annotations

import warnings

import torch
from torch import nn

from lfdrt.baselines.settings import LoraSettings
from lfdrt.errors import UserError


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
