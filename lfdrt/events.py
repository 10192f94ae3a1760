"""What long work tells the world: frozen events of floats and strings. Torch-free.

Loops yield them; sinks print, save or draw. One line of JSON each, so that a run can be followed
and replayed from its file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter


@dataclass(frozen=True, kw_only=True)
class RunStarted:
    """`settings`: the run's whole configuration as JSON types."""

    steps: int
    settings: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Preparing:
    """Work before, between or after steps. stage: "pictures", "encoding", "recording",
    "predicting" or "saving"; `done` of `total` rows of it. `step`: where the run stands."""

    step: int
    stage: str
    done: int
    total: int


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
    agreed rows. flips: rows whose decided class is another than an epoch ago. disputes: a few rows
    on which the classifiers disagree, surest first: row (its id), text (clipped), picture (1 or 0),
    first, p_first, second, p_second (each classifier's class and its probability), decided."""

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
    disputes: list[dict[str, str | float]]


@dataclass(frozen=True, kw_only=True)
class Watched:
    """The rows whose words every `EpochDone` tells, a bounded number of them, spread evenly: row
    (its id), text (clipped), picture (1 or 0). Told whenever a process begins or goes on.
    `labels`: the classes by their numbers."""

    step: int
    labels: list[str]
    rows: list[dict[str, str | float]]


@dataclass(frozen=True, kw_only=True)
class EpochDone:
    """Sums of all of an epoch's steps, those before a stop too; fields as in `RethinkStep`.
    said: of each row of `Watched`, in that order, the numbers of both classifiers' classes when it
    was asked in this epoch, -1 twice where it was not; empty in runs that knew no `Watched`."""

    step: int
    epoch: int
    agree: int
    disagree: int
    used: int
    labels: dict[str, int]
    flips: int
    seconds: float
    said: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class EvalDone:
    """`scores`: by name; `rule`: how what was evaluated had been selected."""

    step: int
    data: str
    scores: dict[str, float]
    rule: str


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A setting that was tried by cross-validation in a teaching. gain: points of the chosen
    measure; likelihood: mean log probability of the labels, by which one is chosen."""

    step: int
    name: str
    gain: float
    likelihood: float


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
    """`reason`: 'done', 'stopped' (the newest state is kept), 'discarded' or 'collapsed'; of a
    teaching also 'read' (nothing was to be learned yet), 'unchanged' (it did not help) and 'helped'
    (of several processes, not the first)."""

    step: int
    reason: str
    seconds: float


Event = (
    RunStarted
    | Preparing
    | StepDone
    | RethinkStep
    | Watched
    | EpochDone
    | EvalDone
    | Tried
    | CheckpointSaved
    | Warned
    | RunFinished
)

_KINDS = {kind.__name__: kind for kind in get_args(Event)}


def to_line(event: Event) -> str:
    """The event as one line of JSON."""
    return json.dumps({"event": type(event).__name__, **asdict(event)}, ensure_ascii=False)


def from_line(line: str) -> Event:
    """The event of a line that `to_line` made; ValueError for any other line, such as one whose
    numbers are none any more."""
    try:
        fields = json.loads(line)
        kind = _KINDS[fields.pop("event")]
        kind(**fields)  # knows each field, and no other
        event: Event = _adapter(kind).validate_python(fields)
        return event
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not an event: {line[:80]!r} ({error})") from None


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
