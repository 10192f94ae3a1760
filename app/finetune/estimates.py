"""How long a training will take: measured constants, scaled by what this machine did last.

Knows finished runs; knows no model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from app.finetune.kind import Progress, TrainingJobs
from app.finetune.settings import preset as settings_of
from app.finetune.spec import TrainingSpec
from app.jobs.kind import DONE
from app.models.requests import Refused

# Seconds of one core, measured once: checkpoints/compact in bfloat16, preset quick, 300 Turkish
# sentences of 31 characters, 64 with a picture. A machine without bfloat16 takes about three times
# as long, which the first long run on it corrects.
START = 8.5  # importing torch, loading and saving the model
PICTURE = 0.02
ENCODE = 0.0056
TELLING = 1.0
"""Seconds in steps, by the constants, below which a run says little about the machine: the first
steps of a process are slow, and a table of 50 rows has hardly any others."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Of a row. first: in the first epoch, which encodes masked views; later: in each other."""

    first: float
    later: float


COSTS = {
    "classifiers": Costs(first=0.0074, later=0.0002),
    "fusion": Costs(first=0.0076, later=0.0011),
    "encoder": Costs(first=0.0084, later=0.0016),
    "projection": Costs(first=0.0074, later=0.0002),
}


def estimate(jobs: TrainingJobs, spec: TrainingSpec, pictures: int) -> float:
    """Seconds of the whole training. A finished one of the same `through` says how many times
    slower or faster than the constants this machine is, the newest first. Raises Refused: there is
    no such preset."""
    settings = settings_of(spec.preset) | spec.changes
    through, epochs = str(settings["through"]), int(str(settings["epochs"]))
    done = [(record, run) for run, record in jobs.store.runs() if record.ended == DONE]
    done.sort(key=lambda pair: pair[0].created, reverse=True)
    speed = _speed(((record.spec, jobs.sums(run)) for record, run in done), through)
    prepared = spec.rows * ENCODE + pictures * PICTURE
    return START + speed * (prepared + training(through, spec.rows, epochs))


def training(through: str, rows: int, epochs: int) -> float:
    """Seconds in steps, by the constants."""
    cost = COSTS.get(through, COSTS["encoder"])
    return rows * (cost.first + cost.later * max(0, epochs - 1))


def _speed(finished: Iterable[tuple[TrainingSpec, Progress]], through: str) -> float:
    """Seconds in the newest such training's steps over what the constants say; 1 without a long
    one. One with a preset of another version says nothing."""
    for spec, progress in finished:
        try:
            settings = settings_of(spec.preset) | spec.changes
        except Refused:
            continue
        if settings["through"] != through:
            continue
        epochs = len(progress.epochs_done)
        rows = ceil(sum(e.agree + e.disagree for e in progress.epochs_done) / max(1, epochs))
        expected = training(through, rows, epochs)
        if expected >= TELLING and progress.seconds > 0:
            return progress.seconds / expected
    return 1.0
