"""Recordings for the page: made by a process each, followed, stopped, gone on with, kept.

One at a time, and none beside a training: both have the lock of the folder of runs. Knows no
components.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.jobs import words
from app.jobs.folders import JobRecord, clean_name, now, slug
from app.jobs.kept import RECORDINGS_FOLDER
from app.jobs.processes import Grace
from app.jobs.resumable import DONE, ResumableJobs, ResumableProcesses
from app.jobs.store import Store, writing
from app.models.requests import Refused
from app.places import RECORDINGS
from app.recordings import words as record_words
from app.recordings.board import RecordingBoard, RecordingLive
from app.recordings.folder import RecordingFolder, RecordingInfo, RecordingRecord
from app.recordings.spec import RecordSpec
from app.recordings.words import NOTE_LENGTH

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.recording import RecordedRun


class Recorders(ResumableProcesses[RecordingFolder]):
    """The processes of recordings. What is finished is kept by the recorder itself."""

    def waiting(self, run: RecordingFolder, record: JobRecord) -> bool:
        told = super().waiting(run, record)
        if told:
            run.tell_to_stop()
        return told


class RecordingJobs(ResumableJobs[RecordingFolder, RecordingRecord, RecordingInfo]):
    """All recordings below a folder of runs. single_user: whoever asks sees every one."""

    def __init__(
        self, runs: Path, *, device: str, single_user: bool, grace: Grace | None = None
    ) -> None:
        """Raises OSError."""
        runs = runs.resolve()
        self._device = device
        store = Store(runs / RECORDINGS_FOLDER, RecordingFolder, words.RECORDING.none,
                      single_user=single_user)  # fmt: skip
        recorders = Recorders(runs, self._command, words.RECORDING.not_started, grace or Grace())
        super().__init__(runs, words.RECORDING, store, recorders, RecordingBoard(recorders))

    def start(self, spec: RecordSpec, owner: str) -> str:
        """The new recording's id. Refused: something runs already, a name that is there or none."""
        kept = replace(
            spec,
            name=self._free_name(spec.name, owner),
            note=" ".join(spec.note.split())[:NOTE_LENGTH],
            checkpoint=spec.checkpoint.resolve(),
            data=spec.data.resolve() if spec.data is not None else None,
        )

        def filled(_: RecordingFolder) -> RecordingRecord:
            return RecordingRecord(
                name=kept.name, owner=self._store.kept_owner(owner), created=now(), spec=kept
            )

        return self._start(owner, filled)

    def live(self, run: str, owner: str) -> RecordingLive:
        return self._board.live(*self._store.mine(run, owner))

    def rename(self, run: str, owner: str, name: str) -> None:
        folder, _ = self._store.mine(run, owner)
        free = self._free_name(name, owner, besides=run)
        with writing():
            folder.change(name=free)

    def check(self, run: str, owner: str) -> None:
        """Refused where it is not there, or not this visitor's."""
        self._store.mine(run, owner)

    def whole(self, run: str) -> tuple[Path, RecordingRecord] | None:
        """Where a complete recording lies, for whoever was shown its id; None: there is none."""
        found = self._store.find(run)
        if found is None or not found[0].complete:
            return None
        return found[0].recording, found[1]

    def past(self) -> list[tuple[RecordSpec, float]]:
        """Recordings that one process made from start to end, with its seconds, newest first."""
        pairs = [record for _, record in self._store.runs() if record.ended == DONE]
        pairs.sort(key=lambda record: record.created, reverse=True)
        return [(record.spec, record.seconds) for record in pairs if record.seconds]

    def export(self, run: str, owner: str, folder: Path) -> Path:
        """A ZIP in `folder`, which is played where its folder is put beside the bundled ones."""
        from lfdrt.evaluation.recordings.files import read_recording, write_files
        from lfdrt.evaluation.recordings.recording import RecordingError

        found, record = self._store.mine(run, owner)
        try:
            recording = read_recording(found.recording)
            name = slug(record.name)
            made = folder / name
            made.mkdir(parents=True)
            write_files(made, replace(recording, run=named(recording.run, record)))
            path = folder / f"{name}.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
                for file in sorted(made.iterdir()):
                    out.write(file, f"{name}/{file.name}")
        except RecordingError as error:
            raise Refused(record_words.NOT_RECORDED.format(name=record.name)) from error
        except OSError as error:
            raise Refused(words.NOT_EXPORTED.format(why=error.strerror or error)) from error
        return path

    def _free_name(self, name: str, owner: str, besides: str = "") -> str:
        """As it is kept. Refused: none, or one that is in the visitor's list already."""
        from lfdrt.evaluation.recordings.files import list_recordings

        clean = clean_name(name, self._said.no_name)
        taken = [path.name for path in list_recordings(RECORDINGS)]
        taken += [info.name for info in self.history(owner) if info.id != besides]
        if clean.casefold() in map(str.casefold, taken):
            raise Refused(record_words.NAME_TAKEN.format(name=clean))
        return clean

    def _command(self, run: RecordingFolder) -> Sequence[str]:
        record = run.record()
        if record is None:
            raise Refused(self._said.none)
        command = record.spec.command(run.recording)
        return ["-m", "lfdrt", *command, "--device", self._device]


def named(run: RecordedRun, record: RecordingRecord) -> RecordedRun:
    """As its owner calls the recording and the model: its folders are called by ids."""
    return replace(run, name=record.name, checkpoint=record.spec.model)
