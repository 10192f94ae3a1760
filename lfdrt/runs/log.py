"""A run's events in its file: appended line by line, trimmed where a run goes on from a saved step.

Half a line at the end, left by a killed process, is dropped. So is a line that a disk or another
program damaged, since the run's state does not depend on it; a run that goes on says so.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, Self, TextIO

from lfdrt.events import Event, RunFinished, StepDone, Warned, from_line, to_line
from lfdrt.runs.files import replace_whole, room_for


class EventLog:
    """`events.jsonl` of a run that stands at `step`: what a killed process wrote after its last
    saved state is dropped, since those steps are done again."""

    def __init__(self, path: Path, *, step: int) -> None:
        found = list(_lines(path)) if step else []
        kept: list[Event] = [e for e in found if e and getattr(e, "step", 0) <= step]
        if damaged := found.count(None):
            said = f"{damaged:,} of {len(found):,} lines of {path.name} were damaged: left out."
            kept.append(Warned(step=step, message=said))
        replace_whole(path, "".join(to_line(e) + "\n" for e in kept))
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        self._file = self._path.open("a", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def append(self, event: Event) -> None:
        """Written at once, so that a reader follows live. UserError: the disk is full."""
        if self._file is None:
            raise ValueError("an EventLog is written inside its with block")
        with room_for(self._path):
            self._file.write(to_line(event) + "\n")
            self._file.flush()


class Run(Protocol):
    """A training that stands at `step` and goes on from there."""

    step: int

    def events(self) -> Iterator[Event]: ...


def follow(run: Run, path: Path, show: Callable[[Event], None]) -> RunFinished:
    """Write every event to the run's file and show it; the last one, which every run ends with."""
    with EventLog(path, step=run.step) as log:
        for event in run.events():
            log.append(event)
            show(event)
    if not isinstance(event, RunFinished):
        raise AssertionError("a run ends with RunFinished")
    return event


def read_events(path: Path) -> Iterator[Event]:
    """The complete events of a file, in order; none for a file that is not there."""
    return (event for event in _lines(path) if event is not None)


def _lines(path: Path) -> Iterator[Event | None]:
    """The event of each complete line; None for a damaged one."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                try:
                    yield from_line(line.decode("utf-8"))
                except ValueError:
                    yield None


def write_curves(events: Path, out: Path) -> int:
    """One CSV row a step, a column a loss; returns the number of steps."""
    steps = [e for e in read_events(events) if isinstance(e, StepDone)]
    names = sorted({name for e in steps for name in e.losses})
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["step", "seconds", "learning_rate", *names])
        writer.writeheader()
        for e in steps:
            row = {"step": e.step, "seconds": e.seconds, "learning_rate": e.learning_rate}
            writer.writerow(row | e.losses)
    return len(steps)
