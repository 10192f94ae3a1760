"""A study of a checkpoint's families as a kind of job, and the way to what was recorded of them.

The bundled recordings go by their folders' names, visitors' own studies by their ids.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.families import words
from app.jobs import words as job_words
from app.jobs.engine import Engine
from app.jobs.follow import Counted
from app.jobs.kind import DONE, Kind, Spec
from app.jobs.store import slug, writing
from app.models.requests import Refused
from app.places import RECORDINGS
from lfdrt.events import Event, Preparing, RunStarted

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.families import FamiliesRecording


def recorded(folder: Path = RECORDINGS) -> tuple[str, ...]:
    """Names of the recordings, which `read` takes."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/families.json")))


def fitting(weights: str, folder: Path = RECORDINGS) -> tuple[str, ...]:
    """Names of the recordings of these weights; damaged ones are passed over."""
    return tuple(name for name in recorded(folder) if _weights(name, folder) == weights)


def _weights(name: str, folder: Path) -> str:
    try:
        return read_bundled(name, folder).weights_sha256
    except Refused:
        return ""


@lru_cache(maxsize=8)
def read_bundled(name: str, folder: Path = RECORDINGS) -> FamiliesRecording:
    """Raises Refused: there is none of this name, or it is damaged."""
    from lfdrt.evaluation.recordings.families import read_families
    from lfdrt.evaluation.recordings.recording import RecordingError

    if name not in recorded(folder):
        raise Refused(f"There is no recording of families called {name!r}.")
    try:
        return read_families(folder / name)
    except RecordingError as error:
        raise Refused(str(error)) from error


@dataclass(frozen=True, kw_only=True)
class StudySpec(Spec):
    """model: the checkpoint's name for people. data: the folder that transfer and retrieval are
    measured on; None: distances alone, on the example sentences."""

    model: str
    data: Path | None = None

    def elsewhere(self) -> dict[Path, str]:
        data = {} if self.data is None else {self.data: words.DATA_FOLDER}
        return {self.checkpoint: self.model, **data}


class Studied(Counted):
    """stage: "distances", "retrieval" or "transfer", "" before the first; `done` of `total` of it.
    step: of `steps`, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.step, self.steps = "", 0, 0

    def take(self, event: Event) -> None:
        super().take(event)
        if isinstance(event, RunStarted):
            self.steps = event.steps
        elif isinstance(event, Preparing):
            self.stage, self.step = event.stage, event.step

    @property
    def share(self) -> float | None:
        done = super().share
        return done if done is None or not self.steps else (self.step + done) / self.steps


StudyJobs: TypeAlias = Engine[StudySpec, Studied]


def command(folder: Path, spec: StudySpec) -> list[str]:
    said = ["lfdrt", "families", str(spec.checkpoint), "--out", str(_made(folder)),
            "--follow", str(folder)]  # fmt: skip
    return said if spec.data is None else [*said, "--data", str(spec.data)]


def _made(folder: Path) -> Path:
    """The recording, which gets its name in one step, when all of it is written."""
    return folder / "study"


STUDY = Kind(
    folder="studies",
    words=words.JOB,
    spec=StudySpec,
    command=command,
    sums=Studied,
    whole=lambda folder, sums: DONE if _made(folder).is_dir() else "",
    taken=recorded,
)


def listed(jobs: StudyJobs, owner: str) -> list[tuple[str, str]]:
    """What a visitor can look at: names with the keys that `read` takes, its own studies first."""
    own = [one for one in jobs.history(owner) if one.state == DONE]
    mine = [(words.YOURS.format(name=one.name), one.id) for one in own]
    return [*mine, *((name, name) for name in recorded())]


def read(jobs: StudyJobs, key: str, owner: str) -> FamiliesRecording:
    """Raises Refused: there is none of this key for this visitor, or it is damaged."""
    from lfdrt.evaluation.recordings.families import read_families
    from lfdrt.evaluation.recordings.recording import RecordingError

    if key in recorded():
        return read_bundled(key)
    folder, record = jobs.store.mine(key, owner)
    try:
        found = read_families(_made(folder.path))
    except RecordingError as error:
        raise Refused(str(error)) from error
    return replace(found, name=record.name, checkpoint=record.spec.model)


def export(jobs: StudyJobs, run: str, owner: str, folder: Path) -> Path:
    """The recording in `folder`, as a file that lies well beside others."""
    from lfdrt.evaluation.recordings.families import FAMILIES

    found, record = jobs.store.mine(run, owner)
    made = folder / f"{slug(record.name)}.{FAMILIES}"
    with writing(job_words.NOT_EXPORTED):
        shutil.copyfile(_made(found.path) / FAMILIES, made)
    return made
