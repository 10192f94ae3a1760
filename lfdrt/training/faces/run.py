"""Trains the compact image tower to tell emotions on faces, before the model ever sees it.

The tower's 384-wide projected vector gets a linear classifier with seven outputs, which is thrown
away afterwards. This file knows no texts, no families and no checkpoint layout; the pictures come
from `faces.zip` and `faces.csv` (48x48, grey), plus faces drawn by this project.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from lfdrt import events
from lfdrt.data.faces import Faces, normalise, read_faces, upscale
from lfdrt.encoders.image import build_tower
from lfdrt.encoders.tower import ImageTower
from lfdrt.encoders.towers import WIDTH, image_config
from lfdrt.labels import EKMAN7
from lfdrt.runs.files import whole, write_json
from lfdrt.training.faces.images import augment, draw_faces

DRAWN_SIDE = 128


@dataclass(frozen=True, kw_only=True)
class FacesConfig:
    """Settings of one run.

    `sizes`: side of the training pictures, one entry per epoch. `frozen_stages`: how many of the
    trunk's first stages keep their ImageNet weights, with the stem before them; 0 trains all.
    `drawn_share`: share of drawn faces in a batch. `class_balance`: the loss of a class is
    weighted by its count to the power of minus this.
    """

    sizes: tuple[int, ...] = (80, 80, 80, 80, 96)
    batch_size: int = 64
    peak_rate: float = 1e-3
    weight_decay: float = 0.01
    label_smoothing: float = 0.1
    class_balance: float = 0.25
    drawn_share: float = 0.08
    frozen_stages: int = 0
    seed: int = 7

    def __post_init__(self) -> None:
        if not self.sizes:
            raise ValueError("sizes must name the picture size of at least one epoch")
        if not 0 <= self.drawn_share < 1:
            raise ValueError(f"drawn_share is {self.drawn_share}; it lies in [0, 1)")


@dataclass(frozen=True, kw_only=True)
class FaceScores:
    """Shares of 1. `mean_recall`: the mean of the classes' recalls."""

    accuracy: float
    mean_recall: float


@dataclass(frozen=True, kw_only=True)
class FacesReport:
    """What is written beside the weights. Accuracies at the last epoch, which is the one kept."""

    dev_accuracy: float
    dev_macro_recall: float
    rows: dict[str, int]
    drawn_accuracy: float
    seconds: float
    selection: str
    config: dict


def train_faces(
    config: FacesConfig, tower: ImageTower, data: Path, out: Path
) -> Iterator[events.Event]:
    """Trains `tower` on the faces of folder `data`; writes `out` (safetensors) and its `.json`.

    Yields an event a step and the dev scores of every epoch. Nothing is written before the end.
    """
    start = time.monotonic()
    generator = torch.Generator().manual_seed(config.seed)
    train, dev = read_faces(data)
    drawn = draw_faces(len(EKMAN7) * 80, DRAWN_SIDE, seed=config.seed)
    network = _build_network(config, tower, generator)
    optimiser, schedule, steps = _build_optimiser(config, network, len(train.labels))
    loss_of = _build_loss(config, train.labels)
    yield events.RunStarted(steps=steps, settings=asdict(config))
    step = 0
    for epoch, size in enumerate(config.sizes, start=1):
        order = torch.randperm(len(train.labels), generator=generator)
        for rows in order.split(config.batch_size)[: steps // len(config.sizes)]:
            begun, rate = time.monotonic(), float(schedule.get_last_lr()[0])
            pixels, labels = _draw_batch(config, train, rows, drawn, size, generator)
            losses = {"faces": _train_step(network, optimiser, loss_of, pixels, labels)}
            schedule.step()
            step += 1
            seconds = time.monotonic() - begun
            yield events.StepDone(step=step, losses=losses, learning_rate=rate, seconds=seconds)
        scores = measure(network, dev, config.sizes[-1])
        rule = f"epoch {epoch} of {len(config.sizes)}; the last is kept"
        yield events.EvalDone(step=step, data="faces dev", scores=asdict(scores), rule=rule)
    seconds = round(time.monotonic() - start, 1)
    rows = {"train": len(train.labels), "dev": len(dev.labels)}
    _save(network[0], _report(config, network, rows, scores, seconds), out)
    yield events.CheckpointSaved(step=step, folder=str(out.parent))
    yield events.RunFinished(step=step, reason="done", seconds=seconds)


def measure(network: nn.Module, faces: Faces, size: int) -> FaceScores:
    """Scores on unchanged pictures, `size` pixels a side."""
    network.eval()
    found = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for images in faces.images.split(128):
            pixels = normalise(upscale(images, size), image_config())
            found.append(network(pixels.to(memory_format=torch.channels_last)).argmax(dim=-1))
    right = (torch.cat(found) == faces.labels).double()
    recalls = [right[faces.labels == k].mean() for k in faces.labels.unique()]
    return FaceScores(accuracy=right.mean().item(), mean_recall=torch.stack(recalls).mean().item())


def _report(
    config: FacesConfig, network: nn.Module, rows: dict[str, int], scores: FaceScores, took: float
) -> FacesReport:
    """`scores` are the last epoch's on dev; drawn faces of another seed are scored here."""
    unseen = draw_faces(len(EKMAN7) * 20, DRAWN_SIDE, seed=config.seed + 1)
    return FacesReport(
        dev_accuracy=scores.accuracy,
        dev_macro_recall=scores.mean_recall,
        rows=rows,
        drawn_accuracy=measure(network, unseen, config.sizes[-1]).accuracy,
        seconds=took,
        selection="last epoch",
        config=asdict(config),
    )


def _build_network(
    config: FacesConfig, tower: ImageTower, generator: torch.Generator
) -> nn.Sequential:
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
    for module in trunk.modules():
        if isinstance(module, nn.Conv2d) and module.groups > 1 and module.weight.requires_grad:
            setattr(module, "forward", _in_float32(module.forward))  # noqa: B010
    return nn.Sequential(visual, classifier).to(memory_format=torch.channels_last)


def _in_float32(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Takes a depthwise convolution out of autocast.

    oneDNN has no fast bfloat16 backward for it: all depthwise backwards of a 128 x 96 px batch
    took 1.09 s on 2 cores, in float32 0.41 s (the pointwise ones 0.21 and 0.39 s).
    """

    def call(x: Tensor) -> Tensor:
        with torch.autocast("cpu", enabled=False):
            return forward(x.float())

    return call


def _build_optimiser(
    config: FacesConfig, network: nn.Module, rows: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.OneCycleLR, int]:
    """AdamW on a one-cycle rate, and the number of steps; a last, smaller batch is left out."""
    weights = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in weights if p.dim() > 1], "weight_decay": config.weight_decay},
            {"params": [p for p in weights if p.dim() <= 1], "weight_decay": 0.0},
        ],
        lr=config.peak_rate,
    )
    steps = max(1, rows // config.batch_size) * len(config.sizes)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=config.peak_rate, total_steps=steps + 1, pct_start=0.2
    )
    return optimiser, schedule, steps


def _build_loss(config: FacesConfig, labels: Tensor) -> Callable[[Tensor, Tensor], Tensor]:
    """Smoothed cross-entropy, classes weighted by count**-class_balance (mean 1 over the rows)."""
    counts = labels.bincount(minlength=len(EKMAN7)).clamp(min=1).float()
    weight = counts**-config.class_balance
    weight = weight * counts.sum() / (weight * counts).sum()
    return lambda scores, target: F.cross_entropy(
        scores, target, weight=weight, label_smoothing=config.label_smoothing
    )


def _draw_batch(
    config: FacesConfig,
    train: Faces,
    rows: Tensor,
    drawn: Faces,
    size: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """One training batch: photographs `rows`, the last of them replaced by drawn faces."""
    replaced = round(config.drawn_share * len(rows))
    kept = rows[: len(rows) - replaced]
    picks = torch.randint(len(drawn.labels), (replaced,), generator=generator)
    pixels = augment(train.images[kept], size, generator)
    if replaced:
        pixels = torch.cat([pixels, augment(drawn.images[picks], size, generator)])
    labels = torch.cat([train.labels[kept], drawn.labels[picks]])
    return normalise(pixels, image_config()).to(memory_format=torch.channels_last), labels


def _train_step(
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    loss_of: Callable[[Tensor, Tensor], Tensor],
    pixels: Tensor,
    labels: Tensor,
) -> float:
    network.train()
    with torch.autocast("cpu", torch.bfloat16):
        scores = network(pixels)
    loss = loss_of(scores.float(), labels)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 2.0)
    optimiser.step()
    return loss.item()


def _save(visual: nn.Module, report: FacesReport, out: Path) -> None:
    """Weights, then report."""
    state = {name: value.detach().contiguous() for name, value in visual.state_dict().items()}
    with whole(out) as aside:
        save_file(state, aside)
    write_json(out.with_suffix(".json"), asdict(report))
