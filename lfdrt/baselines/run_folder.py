"""A baseline's run in its folder: trained from where it stands, and read again for evaluation.

The folder holds settings.json, events.jsonl, the training state, and at the end learned.safetensors
(what was trained; frozen weights stay where they came from) and card.json.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from lfdrt.baselines.base import IMAGE, ConcatClassifier
from lfdrt.baselines.build import build_encoders
from lfdrt.baselines.likelihood_run import LikelihoodRun
from lfdrt.baselines.llama import LabelChoice, LabelLikelihood
from lfdrt.baselines.settings import BaselineSettings
from lfdrt.baselines.systems import SYSTEMS
from lfdrt.baselines.train import BaselineRun, training_rows
from lfdrt.checkpoint import read_json, stored_format
from lfdrt.config import to_dict
from lfdrt.events import Event, RunFinished
from lfdrt.labels import LABEL_SETS, LabelSet
from lfdrt.runs.files import write_json
from lfdrt.runs.log import follow
from lfdrt.runtime import Runtime
from lfdrt.training.loop import StepLoop
from lfdrt.training.pretrain.folder import refuse_other_settings

LEARNED, CARD = "learned.safetensors", "card.json"
SELECTION = (
    "last step of a fixed schedule; no score chose a step, a seed or a setting, and no label of "
    "another language than English was read before the evaluation"
)


ZERO_SHOT = "no training: asked as it is, and no label was read before the evaluation"
Model = ConcatClassifier | LabelChoice


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """A trained baseline. `card`: what was trained, on what, for how long."""

    folder: Path
    model: Model
    labels: LabelSet
    card: dict[str, Any]


def train_in(
    folder: Path,
    settings: BaselineSettings,
    *,
    towers: Path,
    data: Path,
    runtime: Runtime,
    show: Callable[[Event], None],
) -> Baseline:
    """Train in `folder` what is not trained there yet. Runs beside it share what frozen encoders
    say. ValueError (a sentence): a folder of other settings, weights or data that are missing."""
    held = folder / "settings.json"
    refuse_other_settings(held, settings)
    model = new_model(settings, towers, runtime)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / CARD).is_file():
        run = _run(folder, model, settings, data, runtime) if settings.steps else None
        write_json(held, to_dict(settings))
        finished = RunFinished(step=0, reason="done", seconds=0.0)
        if run is not None:
            finished = follow(run, folder / "events.jsonl", show)
        _save(folder, model, settings, finished, runtime)
    model.load_state_dict(load_file(folder / LEARNED), strict=False)
    return Baseline(
        folder=folder,
        model=model.to(runtime.device).eval(),
        labels=LABEL_SETS[settings.label_set],
        card=read_json(folder / CARD),
    )


def _run(
    folder: Path, model: Model, settings: BaselineSettings, data: Path, runtime: Runtime
) -> StepLoop[Any, BaselineSettings]:
    """From where it stands; what it reads is read here."""
    pictures = any(encoder.reads == IMAGE for encoder in model.encoders)
    rows = training_rows(data, settings, pictures=pictures)
    state = folder / "state.pt"
    if isinstance(model, LabelChoice):
        run: StepLoop[Any, BaselineSettings] = LikelihoodRun(
            model, rows, settings, runtime, state_file=state
        )
    else:
        run = BaselineRun(model, rows, settings, runtime, state_file=state, features=folder.parent)
    if state.is_file():
        run.load_state()
    return run


def new_model(settings: BaselineSettings, towers: Path, runtime: Runtime) -> Model:
    """Encoders with their weights, a classifier that is random by the seed; Llama scores the labels
    itself."""
    encoders = build_encoders(settings, towers, runtime)
    if isinstance(encoders[0], LabelLikelihood):
        return LabelChoice(encoders[0])
    torch.manual_seed(settings.seed)
    return ConcatClassifier(
        encoders=encoders,
        hidden=settings.hidden,
        classes=len(LABEL_SETS[settings.label_set]),
        dropout=settings.dropout,
    )


def _save(
    folder: Path,
    model: Model,
    settings: BaselineSettings,
    finished: RunFinished,
    runtime: Runtime,
) -> None:
    """What learned, in the format of checkpoints; the card last, which says that all is there."""
    learned = {n: p for n, p in model.named_parameters() if p.requires_grad}
    save_file({n: stored_format(p).contiguous() for n, p in learned.items()}, folder / LEARNED)
    write_json(folder / CARD, _card(model, settings, finished, runtime))


def _card(
    model: Model, settings: BaselineSettings, finished: RunFinished, runtime: Runtime
) -> dict[str, Any]:
    return {
        "system": settings.system,
        "about": SYSTEMS[settings.system].about,
        "inputs": model.inputs,
        "weights": weights_note(model, settings),
        "label_set": settings.label_set,
        "trained": datetime.now(UTC).date().isoformat(),
        "steps": finished.step,
        "seconds": round(finished.seconds),
        "hardware": runtime.description,
        "pairing": "constructed: faces drawn by label, not by origin",
        "selection": SELECTION if settings.steps else ZERO_SHOT,
        "settings": to_dict(settings),
    }


def weights_note(model: Model, settings: BaselineSettings) -> str:
    """Which weights were used, and which of them learned; whether they stand in for others."""
    how = "tuned" if settings.lora is None else "LoRA"
    used = ", ".join(
        f"{e.name} ({e.reads}, {how if e.learns else 'frozen'})" for e in model.encoders
    )
    if not settings.stand_in:
        return f"weights: {used}"
    own = SYSTEMS[settings.system]
    missing = ", ".join(name for name in (own.text, own.image) if name)
    return f"stand-in {settings.stand_in}, not {missing}: {used}"
