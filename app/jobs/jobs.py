"""Trainings for the page: started, followed, steered, renamed, deleted, by their owners alone.

Knows no components. Every method with a run's id gives one sentence for a run that is not there and
for one that is another visitor's.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app import text_jobs as text
from app.jobs.archive import pack, unpack
from app.jobs.board import Board, doing
from app.jobs.copies import copied
from app.jobs.estimates import estimate
from app.jobs.live import Live
from app.jobs.outcome import Outcome, read_outcome
from app.jobs.runs import (
    ACTIVE,
    Record,
    RunFolder,
    RunInfo,
    clean_name,
    half_made,
    new_id,
    now,
)
from app.jobs.spec import JobSpec
from app.jobs.store import Store, writing
from app.jobs.trainer import ENDING, Grace, Trainer, discard
from app.service import Refused

WORDS = ("go", "pause", *ENDING)


class Jobs:
    """All runs of one folder. single_user: whoever asks sees every run; otherwise only its own."""

    def __init__(
        self, folder: Path, *, device: str, single_user: bool, grace: Grace | None = None
    ) -> None:
        self.folder, self.single_user = folder.resolve(), single_user
        self._store = Store(self.folder, single_user=single_user)
        self._device = device
        self._trainer = Trainer(
            self.folder,
            self._command,
            lambda run: doing(self._board.progress(run)),
            grace or Grace(),
        )
        self._board = Board(self._trainer)
        for run, record in self._store.runs():
            if not record.ended and run.word() in ENDING:
                self._trainer.watch(run)

    @property
    def secret(self) -> str:
        """For what a browser keeps of this app: the same after a restart."""
        path = self.folder / "browser.secret"
        try:
            with path.open("x", encoding="utf-8") as file:
                path.chmod(0o600)
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        return path.read_text(encoding="utf-8")

    def start(self, spec: JobSpec, owner: str) -> str:
        """The new run's id. Refused: a training runs already, no data, no room on the disk."""
        if spec.table is None and spec.images is None:
            raise Refused(text.NO_DATA)
        self._store.check_owner(owner)
        run = RunFolder(self.folder / new_id())
        self._reserve(run.id, owner)
        try:
            self._fill(run, spec, owner)
        except BaseException:
            self._trainer.lock.release(run.id)
            raise
        self._trainer.begin(run)
        return run.id

    def resume(self, run: str, owner: str) -> None:
        """Go on with a run that is lost or failed, from its last saved state."""
        folder, record = self._store.mine(run, owner)
        if self._board.info(folder, record).state not in ("lost", "failed"):
            raise Refused(text.NOT_RESUMABLE.format(name=record.name))
        self._reserve(run, owner)
        try:
            with writing():
                folder.say("go")
                folder.change(last_try=False)
        except BaseException:
            self._trainer.lock.release(run)
            raise
        self._trainer.begin(folder)

    def say(self, run: str, owner: str, word: str) -> None:
        """pause, go, keep or discard; the last two end a process that does not listen."""
        if word not in WORDS:
            raise ValueError(f"{word!r} is none of {', '.join(WORDS)}")
        folder, record = self._store.mine(run, owner)
        state = self._board.info(folder, record).state
        if state in ("lost", "failed") and word == "discard":
            discard(folder)
            return
        if state not in ACTIVE:
            raise Refused(text.NOT_RUNNING.format(name=record.name))
        if folder.word() != word:
            with writing():
                folder.say(word)
        if word in ENDING:
            self._trainer.watch(folder)

    def live(self, run: str, owner: str) -> Live:
        """The run as it stands. Costs 0.4 ms at 5,000 steps."""
        return self._board.live(*self._store.mine(run, owner))

    def history(self, owner: str) -> list[RunInfo]:
        """Newest first."""
        pairs = [
            (run, record)
            for run, record in self._store.runs()
            if self._store.visible(record, owner)
        ]
        found = [self._board.info(run, record) for run, record in pairs]
        return sorted(found, key=lambda info: (info.created, info.id), reverse=True)

    def busy(self) -> RunInfo | None:
        """The run that holds the lock, whoever's it is."""
        held = self._trainer.lock.holder()
        if held is None:
            return None
        run = RunFolder(self.folder / held.run)
        record = run.record()
        if record is None:  # its data are being copied
            record = Record(name="", owner="", created=now(), spec=JobSpec(table=None), files={})
        return self._board.info(run, record)

    def rename(self, run: str, owner: str, name: str) -> None:
        folder, _ = self._store.mine(run, owner)
        with writing():
            folder.change(name=clean_name(name))

    def delete(self, run: str, owner: str) -> None:
        """The run and the copies of its data. Refused while it runs."""
        folder, record = self._store.mine(run, owner)
        if self._trainer.alive(folder, record):
            raise Refused(text.STILL_RUNNING.format(name=record.name))
        with writing():
            gone = half_made(self.folder)
        try:  # a rename first: a run is there or not, never half
            folder.path.rename(gone / "run")
        except OSError as error:
            why = error.strerror or error
            raise Refused(text.NOT_DELETED.format(name=record.name, why=why)) from error
        finally:
            shutil.rmtree(gone, ignore_errors=True)
        self._board.forget(run)

    def outcome(self, run: str, owner: str) -> Outcome:
        """Before and after. Refused where there are no predictions."""
        folder, record = self._store.mine(run, owner)
        return read_outcome(folder, record.name, record.ended)

    def export(self, run: str, owner: str, folder: Path) -> Path:
        """A ZIP in `folder` with the model and what came of it."""
        found, record = self._store.mine(run, owner)
        if not found.has_checkpoint or self._trainer.alive(found, record):
            raise Refused(text.NO_CHECKPOINT.format(name=record.name))
        return pack(found, record, folder)

    def import_zip(self, file: Path, owner: str) -> str:
        """The id of a run from a ZIP that `export` made; every part of it is checked."""
        self._store.check_owner(owner)
        with self._store.making() as made:
            record = replace(unpack(file, made.path), owner=self._store.kept_owner(owner))
            return self._store.finish(made, record, new_id())

    def estimate(
        self, rows: int, pictures: int, preset: str, changes: dict[str, object]
    ) -> float:  # fmt: skip
        """Seconds; from the newest finished run like it on this machine, else as measured here."""
        done = [(record, run) for run, record in self._store.runs() if record.ended == "done"]
        done.sort(key=lambda pair: pair[0].created, reverse=True)
        past = ((record, self._board.progress(run)) for record, run in done)
        return estimate(past, rows, pictures=pictures, preset=preset, changes=changes)

    def _reserve(self, run: str, owner: str) -> None:
        with writing():
            if self._trainer.reserve(run):
                return
        held = self._trainer.lock.holder()
        record = RunFolder(self.folder / held.run).record() if held else None
        if record is not None and self._store.visible(record, owner):
            raise Refused(text.BUSY_OWN.format(name=record.name))
        raise Refused(text.BUSY)

    def _fill(self, run: RunFolder, spec: JobSpec, owner: str) -> None:
        with self._store.making() as made:
            kept, names = copied(spec, made.path)
            record = Record(
                name=clean_name(spec.name),
                owner=self._store.kept_owner(owner),
                created=now(),
                spec=kept,
                files=names,
            )
            self._store.finish(made, record, run.id)

    def _command(self, run: RunFolder) -> Sequence[str]:
        record = run.record()
        if record is None:
            raise Refused(text.NO_RUN)
        command = record.spec.below(run.path).command(run.path)
        return ["-m", "lfdrt", *command, "--device", self._device]
