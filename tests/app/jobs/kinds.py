"""Every kind of job as the engine's tests drive it: its process is `fake`, its engine the true one.

A test that needs jobs of one kind takes `Trainings`, `Recordings` or `Tables`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Generic

from app.families.kind import STUDY, Studied, StudySpec
from app.finetune.kind import TRAINING, Progress
from app.finetune.spec import TeachSpec, TrainingSpec
from app.finetune.teach.kind import TEACHING, Taught
from app.jobs.engine import Engine, Engines, Grace, Machine
from app.jobs.follow import Counted
from app.jobs.kind import Kind, Live, P, S
from app.jobs.process import kill_tree
from app.kinds import KINDS as TRUE
from app.recordings.kind import RECORDING, Recorded, RecordSpec
from app.table.kind import TABLE, TableSpec

FAST = Grace(seconds=0.5, look=0.05)
QUICK = Grace(look=0.05)
"""The grace of the true app: nothing is killed for its slowness."""
PATIENCE = 180.0
"""Seconds: the machine of a test may have much else to do."""
COMPACT = Path("checkpoints/compact")


class Driver(Generic[S, P]):
    """mode: of the processes begun from now on. gate: the step that they go up to; None: to the
    end. ends, ended: the word that ends one early, and how it is shown then."""

    kind: ClassVar[Kind[Any, Any]]
    name: ClassVar[str]
    ends, ended = "stop", "stopped"

    def __init__(self, runs: Path, *, single_user: bool = True, grace: Grace = QUICK) -> None:
        """As the app does at its start."""
        self.runs, self.mode = runs, "plain"
        self.gate: int | None = None
        faked: Kind[S, P] = replace(self.kind, command=self._command)
        kinds = tuple(faked if kind is self.kind else kind for kind in TRUE)
        machine = Machine(
            runs=runs, device="cpu", single_user=single_user, kinds=kinds, grace=grace
        )
        self.jobs: Engine[S, P] = Engines(machine).of(faked)
        self.jobs.open()

    def _command(self, folder: Path, spec: S) -> list[str]:
        if self.gate is None:
            (folder / "gate").unlink(missing_ok=True)
        else:
            (folder / "gate").write_text(str(self.gate))
        return ["tests.app.jobs.fake", self.name, str(folder), self.mode]

    def spec(self, name: str) -> Any:
        """Of a job that the fake process does."""
        raise NotImplementedError

    def start(self, name: str = "first", owner: str = "") -> str:
        return self.jobs.start(self.spec(name), owner)

    def end(self, run: str, owner: str = "") -> None:
        self.jobs.say(run, owner, self.ends)

    def table(self) -> Path:
        path = self.runs.parent / "my sentences.csv"
        path.write_text("text\ngel\ngit\n", encoding="utf-8")
        return path

    def folder(self, run: str) -> Path:
        return self.runs / self.kind.folder / run

    def open_gate(self, run: str) -> None:
        (self.folder(run) / "gate").unlink()

    def live(self, run: str, owner: str = "") -> Live[S, P]:
        return self.jobs.live(run, owner)

    def far(self, run: str, owner: str = "") -> int:
        """Steps that are done."""
        return self.live(run, owner).sums.done // 10

    def state(self, run: str, owner: str = "") -> str:
        """As it is shown."""
        return self.live(run, owner).info.shown

    def failure(self, run: str, owner: str = "") -> str:
        return self.live(run, owner).failure

    def becomes(self, run: str, state: str, owner: str = "") -> Live[S, P]:
        """The job, once it is shown so; an AssertionError that tells how it is shown instead."""
        end = time.monotonic() + PATIENCE
        while (live := self.live(run, owner)).info.shown != state:
            told = f"{live.info.shown} and not {state}: {live.failure}"
            assert time.monotonic() < end, told
            time.sleep(0.02)
        return live

    def reaches(self, run: str, step: int, owner: str = "") -> None:
        until(lambda: self.far(run, owner) >= step)

    def settled(self, run: str) -> None:
        """Wait until its end is written down, and nothing follows it any more."""
        until(lambda: bool(self.record(run).ended) and run not in self.jobs._watched)

    def record(self, run: str) -> Any:
        found = self.jobs.store.find(run)
        assert found is not None
        return found[1]

    def kill(self, run: str) -> None:
        """As the machine's memory running out does: without a word, and at once."""
        kill_tree(self.record(run).process, run)

    def end_all(self) -> None:
        """Leave no process behind, whatever a test found."""
        for folder, record in self.jobs.store.runs():
            kill_tree(record.process, folder.id)


class Trainings(Driver[TrainingSpec, Progress]):
    kind, name = TRAINING, "training"
    ends, ended = "keep", "kept"

    def spec(self, name: str) -> TrainingSpec:
        return TrainingSpec(table=self.table(), name=name, rows=2, language="tr")

    def far(self, run: str, owner: str = "") -> int:
        return self.live(run, owner).sums.step


class Teachings(Driver[TeachSpec, Taught]):
    kind, name = TEACHING, "teaching"

    def spec(self, name: str) -> TeachSpec:
        return TeachSpec(table=self.table(), name=name, rows=2, language="tr")


class Recordings(Driver[RecordSpec, Recorded]):
    kind, name = RECORDING, "recording"

    def spec(self, name: str) -> RecordSpec:
        return recorded(name)


class Tables(Driver[TableSpec, Counted]):
    kind, name = TABLE, "table"

    def spec(self, name: str) -> TableSpec:
        return TableSpec(table=self.table(), checkpoint=COMPACT, model="compact", name=name,
                         rows=100)  # fmt: skip


class Studies(Driver[StudySpec, Studied]):
    kind, name = STUDY, "study"

    def spec(self, name: str) -> StudySpec:
        return StudySpec(checkpoint=COMPACT, model="compact", name=name)


KINDS: tuple[type[Driver[Any, Any]], ...] = (Trainings, Teachings, Recordings, Tables, Studies)


def recorded(name: str = "first", **changes: object) -> RecordSpec:
    fields = {"checkpoint": COMPACT, "model": "compact", "inputs": "text and image", "rows": 100}
    return RecordSpec(name=name, **(fields | changes))  # type: ignore[arg-type]


def until(true: Callable[[], bool]) -> None:
    """Wait for it; AssertionError where it does not come."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
