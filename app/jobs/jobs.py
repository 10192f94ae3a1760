"""Trainings for the page: started, followed, steered, renamed, deleted, by their owners alone.

Knows no components. Every method with a run's id gives one sentence for a run that is not there and
for one that is another visitor's.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app import text_jobs as text
from app.jobs.archive import pack, unpack
from app.jobs.copies import copied
from app.jobs.estimates import estimate
from app.jobs.last_words import failure
from app.jobs.live import Live, Progress, Tail, live_of
from app.jobs.outcome import Outcome, read_outcome
from app.jobs.runs import (
    ACTIVE,
    ENDS,
    FINAL,
    Record,
    RunFolder,
    RunInfo,
    forgotten,
    half_made,
    is_id,
    new_id,
    now,
)
from app.jobs.spec import JobSpec
from app.jobs.trainer import ENDING, Grace, Trainer, discard
from app.service import Refused

HALF_MADE_FOR = 86_400.0  # s
NAME_LENGTH = 120  # characters
WORDS = ("go", "pause", *ENDING)

log = logging.getLogger(__name__)


class Jobs:
    """All runs of one folder. single_user: whoever asks sees every run; otherwise only its own."""

    def __init__(
        self, folder: Path, *, device: str, single_user: bool, grace: Grace | None = None
    ) -> None:
        self.folder, self.single_user = folder.resolve(), single_user
        self.folder.mkdir(parents=True, exist_ok=True)
        self._device = device
        self._trainer = Trainer(self.folder, self._command, self._answered, grace or Grace())
        self._tails: dict[str, Tail] = {}
        self._reading = threading.Lock()
        self._clean_up()
        for run in self._runs():
            record = run.record()
            if record and not record.ended and run.word() in ENDING and self._trainer.alive(run):
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
        folder, record = self._mine(run, owner)
        if self._info(folder, record).state not in ("lost", "failed"):
            raise Refused(text.NOT_RESUMABLE.format(name=record.name))
        self._reserve(run, owner)
        folder.say("go")
        self._trainer.begin(folder)

    def say(self, run: str, owner: str, word: str) -> None:
        """pause, go, keep or discard; the last two end a process that does not listen."""
        if word not in WORDS:
            raise ValueError(f"{word!r} is none of {', '.join(WORDS)}")
        folder, record = self._mine(run, owner)
        state = self._info(folder, record).state
        if state in ("lost", "failed") and word == "discard":
            discard(folder)
            return
        if state not in ACTIVE:
            raise Refused(text.NOT_RUNNING.format(name=record.name))
        if folder.word() != word:
            folder.say(word)
        if word in ENDING:
            self._trainer.watch(folder)

    def live(self, run: str, owner: str) -> Live:
        """The run as it stands. Measured: see tests/benchmarks and `test_jobs_live`."""
        folder, record = self._mine(run, owner)
        progress = self._progress(folder)
        info = self._info(folder, record)
        said = self._failure(folder, info.state)
        with self._reading:
            return live_of(info, progress, active=info.state in ACTIVE, failure=said)

    def history(self, owner: str) -> list[RunInfo]:
        """Newest first."""
        found = []
        for run in self._runs():
            record = run.record()
            if record is not None and self._visible(record, owner):
                found.append(self._info(run, record))
        return sorted(found, key=lambda info: (info.created, info.id), reverse=True)

    def busy(self) -> RunInfo | None:
        """The run that holds the lock, whoever's it is."""
        held = self._trainer.lock.holder()
        if held is None:
            return None
        run = RunFolder(self.folder / held.run)
        record = run.record()
        return None if record is None else self._info(run, record)

    def rename(self, run: str, owner: str, name: str) -> None:
        folder, record = self._mine(run, owner)
        folder.write(replace(record, name=_name(name)))

    def delete(self, run: str, owner: str) -> None:
        """The run and the copies of its data. Refused while it runs."""
        folder, record = self._mine(run, owner)
        if self._trainer.alive(folder):
            raise Refused(text.STILL_RUNNING.format(name=record.name))
        try:  # a rename first: a run is there or not, never half
            gone = half_made(self.folder)
            folder.path.rename(gone / "run")
        except OSError as error:
            why = error.strerror or error
            raise Refused(text.NOT_DELETED.format(name=record.name, why=why)) from error
        shutil.rmtree(gone, ignore_errors=True)
        self._tails.pop(run, None)

    def outcome(self, run: str, owner: str) -> Outcome:
        """Before and after. Refused where there are no predictions."""
        folder, record = self._mine(run, owner)
        return read_outcome(folder, record.name)

    def export(self, run: str, owner: str, folder: Path) -> Path:
        """A ZIP in `folder` with the model and what came of it."""
        found, record = self._mine(run, owner)
        if not found.has_checkpoint or self._trainer.alive(found):
            raise Refused(text.NO_CHECKPOINT.format(name=record.name))
        return pack(found, record, folder)

    def import_zip(self, file: Path, owner: str) -> str:
        """The id of a run from a ZIP that `export` made; every part of it is checked."""
        made = half_made(self.folder)
        try:
            record = unpack(file, made)
            run = RunFolder(self.folder / new_id())
            RunFolder(made).write(replace(record, owner=self._owner(owner)))
            made.rename(run.path)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return run.id

    def estimate(
        self, rows: int, pictures: int, preset: str, changes: dict[str, object]
    ) -> float:  # fmt: skip
        """Seconds; from the newest finished run like it on this machine, else as measured here."""
        return estimate(
            self._finished_runs(), rows, pictures=pictures, preset=preset, changes=changes
        )

    def _reserve(self, run: str, owner: str) -> None:
        if self._trainer.reserve(run):
            return
        held = self._trainer.lock.holder()
        record = RunFolder(self.folder / held.run).record() if held else None
        if record is not None and self._visible(record, owner):
            raise Refused(text.BUSY_OWN.format(name=record.name))
        raise Refused(text.BUSY)

    def _fill(self, run: RunFolder, spec: JobSpec, owner: str) -> None:
        made = half_made(self.folder)
        try:
            kept, names = copied(spec, made)
            record = Record(
                name=_name(spec.name),
                owner=self._owner(owner),
                created=now(),
                spec=kept,
                files=names,
            )
            RunFolder(made).write(record)
            made.rename(run.path)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _command(self, run: RunFolder) -> Sequence[str]:
        record = run.record()
        if record is None:
            raise Refused(text.NO_RUN)
        command = record.spec.below(run.path).command(run.path)
        return ["-m", "lfdrt", *command, "--device", self._device]

    def _answered(self, run: RunFolder) -> bool:
        progress = self._progress(run)
        return progress.finished is not None or progress.stage == "saving"

    def _owner(self, owner: str) -> str:
        return "" if self.single_user else owner

    def _visible(self, record: Record, owner: str) -> bool:
        return self.single_user or (owner != "" and secrets.compare_digest(record.owner, owner))

    def _mine(self, run: str, owner: str) -> tuple[RunFolder, Record]:
        folder = RunFolder(self.folder / run) if is_id(run) else None
        record = folder.record() if folder is not None else None
        if folder is None or record is None or not self._visible(record, owner):
            raise Refused(text.NO_RUN)
        return folder, record

    def _runs(self) -> list[RunFolder]:
        return [RunFolder(path) for path in self.folder.iterdir() if is_id(path.name)]

    def _finished_runs(self) -> list[tuple[Record, RunFolder]]:
        """Newest first; of any owner: only their speed is used."""
        pairs = [(run.record(), run) for run in self._runs()]
        done = [(r, run) for r, run in pairs if r is not None and r.ended == "done"]
        return sorted(done, key=lambda pair: pair[0].created, reverse=True)

    def _progress(self, run: RunFolder) -> Progress:
        with self._reading:
            return self._tails.setdefault(run.id, Tail(run.events)).read()

    def _info(self, run: RunFolder, record: Record) -> RunInfo:
        state, reason = self._state(run, record)
        if state in FINAL and state != record.ended:
            run.change(ended=state, reason=reason)
        return RunInfo(
            id=run.id,
            name=record.name,
            owner=record.owner,
            state=state,
            created=record.created,
            language=record.spec.language,
            rows=record.spec.rows,
            preset=record.spec.preset,
            checkpoint=run.checkpoint if state in FINAL and run.has_checkpoint else None,
            reason=reason,
            base=record.spec.checkpoint.name,
        )

    def _state(self, run: RunFolder, record: Record) -> tuple[str, str]:
        """State and reason. A process that has ended is done only with all it had to write."""
        if record.ended:
            return record.ended, record.reason
        alive = self._trainer.alive(run)
        progress = self._progress(run)
        if alive:
            word = run.word()
            if word in ENDING:
                return "stopping", ""
            if not progress.seen:
                return "starting", ""
            return ("paused" if word == "pause" else "running"), ""
        finished = progress.finished
        if finished is not None and (run.has_checkpoint or finished.reason == "discarded"):
            return ENDS.get(finished.reason, "done"), finished.reason
        return ("failed" if self._failure(run, "failed") else "lost"), ""

    def _failure(self, run: RunFolder, state: str) -> str:
        record = run.record()
        if record is None or state not in ("failed", "lost"):
            return ""
        return record.note or failure(run.log, record.log_from, run.path)

    def _clean_up(self) -> None:
        """Only what never became a run; nobody's run is removed by itself."""
        for path in forgotten(self.folder, older=HALF_MADE_FOR):
            shutil.rmtree(path, ignore_errors=True)


def _name(name: str) -> str:
    """One line, not empty, not endless. Raises Refused."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in name).split())[:NAME_LENGTH]
    if not clean:
        raise Refused(text.NO_NAME)
    return clean
