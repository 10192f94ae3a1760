"""The app whose long jobs are held in their middle: true processes, each stopped at an event.

python tests/app/jobs/gated.py OPTIONS starts the app. A job of more than `LONG` rows runs as
python -m tests.app.jobs.gated FOLDER MODULE ARGUMENTS, which is the module's command, held after
`HELD` events until FOLDER's control file says stop: no test predicts 50,000 rows to have something
that is running.
"""

from __future__ import annotations

import runpy
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
LONG = 500
HELD = 4
APART = 1.2
"""Seconds between two events, so that each is seen by a look of the page."""


def app() -> None:
    sys.path.insert(0, str(ROOT))
    from app import kinds
    from app.table import kind as tables

    def held(kind: Any) -> Any:
        def command(folder: Path, spec: Any) -> list[str]:
            true = kind.command(folder, spec)
            return ["tests.app.jobs.gated", str(folder), *true] if spec.rows > LONG else true

        return replace(kind, command=command)

    kinds.KINDS = tuple(map(held, kinds.KINDS))
    tables.HERE = LONG
    sys.argv[0] = str(ROOT / "app.py")
    runpy.run_path(sys.argv[0], run_name="__main__")


def job(folder: Path, module: str) -> None:
    from lfdrt.runs.log import EventLog
    from lfdrt.runs.work import told_to_stop

    append, seen = EventLog.append, 0

    def gated(self: EventLog, event: Any) -> None:
        nonlocal seen
        append(self, event)
        seen += 1
        time.sleep(APART)
        while seen == HELD and not told_to_stop(folder):
            time.sleep(0.05)

    EventLog.append = gated  # type: ignore[method-assign]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    if sys.argv[1:] and not sys.argv[1].startswith("-"):
        del sys.argv[0]
        place, name, *_ = sys.argv
        sys.argv = [name, *sys.argv[2:]]
        job(Path(place), name)
    else:
        app()
