"""Runs what makes a recording: a bar, a log of its events, and a stop that is one sentence.

Torch-free.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from lfdrt.commands.progress import EventBar
from lfdrt.events import EvalDone, Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lfdrt.runs.work import WorkFolder


class Making(Protocol):
    step: int
    work: WorkFolder

    def events(self) -> Iterator[Event]: ...


def run_to_end(
    making: Making, name: str, *, stopped: str, about: str = "", follow_in: Path | None = None
) -> None:
    """Ctrl+C and the control file end alike: KeyboardInterrupt with the sentence `stopped`.

    about: what is told beside each score, in place of the selection rule, which is told once.
    follow_in: the folder of --follow.
    """
    from lfdrt.runs.log import follow

    if follow_in is not None:
        making.work.followed = follow_in

    with EventBar(name) as bar:
        try:
            reason = follow(making, making.work.log, lambda e: bar.show(_short(e, about))).reason
        except KeyboardInterrupt:
            reason = "stopped"
    if reason != "done":
        raise KeyboardInterrupt(f"Stopped. {stopped}")


def _short(event: Event, about: str) -> Event:
    return replace(event, rule=about) if isinstance(event, EvalDone) else event
