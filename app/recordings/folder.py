"""A recording of a visitor in its folder: run.json beside what `lfdrt evaluate --record` writes.

The recording itself is the folder `recording`, there once it is whole; until then its work folder
holds the sets that are finished. Starts no process.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.jobs.folders import JobRecord
from app.jobs.resumable import STOP, ResumableFolder
from app.recordings.spec import RecordSpec


@dataclass(frozen=True, kw_only=True)
class RecordingInfo:
    """A recording in a list. state: as of all resumable jobs. created: ISO 8601, UTC."""

    id: str
    name: str
    state: str
    created: str
    spec: RecordSpec


@dataclass(frozen=True, kw_only=True)
class RecordingRecord(JobRecord):
    """run.json. seconds: that its process took, where one process made all of it; else 0."""

    spec: RecordSpec
    seconds: float = 0.0


class RecordingFolder(ResumableFolder[RecordingRecord]):
    """What lies in the work folder is called as `lfdrt.runs.work` calls it, whose
    import would take torch's seconds."""

    kind = RecordingRecord

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.recording = path / "recording"
        self.work = path / "recording.part"
        self.events = self.work / "events.jsonl"

    @property
    def complete(self) -> bool:
        """It gets its name in one step, when all of it is written."""
        return self.recording.is_dir()

    def tell_to_stop(self) -> None:
        """The recorder, which forgets what it was told before it began."""
        with suppress(OSError):  # its work folder is not there yet, or no more
            (self.work / "control").write_text(STOP, encoding="utf-8")

    def clear(self) -> None:
        """A whole recording needs these no more."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.control.unlink(missing_ok=True)
