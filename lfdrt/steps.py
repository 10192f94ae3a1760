"""Long work as a generator that yields how far it is and returns what it made."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from typing import Generic, TypeVar

Progress = TypeVar("Progress")
Made = TypeVar("Made")


class Steps(Generic[Progress, Made]):
    """Iterates the work; `made` is what it returned, once it is through."""

    made: Made

    def __init__(self, work: Generator[Progress, None, Made]) -> None:
        self._work = work

    def __iter__(self) -> Iterator[Progress]:
        self.made = yield from self._work


def drained(work: Generator[object, None, Made]) -> Made:
    """What it makes, where nobody asks how far it is."""
    steps = Steps(work)
    deque(steps, maxlen=0)
    return steps.made
