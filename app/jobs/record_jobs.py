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

from app import text_jobs as text
from app.jobs.families import RECORDINGS
from app.jobs.folders import clean_name, now
from app.jobs.kept import RECORDINGS_FOLDER, KeptJobs
from app.jobs.process import kill_tree
from app.jobs.processes import Grace, Processes, touched
from app.jobs.record_board import RecordingBoard, RecordingLive
from app.jobs.record_folder import (
    ACTIVE,
    DONE,
    GOES_ON,
    STOP,
    RecordingFolder,
    RecordingInfo,
    RecordingRecord,
)
from app.jobs.record_spec import RecordSpec
from app.jobs.spec import slug
from app.jobs.store import Store, writing
from app.service import Refused
from app.text_record import NOTE_LENGTH

if TYPE_CHECKING:
    from lfdrt.evaluation.recording import RecordedRun


class Recorders(Processes[RecordingFolder]):
    """The processes of recordings. What is finished is kept by the recorder itself."""

    def waiting(self, run: RecordingFolder, record: RecordingRecord) -> bool:
        if run.word() != STOP:
            return False
        run.tell_to_stop()
        return True

    def deadline(self, run: RecordingFolder) -> float:
        """Before its first event a recorder listens to nobody, and there is nothing to lose."""
        told = touched(run.control)
        return told + self.grace.seconds if run.events.is_file() else told

    def end(self, run: RecordingFolder, record: RecordingRecord) -> None:
        kill_tree(record.process, run.id)


class RecordingJobs(KeptJobs[RecordingFolder, RecordingRecord, RecordingInfo]):
    """All recordings below a folder of runs. single_user: whoever asks sees every one."""

    def __init__(
        self, runs: Path, *, device: str, single_user: bool, grace: Grace | None = None
    ) -> None:
        """Raises OSError."""
        runs = runs.resolve()
        self._device = device
        store = Store(runs / RECORDINGS_FOLDER, RecordingFolder, text.RECORDING.none,
                      single_user=single_user)  # fmt: skip
        recorders = Recorders(runs, self._command, text.RECORDING.not_started, grace or Grace())
        self._board: RecordingBoard = RecordingBoard(recorders)
        super().__init__(runs, text.RECORDING, store, recorders, self._board)
        for run, record in store.runs():
            if not record.ended and run.word() == STOP:
                recorders.watch(run)

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

    def resume(self, run: str, owner: str) -> None:
        """Go on with one that was stopped, lost or failed: finished sets are not done again."""
        folder, record = self._store.mine(run, owner)
        if self._board.info(folder, record).state not in GOES_ON:
            raise Refused(self._said.not_resumable.format(name=record.name))
        self._go_on(folder, owner, folder.begin_anew)

    def stop(self, run: str, owner: str) -> None:
        """Finished sets stay; a process that does not listen is ended."""
        folder, record = self._store.mine(run, owner)
        if self._board.info(folder, record).state not in ACTIVE:
            raise Refused(text.NOT_RUNNING.format(name=record.name))
        with writing():
            folder.say(STOP)
        self._processes.watch(folder)

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
        from lfdrt.evaluation.recording import RecordingError
        from lfdrt.evaluation.recording_files import read_recording, write_files

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
            raise Refused(text.NOT_RECORDED.format(name=record.name)) from error
        except OSError as error:
            raise Refused(text.NOT_EXPORTED.format(why=error.strerror or error)) from error
        return path

    def _free_name(self, name: str, owner: str, besides: str = "") -> str:
        """As it is kept. Refused: none, or one that is in the visitor's list already."""
        from lfdrt.evaluation.recording_files import list_recordings

        clean = clean_name(name, self._said.no_name)
        taken = [path.name for path in list_recordings(RECORDINGS)]
        taken += [info.name for info in self.history(owner) if info.id != besides]
        if clean.casefold() in map(str.casefold, taken):
            raise Refused(text.NAME_TAKEN.format(name=clean))
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
