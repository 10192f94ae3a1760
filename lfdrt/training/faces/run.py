"""Trains the compact image tower to tell emotions on faces, before the model ever sees it.

The tower's 384-wide projected vector gets a linear classifier with seven outputs, which is thrown
away afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from lfdrt.data.faces import Faces, normalise, read_faces, upscale
from lfdrt.encoders.tower import ImageTower
from lfdrt.encoders.towers import image_config
from lfdrt.events import (
    CheckpointSaved,
    EvalDone,
    Event,
    RunFinished,
    RunStarted,
    StepDone,
)
from lfdrt.labels import EKMAN7
from lfdrt.runs.files import whole, write_json
from lfdrt.training.faces.images import augment, cover, draw_faces, mix
from lfdrt.training.faces.network import (
    build_average,
    build_network,
    build_optimiser,
    keep_depthwise_in_float32,
    rate_at,
    renew_statistics,
)
from lfdrt.training.faces.settings import FacesConfig
from lfdrt.training.saved import TrainingFailed, read_state, write_state

DRAWN_SIDE = 128
RENEWED = 40
"""Batches that the batch norms' statistics are taken from at the end."""


@dataclass(frozen=True, kw_only=True)
class FaceScores:
    """Shares of 1. `mean_recall`: the mean of the classes' recalls."""

    accuracy: float
    mean_recall: float


@dataclass(frozen=True, kw_only=True)
class FacesReport:
    """What is written beside the weights. Accuracies of what is kept, at the tower's own size."""

    dev_accuracy: float
    dev_macro_recall: float
    rows: dict[str, int]
    drawn_accuracy: float
    seconds: float
    selection: str
    config: dict


class FacesRun:
    """One run; `events` trains `tower` and writes `out` (safetensors) and its `.json`.

    After every epoch a file `.state` beside `out` is written, which the same command goes on from.
    No StepLoop: batch norms' statistics belong to the state, pictures are drawn by one generator
    through the whole run, and the rate stays level until the last epochs.
    """

    def __init__(self, config: FacesConfig, tower: ImageTower, data: Path, out: Path) -> None:
        """Raises UserError, FileNotFoundError or ValueError, naming the file, for bad data."""
        self._config, self._out, self._size = config, out, tower.config.size
        self._generator = torch.Generator().manual_seed(config.seed)
        self._train, self._dev = read_faces(data)
        self._drawn = draw_faces(len(EKMAN7) * 80, DRAWN_SIDE, seed=config.seed)
        self._network = build_network(config, tower, self._generator)
        self._average = build_average(config, self._network)  # copies: patched forwards would point
        keep_depthwise_in_float32(self._network)  # at the network's own layers
        self._optimiser = build_optimiser(config, self._network)
        self._weight = _class_weights(config, self._train.labels)
        self._per_epoch = max(1, len(self._train.labels) // config.batch_size)
        self._state = out.with_suffix(".state")
        self._seconds = 0.0

    def events(self) -> Iterator[Event]:
        """An event a step and the dev scores of every epoch."""
        sizes = self._config.sizes
        yield RunStarted(steps=self._per_epoch * len(sizes), settings=asdict(self._config))
        for epoch in range(self._load(), len(sizes)):
            yield from self._epoch(epoch)
            self._save_state(epoch + 1)
            scores = measure(self._average, self._dev, sizes[epoch])
            rule = f"epoch {epoch + 1} of {len(sizes)} at {sizes[epoch]} px; the last is kept"
            step = (epoch + 1) * self._per_epoch
            yield EvalDone(step=step, data="faces dev", scores=asdict(scores), rule=rule)
        renew_statistics(self._average, self._plain_batches())
        self._write()
        step = self._per_epoch * len(sizes)
        yield CheckpointSaved(step=step, folder=str(self._out.parent))
        yield RunFinished(step=step, reason="done", seconds=self._seconds)

    def _epoch(self, epoch: int) -> Iterator[Event]:
        order = torch.randperm(len(self._train.labels), generator=self._generator)
        batches = order.split(self._config.batch_size)[: self._per_epoch]
        for step, rows in enumerate(batches, start=epoch * self._per_epoch):
            begun, rate = time.monotonic(), rate_at(self._config, step, self._per_epoch)
            loss = self._step(rows, epoch, rate)
            seconds = time.monotonic() - begun
            self._seconds += seconds
            yield StepDone(
                step=step + 1, losses={"faces": loss}, learning_rate=rate, seconds=seconds
            )

    def _step(self, rows: Tensor, epoch: int, rate: float) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        pixels, targets = self._batch(rows, epoch)
        self._network.train()
        with torch.autocast("cpu", torch.bfloat16):
            scores = self._network(pixels)
        loss = F.cross_entropy(
            scores.float(),
            targets,
            weight=self._weight,
            label_smoothing=self._config.label_smoothing,
        )
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), 2.0)
        self._optimiser.step()
        self._average.update_parameters(self._network)
        return loss.item()

    def _batch(self, rows: Tensor, epoch: int) -> tuple[Tensor, Tensor]:
        """Photographs `rows`, the last of them replaced by drawn faces, and shares of classes.

        Shape: (B, 3, S, S), (B, 7).
        """
        config, generator, size = self._config, self._generator, self._config.sizes[epoch]
        replaced = round(config.drawn_share * len(rows))
        kept = rows[: len(rows) - replaced]
        picks = torch.randint(len(self._drawn.labels), (replaced,), generator=generator)
        pixels = augment(self._train.images[kept], size, generator)
        if replaced:
            drawn = augment(self._drawn.images[picks], size, generator)
            pixels = torch.cat([pixels, drawn])
        labels = torch.cat([self._train.labels[kept], self._drawn.labels[picks]])
        pixels, targets = cover(pixels, config.cutout, generator), F.one_hot(labels, len(EKMAN7))
        if config.mixup and epoch + 1 < len(config.sizes):
            pixels, targets = mix(pixels, targets, config.mixup, generator)
        return _as_input(pixels), targets.float()

    def _plain_batches(self) -> Iterator[Tensor]:
        order = torch.randperm(len(self._train.labels), generator=self._generator)
        for rows in order.split(self._config.batch_size)[:RENEWED]:
            yield _as_input(augment(self._train.images[rows], self._size, self._generator))

    def _load(self) -> int:
        """Epochs that are done. TrainingFailed: the state is damaged, or of other settings."""
        if not self._state.is_file():
            return 0
        state = read_state(self._state, names=[*self._parts(), "config", "generator"])
        if state["config"] != _plain(self._config):
            raise TrainingFailed(
                f"{self._state.name} in {self._state.parent} is of a run with other settings: "
                "delete it to begin anew."
            )
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self._generator.set_state(state["generator"])
        self._seconds = state["seconds"]
        return state["epochs"]

    def _save_state(self, epochs: int) -> None:
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        about = {"config": _plain(self._config), "epochs": epochs, "seconds": self._seconds}
        write_state(self._state, parts | about | {"generator": self._generator.get_state()})

    def _parts(self) -> dict[str, Any]:
        return {
            "network": self._network,
            "average": self._average,
            "optimiser": self._optimiser,
        }

    def _write(self) -> None:
        """Weights, then report; drawn faces of another seed are scored for it."""
        visual, _ = self._average.module.children()
        state = {name: value.detach().contiguous() for name, value in visual.state_dict().items()}
        with whole(self._out) as aside:
            save_file(state, aside)
        scores = measure(self._average, self._dev, self._size)
        unseen = draw_faces(len(EKMAN7) * 20, DRAWN_SIDE, seed=self._config.seed + 1)
        report = FacesReport(
            dev_accuracy=scores.accuracy,
            dev_macro_recall=scores.mean_recall,
            rows={"train": len(self._train.labels), "dev": len(self._dev.labels)},
            drawn_accuracy=measure(self._average, unseen, self._size).accuracy,
            seconds=round(self._seconds, 1),
            selection="last epoch, moving average of the weights",
            config=asdict(self._config),
        )
        write_json(self._out.with_suffix(".json"), asdict(report))
        self._state.unlink()


def measure(network: nn.Module, faces: Faces, size: int) -> FaceScores:
    """Scores on unchanged pictures, `size` pixels a side."""
    network.eval()
    found = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for images in faces.images.split(128):
            found.append(network(_as_input(upscale(images, size))).argmax(dim=-1))
    right = (torch.cat(found) == faces.labels).double()
    recalls = [right[faces.labels == k].mean() for k in faces.labels.unique()]
    return FaceScores(accuracy=right.mean().item(), mean_recall=torch.stack(recalls).mean().item())


def _as_input(pixels: Tensor) -> Tensor:
    return normalise(pixels, image_config()).to(memory_format=torch.channels_last)


def _class_weights(config: FacesConfig, labels: Tensor) -> Tensor:
    """Of each class in the loss: count**-class_balance, mean 1 over the rows. Shape: (7,)."""
    counts = labels.bincount(minlength=len(EKMAN7)).clamp(min=1).float()
    weight = counts**-config.class_balance
    return weight * counts.sum() / (weight * counts).sum()


def _plain(config: FacesConfig) -> dict[str, Any]:
    return asdict(config) | {"sizes": list(config.sizes)}
