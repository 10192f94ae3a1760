"""What a job's command does to its folder, without a model: for tests of jobs, of every kind.

python -m tests.app.jobs.fake KIND FOLDER MODE: ten steps of 10 ms, each kept; a file `gate` in
FOLDER, where a test has put one, says up to which step they go, and more once it says more. MODE:
"plain" obeys the control file; "deaf" obeys nothing, "fails" and "raises" end in an error before
the first step, "slow" says nothing for ever.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from app.places import RECORDINGS
from lfdrt.events import (
    EpochDone,
    EvalDone,
    Event,
    Preparing,
    RethinkStep,
    RunFinished,
    RunStarted,
    Watched,
)
from lfdrt.runs.log import EventLog

STEPS = 10
PER_EPOCH = 5
ROWS = 10  # of a step
ENDS = {"keep": "stopped", "discard": "discarded", "stop": "stopped"}
HEADER = "id,text,label_before,label_after,agree_before,agree_after,p_joy,p_fear\r\n"
PREDICTED = "1,gel,joy,fear,true,false,0.4,0.6\r\n2,git,joy,joy,true,true,0.9,0.1\r\n"


class Job:
    """One at work in `folder`; `start`: the steps that an earlier process kept."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.start = folder, 0

    def step(self, step: int) -> Iterator[Event]:
        """What is said of a step, which is kept."""
        yield Preparing(step=step, stage="at work", done=step * ROWS, total=STEPS * ROWS)

    def finish(self, step: int, reason: str) -> None:
        """Write the result, where there is one."""

    def word(self) -> str:
        return written(self.folder / "control", "go")

    def gate(self) -> int:
        return int(written(self.folder / "gate", str(STEPS)))

    def events(self, *, deaf: bool) -> Iterator[Event]:
        step, reason = self.start, "done"
        yield RunStarted(steps=STEPS, settings={"rows": STEPS * ROWS, "epochs": STEPS // PER_EPOCH})
        while step < STEPS and reason == "done":
            word = "go" if deaf else self.word()
            if word in ENDS:
                reason = ENDS[word]
            elif word == "go" and step < self.gate():
                step += 1
                yield from self.step(step)
            else:
                time.sleep(0.01)
        self.finish(step, reason)
        yield RunFinished(step=step, reason=reason, seconds=1.0)


class Training(Job):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.start = int(written(folder / "state.pt", "0"))

    def step(self, step: int) -> Iterator[Event]:
        if step == self.start + 1:
            yield watched(step - 1)
        yield one_step(step)
        if step % PER_EPOCH == 0:
            (self.folder / "state.tmp").write_text(str(step))
            (self.folder / "state.tmp").replace(self.folder / "state.pt")
            epoch = step // PER_EPOCH - 1
            yield EpochDone(step=step, epoch=epoch, agree=15, disagree=5, used=15,
                            labels={"joy": 15}, flips=0, seconds=0.05,
                            said=[(0, 0)] * 14 + [(0, 1), (1, epoch % 2)] * 3)  # fmt: skip

    def finish(self, step: int, reason: str) -> None:
        (self.folder / "checkpoint").mkdir(exist_ok=True)
        for file in ("checkpoint/config.json", "config.json"):
            (self.folder / file).write_text("{}")
        told = "\ufeff" + HEADER + PREDICTED
        (self.folder / "predictions.csv").write_text(told, encoding="utf-8", newline="")


class Teaching(Job):
    """What is learned is there at the end of a process that was not stopped."""

    def finish(self, step: int, reason: str) -> None:
        if reason == "done":
            (self.folder / "checkpoint").mkdir(exist_ok=True)
            (self.folder / "checkpoint" / "config.json").write_text("{}")


class Recording(Job):
    """Its sets are the steps; the whole recording is the bundled one of our sample set."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.work = folder / "recording.part"
        self.work.mkdir(exist_ok=True)
        self.start = len(list(self.work.glob("set-*")))

    def step(self, step: int) -> Iterator[Event]:
        (self.work / f"set-{step}").touch()
        yield from super().step(step)
        scores = {"accuracy": 0.5, "macro_f1": 0.4, "weighted_f1": 0.3}
        yield EvalDone(step=step, data=f"made {step} dev", scores=scores, rule="none")

    def finish(self, step: int, reason: str) -> None:
        if reason == "done":
            shutil.copytree(RECORDINGS / "sample", self.folder / "aside")
            (self.folder / "aside" / "rows.parquet").touch()
            (self.folder / "aside").rename(self.folder / "recording")


class Table(Job):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.out = folder / "predictions.csv"
        self.start = self.out.stat().st_size // 2 if self.out.is_file() else 0

    def step(self, step: int) -> Iterator[Event]:
        with self.out.open("a", encoding="utf-8", newline="\n") as file:
            file.write("x\n")
        yield from super().step(step)


class Study(Job):
    """Keeps nothing before its end: the whole one is the bundled one of the compact checkpoint."""

    def finish(self, step: int, reason: str) -> None:
        if reason == "done":
            shutil.copytree(RECORDINGS / "families-compact", self.folder / "aside")
            (self.folder / "aside").rename(self.folder / "study")


KINDS = {
    "training": Training,
    "teaching": Teaching,
    "recording": Recording,
    "table": Table,
    "study": Study,
}


def one_step(step: int) -> RethinkStep:
    dispute = {"row": str(step), "text": "gel", "picture": 0.0, "first": "joy", "p_first": 0.6,
               "second": "fear", "p_second": 0.5, "decided": "joy"}  # fmt: skip
    return RethinkStep(
        step=step, epoch=(step - 1) // PER_EPOCH, agree=3, disagree=1, used=3, labels={"joy": 3},
        flips=0, losses={"masked": 1.0}, learning_rate=1e-4, seconds=0.01, rows_per_second=400.0,
        disputes=[dispute],
    )  # fmt: skip


def watched(step: int) -> Watched:
    """Of twenty rows, of which three come together in the second pass."""
    rows: list[dict[str, str | float]] = [
        {"row": str(n), "text": f"gel {n}", "picture": 0.0} for n in range(20)
    ]
    return Watched(step=step, labels=["joy", "fear"], rows=rows)


def written(path: Path, otherwise: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return otherwise


def main(kind: str, folder: Path, mode: str) -> None:
    (folder / "environment.json").write_text(json.dumps(dict(os.environ)), encoding="utf-8")
    if mode == "slow":
        time.sleep(600)
    if mode == "fails":
        sys.exit(f"lfdrt: {folder / 'data' / 'table.csv'}: row 3 is not a row.")
    if mode == "raises":
        raise MemoryError("no room for 3 GB")
    job = KINDS[kind](folder)
    with EventLog(folder / "events.jsonl", step=job.start) as log:
        for event in job.events(deaf=mode == "deaf"):
            log.append(event)
            time.sleep(0.01)
    if event.reason != "done":
        sys.exit("lfdrt: Stopped. What is finished is kept.")
    sys.stdout.write("All of it is written.\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
