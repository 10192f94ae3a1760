"""Low-rank adapters for a frozen language model, by `peft`: added, saved, read again.

The only file that names `peft`, which training these baselines needs and nothing else. An adapter
is a folder in peft's own layout, adapter_config.json and adapter_model.safetensors.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import load_file
from torch import nn

from lfdrt.config import STRICT

WEIGHTS = "adapter_model.safetensors"


@dataclass(frozen=True, kw_only=True)
class LoraSettings:
    """W + (alpha / rank) B A at the named projections of every layer; dropout before A.

    The paper says "Lora" and no more: these are ours.
    """

    __pydantic_config__ = STRICT
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05
    projections: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj")


def add_lora(model: nn.Module, settings: LoraSettings, *, seed: int) -> nn.Module:
    """The model with adapters that change nothing yet (B = 0); they alone learn, in float32.

    ValueError: peft is not installed, or no layer has such projections.
    """
    import torch

    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise ValueError(
            'LoRA needs peft, which is not installed here: run pip install -e ".[baselines]".'
        ) from error
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=list(settings.projections),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return get_peft_model(model, config)


def save_lora(model: nn.Module, folder: Path) -> None:
    """The adapters alone, in a folder that peft reads too."""
    model.save_pretrained(folder, safe_serialization=True, save_embedding_layers=False)


def load_lora(model: nn.Module, folder: Path) -> None:
    """Adapters that `save_lora` wrote, into a model that `add_lora` gave adapters of that kind."""
    from peft import set_peft_model_state_dict

    set_peft_model_state_dict(model, load_file(folder / WEIGHTS))
