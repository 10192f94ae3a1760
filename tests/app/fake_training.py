"""What `python -m lfdrt rethink` does to a run's folder, without a model: for tests of the jobs.

python -m tests.app.fake_training FOLDER STEPS MODE: as many steps of 10 ms, an epoch of five, state
saved after each epoch, the control file obeyed. MODE: "deaf" obeys nothing but at its first step,
"fails" and "raises" end in an error, "slow" prepares for ever; "plain" none of these.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from lfdrt.events import EpochDone, Event, Preparing, RethinkStep, RunFinished, RunStarted
from lfdrt.runs.log import EventLog

PER_EPOCH = 5
HEADER = "id,text,label_before,label_after,agree_before,agree_after,p_joy,p_fear\r\n"
ROWS = "1,gel,joy,fear,true,false,0.4,0.6\r\n2,git,joy,joy,true,true,0.9,0.1\r\n"


def main(folder: Path, steps: int, mode: str) -> None:
    state = folder / "state.pt"
    start = int(state.read_text()) if state.is_file() else 0
    (folder / "environment.json").write_text(json.dumps(dict(os.environ)), encoding="utf-8")
    with EventLog(folder / "events.jsonl", step=start) as log:
        log.append(Preparing(step=start, stage="encoding", done=1, total=2))
        if mode == "slow":
            time.sleep(600)
        if mode == "fails":
            sys.exit(f"lfdrt: {folder / 'data' / 'table.csv'}: row 3 is not a row.")
        if mode == "raises":
            raise MemoryError("no room for 3 GB")
        for event in training(folder, start, steps, deaf=mode == "deaf"):
            log.append(event)


def training(folder: Path, step: int, steps: int, *, deaf: bool) -> Iterator[Event]:
    yield RunStarted(steps=steps, settings={"epochs": -(-steps // PER_EPOCH)})
    first, reason = step, "done"
    while step < steps:
        said = word(folder) if not deaf or step == first else "go"
        if said in ("keep", "discard"):
            reason = {"keep": "stopped", "discard": "discarded"}[said]
            break
        if said != "pause":
            step += 1
            yield one_step(step)
            if step % PER_EPOCH == 0:
                yield EpochDone(step=step, epoch=step // PER_EPOCH - 1, agree=15, disagree=5,
                                used=15, labels={"joy": 15}, flips=0, seconds=0.05)  # fmt: skip
                (folder / "state.tmp").write_text(str(step))
                (folder / "state.tmp").replace(folder / "state.pt")
        time.sleep(0.01)
    yield Preparing(step=step, stage="saving", done=0, total=2)
    (folder / "checkpoint").mkdir(exist_ok=True)
    (folder / "checkpoint" / "config.json").write_text("{}")
    (folder / "config.json").write_text("{}")
    (folder / "predictions.csv").write_text("\ufeff" + HEADER + ROWS, encoding="utf-8", newline="")
    yield RunFinished(step=step, reason=reason, seconds=step * 0.01)


def one_step(step: int) -> RethinkStep:
    dispute = {"row": str(step), "text": "gel", "picture": 0.0, "first": "joy", "p_first": 0.6,
               "second": "fear", "p_second": 0.5, "decided": "joy"}  # fmt: skip
    return RethinkStep(
        step=step, epoch=(step - 1) // PER_EPOCH, agree=3, disagree=1, used=3, labels={"joy": 3},
        flips=0, losses={"masked": 1.0}, learning_rate=1e-4, seconds=0.01, rows_per_second=400.0,
        disputes=[dispute],
    )  # fmt: skip


def word(folder: Path) -> str:
    try:
        return (folder / "control").read_text(encoding="utf-8")
    except OSError:
        return "go"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
