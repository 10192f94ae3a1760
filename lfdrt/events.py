"""What long work tells the world: frozen events of floats and strings. Torch-free.

Loops yield them; sinks print, save or draw. One line of JSON each, so that a run can be followed
and replayed from its file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import get_args


@dataclass(frozen=True, kw_only=True)
class RunStarted:
    """`settings`: the run's whole configuration as JSON types."""

    steps: int
    settings: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class StepDone:
    """`losses`: each term on its own, before its weight. `seconds`: of this step alone."""

    step: int
    losses: dict[str, float]
    learning_rate: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class RethinkStep:
    """One step of rethinking. agree, disagree: rows by whether both classifiers choose one class;
    used: agreed rows that taught (the guards may leave some out). labels: pseudo-labels of the
    agreed rows. flips: rows whose decided class is another than an epoch ago."""

    step: int
    epoch: int
    agree: int
    disagree: int
    used: int
    labels: dict[str, int]
    flips: int
    losses: dict[str, float]
    learning_rate: float
    seconds: float
    rows_per_second: float


@dataclass(frozen=True, kw_only=True)
class EpochDone:
    """Sums of an epoch's steps; fields as in `RethinkStep`."""

    step: int
    epoch: int
    agree: int
    disagree: int
    used: int
    labels: dict[str, int]
    flips: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class EvalDone:
    """`scores`: by name; `rule`: how what was evaluated had been selected."""

    step: int
    data: str
    scores: dict[str, float]
    rule: str


@dataclass(frozen=True, kw_only=True)
class CheckpointSaved:
    step: int
    folder: str


@dataclass(frozen=True, kw_only=True)
class Warned:
    step: int
    message: str


@dataclass(frozen=True, kw_only=True)
class RunFinished:
    """`reason`: 'done', 'stopped' (the newest state is kept), 'discarded' or 'collapsed'."""

    step: int
    reason: str
    seconds: float


Event = (
    RunStarted
    | StepDone
    | RethinkStep
    | EpochDone
    | EvalDone
    | CheckpointSaved
    | Warned
    | RunFinished
)

_KINDS = {kind.__name__: kind for kind in get_args(Event)}


def to_line(event: Event) -> str:
    """The event as one line of JSON."""
    return json.dumps({"event": type(event).__name__, **asdict(event)}, ensure_ascii=False)


def from_line(line: str) -> Event:
    """The event of a line that `to_line` made; ValueError for any other line."""
    try:
        fields = json.loads(line)
        return _KINDS[fields.pop("event")](**fields)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"not an event: {line[:80]!r} ({error})") from None
