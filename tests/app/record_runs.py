"""Recording jobs whose processes are `fake_recording`, and waiting for what they do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from app.jobs.process import kill_tree
from app.jobs.processes import Grace
from app.recordings.board import RecordingLive
from app.recordings.folder import RecordingFolder
from app.recordings.jobs import RecordingJobs
from app.recordings.spec import RecordSpec
from tests.app.job_runs import ENDLESS, PATIENCE


class FakeRecordings(RecordingJobs):
    """sets, mode: of the recordings begun from now on."""

    sets, mode = ENDLESS, "plain"

    def _command(self, run: RecordingFolder) -> Sequence[str]:
        return ["-m", "tests.app.fake_recording", str(run.recording), str(self.sets), self.mode]

    def kill(self, run: str) -> None:
        """As the machine's memory running out does: without a word, and at once."""
        found = self._store.find(run)
        assert found is not None
        kill_tree(found[1].process, run)

    def end_all(self) -> None:
        """Leave no process behind, whatever a test found."""
        for run, _ in self._store.runs():
            self.kill(run.id)


def recordings_in(
    runs: Path, *, single_user: bool = True, grace: Grace | None = None
) -> FakeRecordings:
    return FakeRecordings(runs, device="cpu", single_user=single_user, grace=grace)


def spec_of(name: str = "first", **changes: object) -> RecordSpec:
    fields = {"checkpoint": Path("checkpoints/compact"), "model": "compact",
              "inputs": "text and image", "rows": 392}  # fmt: skip
    return RecordSpec(name=name, **(fields | changes))  # type: ignore[arg-type]


def state_becomes(
    jobs: RecordingJobs, run: str, state: str, owner: str = ""
) -> RecordingLive:  # fmt: skip
    """The recording, once it has that state; an AssertionError that tells which it has instead."""
    end = time.monotonic() + PATIENCE
    while (live := jobs.live(run, owner)).info.state != state:
        assert time.monotonic() < end, f"{live.info.state} and not {state}: {live.failure}"
        time.sleep(0.05)
    return live
