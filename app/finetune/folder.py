"""A training in its folder: run.json beside what `lfdrt rethink` writes. Starts no process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.finetune.spec import JobSpec
from app.jobs.folders import JobFolder, JobRecord

ACTIVE = ("starting", "running", "paused", "stopping")
USABLE = ("done", "kept", "collapsed", "imported")
FINAL = (*USABLE, "discarded")
ENDS = {"done": "done", "stopped": "kept", "discarded": "discarded", "collapsed": "collapsed"}
"""State by the reason that a run's last event gives."""


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """A run in a list. state: one of ACTIVE, FINAL, "failed" or "lost". created: ISO 8601, UTC.
    language: None: each row's own. checkpoint: where its model is, None without one. reason: that
    of its last event. base: name of the checkpoint that was tuned."""

    id: str
    name: str
    owner: str
    state: str
    created: str
    language: str | None
    rows: int
    preset: str
    checkpoint: Path | None
    reason: str
    base: str


@dataclass(frozen=True, kw_only=True)
class Record(JobRecord):
    """run.json. spec: its files are relative to the run's folder. files: the names that the user
    knows them by. reason: that of its end. last_try: the process only has to write what is saved.
    """

    spec: JobSpec
    files: dict[str, str]
    reason: str = ""
    last_try: bool = False


class RunFolder(JobFolder[Record]):
    kind = Record

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.events = path / "events.jsonl"
        self.state = path / "state.pt"
        self.checkpoint = path / "checkpoint"

    @property
    def has_checkpoint(self) -> bool:
        return (self.checkpoint / "config.json").is_file()
