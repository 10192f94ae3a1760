"""What `python -m lfdrt evaluate --record` does to its folders, without a model: for tests of jobs.

python -m tests.app.fake_recording FOLDER SETS MODE: as many sets of ten rows, 20 ms each, kept one
by one; the control file obeyed. The finished recording is the bundled one of our sample set. MODE:
"deaf" obeys nothing, "fails" ends in an error, "slow" loads its model for ever; "plain" none.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from app.places import RECORDINGS
from lfdrt.events import EvalDone, Event, Preparing, RunFinished, RunStarted
from lfdrt.runs.log import EventLog

ROWS = 10
DATA = Path.cwd().parent / "elsewhere"


def main(folder: Path, sets: int, mode: str) -> None:
    if mode == "slow":
        time.sleep(600)
    work = folder.with_name(f"{folder.name}.part")
    work.mkdir(exist_ok=True)
    (work / "control").unlink(missing_ok=True)
    with EventLog(work / "events.jsonl", step=0) as log:
        for event in recording(work, sets, mode):
            log.append(event)
    if event.reason != "done":
        sys.exit("lfdrt: Stopped. recording.part keeps what is finished.")
    shutil.copytree(RECORDINGS / "sample", folder.with_name("aside"))
    (folder.with_name("aside") / "rows.parquet").touch()
    folder.with_name("aside").rename(folder)
    shutil.rmtree(work)


def recording(work: Path, sets: int, mode: str) -> Iterator[Event]:
    yield RunStarted(steps=sets, settings={"rows": sets * ROWS})
    for k in range(sets):
        kept = work / f"{k:06d}"
        if not kept.exists():
            if mode == "fails" and k == 2:
                said = f"{DATA / 'text' / 'x.csv'} is not in {DATA}, nor in {work.parent / 'y'}"
                sys.exit(f"lfdrt: {said}.")
            if mode != "deaf" and told(work) == "stop":
                yield RunFinished(step=k, reason="stopped", seconds=1.0)
                return
            time.sleep(0.02)
            yield Preparing(step=k, stage="recording", done=(k + 1) * ROWS, total=sets * ROWS)
            kept.touch()
        scores = {"accuracy": 0.5, "macro_f1": 0.4, "weighted_f1": 0.3}
        yield EvalDone(step=k + 1, data=f"made {k} dev", scores=scores, rule="none")
    yield RunFinished(step=sets, reason="done", seconds=1.0)


def told(work: Path) -> str:
    try:
        return (work / "control").read_text(encoding="utf-8")
    except OSError:
        return "go"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
