"""A recording of a visitor as a kind of job: a model's answers on samples, kept to be played; what
can be recorded on this machine, and how long that takes.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias

from app.jobs import words as job_words
from app.jobs.engine import Engine
from app.jobs.follow import Counted
from app.jobs.kind import DONE, Kind, Spec
from app.jobs.pace import Pace
from app.jobs.store import JobRecord, slug
from app.models.requests import Refused
from app.models.shelf import label_set_of
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
        raise Refused(job_words.NOT_EXPORTED.format(why=error.strerror or error)) from error
    return path


# Seconds of one core, measured once: checkpoints/compact in bfloat16.
TEXT = 0.007
FACE = 0.006
TELLING = 1.0
"""Seconds in rows, by the constants, below which a recording says little about the machine."""


@dataclass(frozen=True, kw_only=True)
class FoundSet:
    """All that a data folder has of one language of one source: its splits together."""

    source: str
    language: str
    rows: int

    @property
    def key(self) -> str:
        """As `lfdrt evaluate --sets` names it."""
        return f"{self.source}:{self.language}"


@dataclass(frozen=True, kw_only=True)
class Recordable:
    """For one model. sample: whether it has the classes of our sample set. missing: sets that it
    could be recorded on, were their files here: "xed ar dev"."""

    sample: bool
    found: tuple[FoundSet, ...]
    missing: tuple[str, ...]


def recordable(checkpoint: Path, labels: Sequence[str], data: Path | None) -> Recordable:
    """0.2 s at first, for counting rows, and torch's import where nobody imported it before."""
    found, missing = _data_sets(label_set_of(checkpoint), data) if data is not None else ((), ())
    return Recordable(sample=set(_sample()[1]) <= set(labels), found=found, missing=missing)


def sample_languages() -> tuple[str, ...]:
    return tuple(_sample()[0])


def sample_rows(languages: Iterable[str]) -> int:
    """Of some languages; of all where none is named."""
    rows = _sample()[0]
    return sum(rows[code] for code in tuple(languages) or rows if code in rows)


def estimate(spec: RecordSpec, past: Iterable[tuple[RecordSpec, float]], known: Pace) -> float:
    """Seconds of the whole recording. past: recordings with what they took here, newest first: a
    long one says how many times slower or faster than the constants this machine is; without one,
    `known` does."""
    speed = known.speed
    for before, seconds in past:
        if _rows_take(before) >= TELLING:
            speed = max(0.0, seconds - known.start) / _rows_take(before)
            break
    return known.start + speed * _rows_take(spec)


def _rows_take(spec: RecordSpec) -> float:
    return spec.rows * (TEXT + (FACE if "image" in spec.inputs else 0.0))


def _data_sets(label_set: str, data: Path) -> tuple[tuple[FoundSet, ...], tuple[str, ...]]:
    """A language of a source is found where every split of it is: the command reads them all."""
    from lfdrt.evaluation.suites import SUITES

    files: dict[tuple[str, str], list[str]] = {}
    for suite in SUITES.get(label_set, ()):
        for language in suite.languages:
            files.setdefault((suite.source, language), []).append(suite.split)
    found, missing = [], []
    for (source, language), splits in files.items():
        rows = {split: _rows(data, source, language, split) for split in splits}
        absent = [split for split in splits if not rows[split]]
        missing += [f"{source} {language} {split}" for split in absent]
        if not absent:
            found.append(FoundSet(source=source, language=language, rows=sum(rows.values())))
    return tuple(found), tuple(missing)


def _rows(data: Path, source: str, language: str, split: str) -> int:
    """0 where the file is not there."""
    path = data / "text" / source / f"{language}.{split}.csv"
    try:
        written = path.stat()
    except OSError:
        return 0
    return _counted(data, source, language, split, written.st_mtime_ns, written.st_size)


@lru_cache(maxsize=256)
def _counted(data: Path, source: str, language: str, split: str, _written: int, _bytes: int) -> int:
    """0 where the file is not in its format; counted again when it is another one."""
    from lfdrt.data.records import DataError, read_labelled

    try:
        return len(read_labelled(data, source, language, split))
    except (DataError, UnicodeDecodeError, OSError):
        return 0


@cache
def _sample() -> tuple[dict[str, int], frozenset[str]]:
    """Rows by language, and the classes; 0.1 s."""
    from lfdrt.data.sources.sample import read_sample
    from lfdrt.data.sources.sample import sample_languages as languages

    read = {code: read_sample(code) for code in languages()}
    labels = frozenset(row.label for rows in read.values() for row in rows)
    return {code: len(rows) for code, rows in read.items()}, labels
