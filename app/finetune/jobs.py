"""Trainings for the page: started, followed, steered, renamed, deleted, by their owners alone.

Knows no components.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.finetune import words as finetune_words
from app.finetune.archive import pack, unpack
from app.finetune.board import Board, doing
from app.finetune.estimates import estimate
from app.finetune.folder import ACTIVE, Record, RunFolder, RunInfo
from app.finetune.live import Live
from app.finetune.outcome import Outcome, read_outcome
from app.finetune.spec import JobSpec
from app.finetune.trainer import ENDING, Trainer, discard
from app.jobs import words
from app.jobs.copies import copied
from app.jobs.folders import clean_name, new_id, now
from app.jobs.kept import KeptJobs
from app.jobs.processes import Grace
from app.jobs.store import Store, writing
from app.models.requests import Refused

WORDS = ("go", "pause", *ENDING)


class Jobs(KeptJobs[RunFolder, Record, RunInfo]):
    """All runs of one folder. single_user: whoever asks sees every run; otherwise only its own."""

    def __init__(
        self, folder: Path, *, device: str, single_user: bool, grace: Grace | None = None
    ) -> None:
        self.folder, self.single_user = folder.resolve(), single_user
        self._device = device
        self._trainer = Trainer(
            self.folder,
            self._command,
            lambda run: doing(self._board.progress(run)),
            grace or Grace(),
        )
        self._board: Board = Board(self._trainer)
        said = words.TRAINING
        store = Store(self.folder, RunFolder, said.none, single_user=single_user)
        super().__init__(self.folder, said, store, self._trainer, self._board)
        for run, record in store.runs():
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
        """The new run's id. Refused: something runs already, no data, no room on the disk."""
        if spec.table is None and spec.images is None:
            raise Refused(finetune_words.NO_DATA)
        return self._start(owner, lambda made: self._filled(made, spec, owner))

    def resume(self, run: str, owner: str) -> None:
        """Go on with a run that is lost or failed, from its last saved state."""
        folder, record = self._store.mine(run, owner)
        if self._board.info(folder, record).state not in ("lost", "failed"):
            raise Refused(self._said.not_resumable.format(name=record.name))

        def prepare() -> None:
            folder.say("go")
            folder.change(last_try=False)

        self._go_on(folder, owner, prepare)

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
            raise Refused(words.NOT_RUNNING.format(name=record.name))
        if folder.word() != word:
            with writing():
                folder.say(word)
        if word in ENDING:
            self._trainer.watch(folder)

    def live(self, run: str, owner: str) -> Live:
        """The run as it stands. Costs 0.4 ms at 5,000 steps."""
        return self._board.live(*self._store.mine(run, owner))

    def outcome(self, run: str, owner: str) -> Outcome:
        """Before and after. Refused where there are no predictions."""
        folder, record = self._store.mine(run, owner)
        return read_outcome(folder, record.name, record.ended)

    def export(self, run: str, owner: str, folder: Path) -> Path:
        """A ZIP in `folder` with the model and what came of it."""
        found, record = self._store.mine(run, owner)
        if not found.has_checkpoint or self._trainer.alive(found, record):
            raise Refused(finetune_words.NO_CHECKPOINT.format(name=record.name))
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

    def _filled(self, made: RunFolder, spec: JobSpec, owner: str) -> Record:
        kept, names = copied(spec, made.path)
        return Record(
            name=clean_name(spec.name, self._said.no_name),
            owner=self._store.kept_owner(owner),
            created=now(),
            spec=kept,
            files=names,
        )

    def _command(self, run: RunFolder) -> Sequence[str]:
        record = run.record()
        if record is None:
            raise Refused(self._said.none)
        command = record.spec.below(run.path).command(run.path)
        return ["-m", "lfdrt", *command, "--device", self._device]
