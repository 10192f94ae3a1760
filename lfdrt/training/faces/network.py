"""The network of face training: tower and classifier, its optimiser, its rate and its average.

Knows no pictures and no files.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

from lfdrt.encoders.image import build_tower
from lfdrt.encoders.tower import ImageTower
from lfdrt.encoders.towers import WIDTH
from lfdrt.labels import EKMAN7
from lfdrt.training.faces.settings import FacesConfig


def build_network(config: FacesConfig, tower: ImageTower, generator: torch.Generator) -> nn.Module:
    """Tower and classifier: (B, 3, H, W) -> (B, 7)."""
    visual = build_tower(tower.config.tower)
    visual.load_state_dict(tower.state)
    trunk: Any = visual.trunk
    if config.frozen_stages:
        for part in (trunk.conv_stem, trunk.bn1, *trunk.blocks[: config.frozen_stages]):
            part.requires_grad_(False)
    classifier = nn.Linear(WIDTH, len(EKMAN7))
    nn.init.normal_(classifier.weight, std=1 / math.sqrt(WIDTH), generator=generator)
    nn.init.zeros_(classifier.bias)
    return nn.Sequential(visual, classifier).to(memory_format=torch.channels_last)


def keep_depthwise_in_float32(network: nn.Module) -> None:
    """Takes the depthwise convolutions that learn out of autocast, in place.

    oneDNN has no fast bfloat16 backward for them: all depthwise backwards of a 128 x 96 px batch
    took 1.09 s on 2 cores, in float32 0.41 s (the pointwise ones 0.21 and 0.39 s).
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.groups > 1 and module.weight.requires_grad:
            setattr(module, "forward", _in_float32(module.forward))  # noqa: B010


def _in_float32(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    def call(x: Tensor) -> Tensor:
        with torch.autocast("cpu", enabled=False):
            return forward(x.float())

    return call


def build_optimiser(config: FacesConfig, network: nn.Module) -> torch.optim.AdamW:
    weights = [p for p in network.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": [p for p in weights if p.dim() > 1], "weight_decay": config.weight_decay},
            {"params": [p for p in weights if p.dim() <= 1], "weight_decay": 0.0},
        ],
        lr=config.peak_rate,
    )


def rate_at(config: FacesConfig, step: int, per_epoch: int) -> float:
    """Rate of a step, counted from 0: up over `warm_up` steps, level, then in a line to 0 over the
    last `decay_epochs`."""
    left = per_epoch * len(config.sizes) - step
    up, down = (step + 1) / config.warm_up, left / (per_epoch * config.decay_epochs)
    return config.peak_rate * min(1.0, up, down)


def build_average(config: FacesConfig, network: nn.Module) -> AveragedModel:
    """The moving average of the network's weights and of its batch norms' statistics."""
    kept = get_ema_multi_avg_fn(config.average)
    return AveragedModel(network, multi_avg_fn=kept, use_buffers=True)


def renew_statistics(average: nn.Module, batches: Iterable[Tensor]) -> None:
    """The batch norms' statistics on these pictures, in place of what the training's sizes left.

    They matter: a tower that was trained at 64 px is right for 0.61 of the faces at 64 px, and for
    0.37 of the same faces at 128 px. Shape of a batch: (B, 3, S, S).
    """
    update_bn(batches, average)
    average.eval()
