"""The optimizer of pre-training: which weights learn, at which rate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lfdrt.encoders.text import TextEncoder
from lfdrt.model.lfdrt import LFDRT
from lfdrt.training.settings import PretrainSettings


def freeze_lower_layers(text: TextEncoder, layers: int) -> None:
    """Leave embeddings and the lowest `layers` as they are; backward then stops above them."""
    learned = {id(p) for layer in list(text.layers())[layers:] for p in layer.parameters()}
    for parameter in text.parameters():
        parameter.requires_grad_(id(parameter) in learned)


def build_optimizer(model: LFDRT, settings: PretrainSettings) -> torch.optim.AdamW:
    """AdamW with a rate each for encoder, disentanglers, the rest; the image tower is frozen."""
    freeze_lower_layers(model.text, settings.frozen_layers)
    model.image.tower.requires_grad_(False)
    for name in settings.fixed:
        model.get_submodule(name).requires_grad_(False)
    apart = {id(p) for part in (model.text, model.disentanglers) for p in part.parameters()}
    heads = [p for p in model.parameters() if p.requires_grad and id(p) not in apart]
    decay = settings.weight_decay
    return torch.optim.AdamW(
        [
            {"params": _learned(model.text), "lr": settings.rate_encoder, "weight_decay": decay},
            {
                "params": _learned(model.disentanglers),
                "lr": settings.rate_disentanglers,
                "weight_decay": 0.0,
            },
            {"params": heads, "lr": settings.rate_heads, "weight_decay": decay},
        ]
    )


class WeightAverage:
    """Moving average of weights along a run: mean <- d mean + (1 - d) weights after every step.

    The decay d begins at 0.1 and reaches `decay` after some steps, so that the first weights do not
    linger. Source: Polyak and Juditsky 1992; the warm-up is TensorFlow's.
    """

    def __init__(self, weights: Sequence[Tensor], decay: float) -> None:
        self._weights, self._decay, self.steps = list(weights), decay, 0
        self.mean = [w.detach().clone() for w in self._weights]

    @torch.no_grad()
    def update(self) -> None:
        self.steps += 1
        decay = min(self._decay, self.steps / (self.steps + 9))
        torch._foreach_lerp_(self.mean, self._weights, 1 - decay)

    @torch.no_grad()
    def put_in_place(self) -> None:
        """The average instead of the weights."""
        torch._foreach_copy_(self._weights, self.mean)

    def state(self) -> dict[str, object]:
        return {"steps": self.steps, "mean": self.mean}

    @torch.no_grad()
    def load(self, state: Mapping[str, Any]) -> None:
        self.steps = state["steps"]
        torch._foreach_copy_(self.mean, state["mean"])


def _learned(part: nn.Module) -> list[nn.Parameter]:
    return [p for p in part.parameters() if p.requires_grad]


def rate_factor(step: int, *, steps: int, warmup: float) -> float:
    """Share of the peak rate at `step`: linear warm-up, then a cosine down to 0."""
    first = max(1, round(steps * warmup))
    if step < first:
        return (step + 1) / first
    return 0.5 * (1 + math.cos(math.pi * (step - first) / max(1, steps - first)))
