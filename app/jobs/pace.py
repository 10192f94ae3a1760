"""How fast this machine is, before a job has shown it: by how long the app took to load its model,
which is what a job's process does first.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.models.shelf import Status

START = 8.5
"""Seconds of one core, measured once: importing torch, loading checkpoints/compact in bfloat16.
What kinds say of their rows was measured there too."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """start: s until a process works. speed: how many times as long a row takes as the constants
    say."""

    start: float = START
    speed: float = 1.0


def pace(status: Status | None) -> Pace:
    """status: of the model that the app loads."""
    if status is None or status.phase != "ready" or status.seconds <= 0:
        return Pace()
    return Pace(start=status.seconds, speed=status.seconds / START)
