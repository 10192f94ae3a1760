"""A recording of a visitor as a kind of job: a model's answers on samples, kept to be played."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from app.jobs.engine import Engine
from app.jobs.follow import Counted
from app.jobs.kind import DONE, Kind, Spec
from app.jobs.store import JobRecord, slug
from app.jobs.words import NOT_EXPORTED
from app.models.requests import Refused
from app.places import RECORDINGS
from app.recordings import words
from lfdrt.events import EvalDone, Event, RunStarted


@dataclass(frozen=True, kw_only=True)
class RecordSpec(Spec):
    """model: the checkpoint's name for people. sets: of the folder `data`, as "xed:ar"; none: our
    own sample set, read as `inputs` in `languages` (none: all). family: "own" or "none". rows: in
    all of them."""

    model: str
    inputs: str
    languages: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    data: Path | None = None
    family: str = "own"
    note: str = ""

    def elsewhere(self) -> dict[Path, str]:
        data = {} if self.data is None else {self.data: words.DATA_FOLDER}
        return {self.checkpoint: self.model, **data}


class Recorded(Counted):
    """sets_done of `sets` data files. newest: scores of the one that was finished last."""

    def __init__(self) -> None:
        super().__init__()
        self.sets_done = self.sets = 0
        self.newest: EvalDone | None = None

    def take(self, event: Event) -> None:
        super().take(event)
        if isinstance(event, RunStarted):
            self.sets = event.steps
        elif isinstance(event, EvalDone):
            self.sets_done, self.newest = event.step, event


RecordingJobs: TypeAlias = Engine[RecordSpec, Recorded]


def command(folder: Path, spec: RecordSpec) -> list[str]:
    """A note may begin with a dash."""
    said = ["lfdrt", "evaluate", "--checkpoint", str(spec.checkpoint), "--family", spec.family,
            "--record", str(_made(folder)), "--follow", str(folder),
            f"--note={spec.note}"]  # fmt: skip
    if spec.sets:
        return [*said, "--data", str(spec.data), "--sets", ",".join(spec.sets)]
    return [*said, "--sample", "--inputs", spec.inputs, "--languages", ",".join(spec.languages)]


def _made(folder: Path) -> Path:
    """The recording, which gets its name in one step, when all of it is written."""
    return folder / "recording"


def _clear(folder: Path, reason: str) -> None:
    made = _made(folder)
    shutil.rmtree(made.with_name(f"{made.name}.part"), ignore_errors=True)


def bundled() -> list[str]:
    """Names of the bundled recordings, which are also their keys."""
    from lfdrt.evaluation.recordings.files import list_recordings

    return [path.name for path in list_recordings(RECORDINGS)]


RECORDING = Kind(
    folder="recordings",
    words=words.JOB,
    spec=RecordSpec,
    command=command,
    sums=Recorded,
    whole=lambda folder, sums: DONE if _made(folder).is_dir() else "",
    clear=_clear,
    taken=bundled,
)


def whole(jobs: RecordingJobs, run: str) -> tuple[Path, JobRecord[RecordSpec]] | None:
    """Where a complete recording lies, for whoever was shown its id; None: there is none."""
    found = jobs.store.find(run)
    if found is None or not _made(found[0].path).is_dir():
        return None
    return _made(found[0].path), found[1]


def past(jobs: RecordingJobs) -> Iterator[tuple[RecordSpec, float]]:
    """Recordings that one process made from start to end, with its seconds, newest first."""
    found = [record for _, record in jobs.store.runs() if record.ended == DONE and record.seconds]
    for record in sorted(found, key=lambda record: record.created, reverse=True):
        yield record.spec, record.seconds


def export(jobs: RecordingJobs, run: str, owner: str, folder: Path) -> Path:
    """A ZIP in `folder`, which is played where its folder is put beside the bundled ones."""
    from lfdrt.evaluation.recordings.files import read_recording, write_files
    from lfdrt.evaluation.recordings.recording import RecordingError

    found, record = jobs.store.mine(run, owner)
    try:
        recording = read_recording(_made(found.path))
        name = slug(record.name)
        made = folder / name
        made.mkdir(parents=True)
        about = replace(recording.run, name=record.name, checkpoint=record.spec.model)
        write_files(made, replace(recording, run=about))  # the folders are called by ids
        path = folder / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for file in sorted(made.iterdir()):
                out.write(file, f"{name}/{file.name}")
    except RecordingError as error:
        raise Refused(words.NOT_RECORDED.format(name=record.name)) from error
    except OSError as error:
        raise Refused(NOT_EXPORTED.format(why=error.strerror or error)) from error
    return path
