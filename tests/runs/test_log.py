"""A run's events in its file, also where the file was damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfdrt.events import StepDone, Warned, to_line
from lfdrt.runs.log import EventLog, read_events, write_curves


def step(n: int) -> StepDone:
    return StepDone(step=n, losses={"loss": 1.0 / n}, learning_rate=1e-3, seconds=0.5)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Of three steps the second cannot be read, and the end is half a line."""
    path = tmp_path / "events.jsonl"
    bad = to_line(step(2)).encode().replace(b'"loss"', b'"l\xff\x00ss"')
    lines = [to_line(step(1)).encode(), bad, to_line(step(3)).encode(), b'{"event": "St']
    path.write_bytes(b"\n".join(lines))
    return path


def test_a_damaged_line_is_passed_over(damaged: Path) -> None:
    assert list(read_events(damaged)) == [step(1), step(3)]
    assert write_curves(damaged, damaged.with_name("curves.csv")) == 2


def test_a_run_that_goes_on_says_that_lines_were_damaged(damaged: Path) -> None:
    with EventLog(damaged, step=2) as log:
        log.append(step(3))
    said = Warned(step=2, message="1 of 3 lines of events.jsonl were damaged: left out.")
    assert list(read_events(damaged)) == [step(1), said, step(3)]


def test_a_run_that_begins_has_no_events_yet(damaged: Path, tmp_path: Path) -> None:
    EventLog(damaged, step=0)
    assert damaged.read_bytes() == b"" and list(read_events(tmp_path / "none")) == []
