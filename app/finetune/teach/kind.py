"""A teaching as a kind of job, and what lies in its folder: labels, result, the model that came.

Its first process only reads the texts; the person labels without any; each learning is a process
again, in the same folder, and its result takes the place of the one before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from app.finetune.kind import model_in
from app.finetune.spec import TeachSpec
from app.finetune.teach import words
from app.jobs.engine import Engine
from app.jobs.follow import Counted
from app.jobs.kind import ACTIVE, DONE, Info, Kind, Live
from app.models.requests import Refused
from app.places import BENCHMARKS
from lfdrt.events import Event, Preparing, RunStarted, Tried, Warned
from lfdrt.runs.files import unsealed

READ, UNCHANGED, IMPORTED = "read", "unchanged", "imported"
"""How one ended: its texts are read; nothing that was tried helped; it was brought in."""
LABELS, RESULT, TEXTS = "labels.csv", "result.json", "read.npz"


class Taught(Counted):
    """stage: of the work before and after learning, "" in it; tried of steps: settings. warnings:
    sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.tried, self.steps = "", 0, 0
        self.warnings: list[str] = []

    def take(self, event: Event) -> None:
        if isinstance(event, Preparing) and event.stage != self.stage:
            self.speed.forget()
        super().take(event)
        if isinstance(event, RunStarted):
            self.steps = event.steps
        elif isinstance(event, Preparing):
            self.stage = event.stage
        elif isinstance(event, Tried):
            self.stage, self.tried = "", event.step
        elif isinstance(event, Warned):
            self.warnings.append(event.message)

    @property
    def share(self) -> float | None:
        """Of what is done now: reading, or trying settings."""
        return super().share if self.stage or not self.steps else self.tried / self.steps


Teachings: TypeAlias = Engine[TeachSpec, Taught]
Teaching: TypeAlias = Live[TeachSpec, Taught]


def _command(folder: Path, spec: TeachSpec) -> list[str]:
    labels = folder / LABELS
    return ["lfdrt", *spec.command(folder, labels if labels.is_file() else None)]


def _whole(folder: Path, sums: Taught) -> str:
    if sums.reason in (READ, UNCHANGED) or (sums.reason == DONE and model_in(folder)):
        return sums.reason
    return ""


TEACHING = Kind(
    folder="teachings",
    words=words.JOB,
    spec=TeachSpec,
    command=_command,
    sums=Taught,
    whole=_whole,
    again=frozenset({READ, UNCHANGED, DONE}),
)


def taught_model(info: Info[TeachSpec]) -> Path | None:
    """What was learned last; a learning that was stopped leaves the one before."""
    return None if info.state in ACTIVE else model_in(info.folder)


def is_read(info: Info[TeachSpec]) -> bool:
    """Whether there is something to be asked."""
    return info.state not in ACTIVE and (info.folder / TEXTS).is_file()


@dataclass(frozen=True, kw_only=True)
class PerClass:
    """before, after: F1 in points; None where no label was of this class."""

    name: str
    rows: int
    before: float | None
    after: float | None


@dataclass(frozen=True, kw_only=True)
class Gain:
    """Points of the measure that was chosen, cross-validated. low, high: of the gain, 95 %."""

    rows: int
    before: float
    after: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a learning came to. aim: as in TeachSpec. gain: on all labels, which is what the guard
    looks at; None: there were none. honest: on the rows that were drawn by chance. mix: shares as
    the person gave them."""

    aim: str
    kept: bool
    labels: int
    gain: Gain | None
    honest: Gain | None
    per_class: tuple[PerClass, ...]
    mix: dict[str, float] | None
    verdict: str


def read_result(folder: Path) -> Result | None:
    """None where nothing was learned yet. Raises Refused: the file was changed or cut off."""
    path = folder / RESULT
    if not path.is_file():
        return None
    try:
        told = unsealed(json.loads(path.read_text(encoding="utf-8")))
        return Result(
            aim=str(told["aim"]),
            kept=bool(told["kept"]),
            labels=int(told["labels"]),
            gain=_gain(told, int(told["labels"])),
            honest=_gain(told["honest"], int(told["honest"]["rows"])) if told["honest"] else None,
            per_class=tuple(
                PerClass(name=str(one["class"]), rows=int(one["rows"]),
                         before=_points(one["before"]), after=_points(one["after"]))
                for one in told["per_class"]
            ),
            mix=None if told["mix"] is None else {k: float(v) for k, v in told["mix"].items()},
            verdict=str(told["verdict"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(words.BAD_RESULT) from error


def _points(told: Any) -> float | None:
    return None if told is None else float(told)


def _gain(told: Any, rows: int) -> Gain | None:
    if told["gain"] is None:
        return None
    low, high = map(float, told["interval"])
    return Gain(rows=rows, before=float(told["before"]), after=float(told["after"]),
                gain=float(told["gain"]), low=low, high=high)  # fmt: skip


def gains(folder: Path = BENCHMARKS) -> dict[str, float]:
    """Points that each way gained on average in our tests, by "mix", "20", "100", "rest" (besides
    "100") and "rethinking"; one that was not measured is left out."""
    found: dict[str, float | None] = {}
    teaching, rethinking = (
        folder / "teaching" / "summary.json",
        folder / "rethinking" / "rethinking.json",
    )
    if teaching.is_file():
        told = json.loads(teaching.read_text(encoding="utf-8"))
        found["mix"] = told["mix"]["weighted_f1"]
        found |= {count: told["labels"][count]["right"] for count in ("20", "100")}
        found["rest"] = told.get("with_rest", {}).get("100", {}).get("right")
    if rethinking.is_file():
        told = json.loads(rethinking.read_text(encoding="utf-8"))
        found["rethinking"] = told["settings"]["quick"]["mean"]["change"]
    return {name: value for name, value in found.items() if value is not None}
