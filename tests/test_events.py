"""Events survive the way through a file: what is replayed is what was live."""

import pytest

from lfdrt.events import RunFinished, StepDone, from_line, to_line


def test_line_round_trip() -> None:
    event = StepDone(step=3, losses={"mask_1": 1.5}, learning_rate=5e-05, seconds=0.25)
    line = to_line(event)
    assert "\n" not in line
    assert from_line(line) == event


@pytest.mark.parametrize(
    "line",
    [
        "", "{", "[]", "3", "[" * 99_999, '{"event": "Nope"}', '{"event": []}',
        '{"event": "RunFinished"}',
        '{"event": "RunFinished", "step": "x", "reason": "done", "seconds": 1.0}',
        '{"event": "RunFinished", "step": 1, "reason": "done", "seconds": null}',
        '{"event": "RunFinished", "step": 1, "reason": "done", "seconds": 1.0, "more": 1}',
    ],
)  # fmt: skip
def test_foreign_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not an event"):
        from_line(line)


def test_kinds_are_told_apart() -> None:
    assert isinstance(
        from_line(to_line(RunFinished(step=1, reason="done", seconds=1.0))), RunFinished
    )
