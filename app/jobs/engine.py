"""Runs the jobs of one kind: begun, followed, steered, ended, gone on with, by their owners alone.

All jobs of a machine share one lock, and each is a process that outlives the app, or a thread of
the app where a process would only load what the app has. Every method with a job's id gives one
sentence for a job that is not there and for one that is another visitor's.
"""

from __future__ import annotations

import logging
import os
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic

from app.jobs import words
from app.jobs.follow import Tails, last_words
from app.jobs.kind import (
    ACTIVE,
    DISCARD,
    DISCARDED,
    DONE,
    GO,
    GOES_ON,
    KEEP,
    PAUSE,
    STOP,
    Info,
    Kind,
    Live,
    P,
    S,
    copied,
)
from app.jobs.process import Holder, RunLock, begin, give_way, kill_tree, lives, mark_of
from app.jobs.store import JobFolder, JobRecord, Store, clean_name, new_id, now, touched, writing
from app.models.requests import Refused
from app.places import HOME
from lfdrt.errors import UserError

TO_FINISH = 10
"""A process that has stopped its steps may be silent for so many times the grace while it writes
what it keeps: predictions of 100,000 rows and a checkpoint take minutes on a slow disk."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Grace:
    """seconds: from the word to stop to the kill. look: between two looks."""

    seconds: float = 60.0
    look: float = 1.0


class Patience:
    """How long a process that was told to end has had. Counted from look to look, so that neither a
    clock that is set nor a machine that sleeps takes any of it away or adds to it."""

    def __init__(self, grace: Grace) -> None:
        self._grace, self._sign, self._waited = grace, -1.0, 0.0
        self._looked = time.monotonic()

    def is_over(self, phase: str, run: JobFolder[Any]) -> bool:
        """While it prepares it obeys nobody, and there is nothing to lose; one that writes what it
        keeps has its time from its last sign of life on."""
        sign = max(map(touched, run.path.iterdir())) if phase == "saving" else touched(run.control)
        now = time.monotonic()
        apart, self._looked = min(now - self._looked, 2 * self._grace.look), now
        self._waited = self._waited + apart if sign == self._sign else 0.0
        self._sign = sign
        most = {"preparing": 0.0, "saving": TO_FINISH * self._grace.seconds}
        return self._waited >= most.get(phase, self._grace.seconds)


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What the engines of all kinds share. runs: the folder of runs, resolved. single_user: whoever
    asks sees every job; otherwise only its own."""

    runs: Path
    device: str
    single_user: bool
    kinds: tuple[Kind[Any, Any], ...]
    grace: Grace = Grace()

    @property
    def lock(self) -> RunLock:
        return RunLock(self.runs)

    def at_work(self) -> tuple[words.JobWords, JobRecord[Any]] | None:
        """What holds the lock; None while its folder is being filled."""
        held = self.lock.holder()
        if held is None:
            return None
        for kind in self.kinds:
            record = JobFolder(self.runs / kind.folder / held.run, kind.spec).record()
            if record is not None:
                return kind.words, record
        return None


class Engine(Generic[S, P]):
    def __init__(self, kind: Kind[S, P], machine: Machine) -> None:
        self.kind, self.machine, self._said = kind, machine, kind.words
        folder = machine.runs / kind.folder
        self.store = Store(folder, kind.spec, kind.words, single_user=machine.single_user)
        self._tails = Tails(kind.sums)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._watched: set[str] = set()
        self._guard = threading.Lock()

    def open(self) -> None:
        """Take up what an earlier app left: what runs is watched, what has ended is written down.
        Raises OSError."""
        self.store.open()
        for run, record in self.store.runs():
            if not record.ended:
                self._watch(run) if self.alive(run, record) else self.settle(run)

    def history(self, owner: str) -> list[Info[S]]:
        """Newest first."""
        found = [
            self._info(run, record)
            for run, record in self.store.runs()
            if self.store.visible(record.owner, owner)
        ]
        return sorted(found, key=lambda info: (info.created, info.id), reverse=True)

    def live(self, run: str, owner: str) -> Live[S, P]:
        """The job as it stands. 0.4 ms for a training of 5,000 steps."""
        folder, record = self.store.mine(run, owner)
        info = self._info(folder, record)
        state, elapsed = info.state, None
        if state in ACTIVE and record.process is not None:
            elapsed = max(0.0, time.time() - record.process.create_time)
        failure = ""
        if state in ("failed", "lost"):
            record = folder.record() or record  # what was written when it was ended
            failure = record.note or last_words(folder, record)
        if state == "lost":
            failure = failure or self._said.lost
        return Live(info=info, sums=self.sums(folder), elapsed=elapsed, failure=failure)

    def sums(self, run: JobFolder[S]) -> P:
        """What its events come to, whoever's it is."""
        return self._tails.look(run)

    def start(self, spec: S, owner: str, here: Callable[[Path, S], None] | None = None) -> str:
        """The new job's id. Refused: something runs already, no name, no room on the disk.

        here: does it in a thread of this program, in place of a process that would have to load
        what is loaded already: writes the same events and obeys the same file, from the job's
        folder. It ends with this program, and can then go on as a process.
        """
        self.store.check_owner(owner)
        name, run = self._named(spec.name, owner), new_id()
        with self._reserved(run, owner), self.store.making() as made:
            kept, names = copied(spec, made.path)
            record = JobRecord(name=name, owner="", created=now(), spec=kept, files=names)
            folder = self.store.finish(made, run, owner, record)
        self._begin(folder) if here is None else self._begin_here(folder, here)
        return run

    def resume(self, run: str, owner: str) -> None:
        """Go on with one that was stopped, lost or failed: what is finished is not done again."""
        folder, record = self.store.mine(run, owner)
        if self._state(folder, record)[0] not in GOES_ON:
            raise Refused(self._said.not_resumable.format(name=record.name))
        self._go_on(folder, record.spec, owner)

    def again(self, run: str, owner: str, **changes: Any) -> None:
        """Once more, with `changes` of what was asked: of a kind that does so, one that is over,
        and whatever `resume` takes."""
        folder, record = self.store.mine(run, owner)
        state, reason = self._state(folder, record)
        if state in ACTIVE:
            raise Refused(words.STILL_RUNNING.format(name=record.name))
        if state not in GOES_ON and reason not in self.kind.again:
            raise Refused(self._said.not_resumable.format(name=record.name))
        self._go_on(folder, replace(record.spec, **changes), owner)

    def _go_on(self, folder: JobFolder[S], spec: S, owner: str) -> None:
        with self._reserved(folder.id, owner), writing():
            folder.say(GO)
            folder.change(last_try=False, ended="", spec=spec)
            if not self.kind.trims:  # what an earlier process said is past
                folder.events.unlink(missing_ok=True)
        self._begin(folder)

    def say(self, run: str, owner: str, word: str) -> None:
        """One of the words that this kind obeys; a process that does not is ended after the grace.
        What is not at work any more can still be discarded."""
        if word not in self.kind.obeys:
            raise ValueError(f"{word!r} is none of {', '.join(sorted(self.kind.obeys))}")
        folder, record = self.store.mine(run, owner)
        state, _ = self._state(folder, record)
        if state not in ACTIVE and not (word == DISCARD and state in GOES_ON):
            raise Refused(words.NOT_RUNNING.format(name=record.name))
        if folder.word() != word:
            with writing():
                folder.say(word)
        self._watch(folder) if state in ACTIVE else self.settle(folder)

    def rename(self, run: str, owner: str, name: str) -> None:
        folder, _ = self.store.mine(run, owner)
        clean = self._named(name, owner, besides=run)
        with writing():
            folder.change(name=clean)

    def delete(self, run: str, owner: str) -> None:
        """All of its folder, also of one that cannot be read. Refused while it runs."""
        damaged = {folder.id: folder for folder in self.store.damaged(owner)}
        folder, record = (damaged[run], None) if run in damaged else self.store.mine(run, owner)
        name = record.name if record is not None else self._said.damaged
        if self.alive(folder, record):
            raise Refused(words.STILL_RUNNING.format(name=name))
        self._remove(folder, name)

    def erase(self, gone: Callable[[str], bool]) -> list[str]:
        """The ids of all jobs of owners that are `gone`: ended where they run, and deleted. A
        folder that cannot be deleted now stays for the next call."""
        erased = []
        for folder, record in self.store.all():
            if not gone(record.owner if record is not None else folder.owner()):
                continue
            self._kill(folder, record)
            erased.append(folder.id)
            try:
                self._remove(folder, folder.id)
            except Refused as why:
                log.warning("%s", why)
        return erased

    def settle(self, run: JobFolder[S]) -> None:
        """Write down the end of a job that is over for good, and clear what it needs no more; of
        any other nothing changes. Raises OSError."""
        record = run.record()
        if record is None or record.ended:
            return
        state, reason = self._state(run, record)
        if state != DONE:
            return
        run.change(ended=reason, seconds=_took(run, record))
        self.kind.clear(run.path, reason)
        run.control.unlink(missing_ok=True)

    def alive(self, run: JobFolder[S], record: JobRecord[S] | None) -> bool:
        """Whether its process lives, or is about to be begun."""
        with self._guard:
            child = self._children.get(run.id)
            if child is not None and child.poll() is not None:  # reaped: no zombie stays
                del self._children[run.id]
        if record is not None and lives(record.process, run.id):
            return True
        held = self.machine.lock.holder()
        return held is not None and held.run == run.id

    def _state(self, run: JobFolder[S], record: JobRecord[S]) -> tuple[str, str]:
        """State and reason. What has no process is done only with all it had to write."""
        if record.ended:
            return DONE, record.ended
        alive = self.alive(run, record)  # first: it writes its end before it is gone
        word, sums = run.word(), self.sums(run)
        if alive:
            if word in self.kind.ends:
                return "stopping", ""
            at_work = "paused" if self.kind.pauses and word == PAUSE else "running"
            return (at_work if sums.seen else "starting"), ""
        record = run.record() or record  # a note is written before the process is ended
        reason = self.kind.whole(run.path, sums) or (DISCARDED if word == DISCARD else "")
        if reason:
            return DONE, reason
        if not record.note and last_words(run, record):
            return "failed", ""
        return ("stopped" if word == STOP else "lost"), ""

    def _info(self, run: JobFolder[S], record: JobRecord[S]) -> Info[S]:
        state, reason = self._state(run, record)
        return Info(
            id=run.id,
            name=record.name,
            owner=record.owner,
            state=state,
            reason=reason,
            created=record.created,
            spec=record.spec,
            folder=run.path,
        )

    def _named(self, name: str, owner: str, besides: str = "") -> str:
        """As it is kept. Refused: none, or one that is taken."""
        clean = clean_name(name, self._said.no_name)
        if self.kind.taken is not None:
            own = (info.name for info in self.history(owner) if info.id != besides)
            if clean.casefold() in map(str.casefold, (*self.kind.taken(), *own)):
                raise Refused(self._said.name_taken.format(name=clean))
        return clean

    @contextmanager
    def _reserved(self, run: str, owner: str) -> Iterator[None]:
        """The lock is this job's while its folder is made ready; free where that fails. Refused:
        another has it."""
        with writing():
            taken = self.machine.lock.take(_ours(run))
        if not taken:
            said, record = self.machine.at_work() or (self._said, None)
            if record is not None and self.store.visible(record.owner, owner):
                raise Refused(said.busy_own.format(name=record.name))
            raise Refused(said.busy)
        try:
            yield
        except BaseException:
            self.machine.lock.release(run)
            raise

    def _begin(self, run: JobFolder[S]) -> None:
        """The job's process, which takes the lock over. Raises Refused, the lock being free and no
        process left: what runs unrecorded could never be stopped."""
        child = None
        try:
            record = run.record()
            if record is None:
                raise Refused(self._said.none)
            command = ["-m", *self.kind.command(run.path, record.spec.below(run.path))]
            command += ["--device", self.machine.device]
            start = run.log.stat().st_size if run.log.is_file() else 0
            child = begin(command, cwd=HOME, log=run.log)
            mark = mark_of(child.pid)
            run.change(process=mark, log_from=start, note="")
            self.machine.lock.hand_over(Holder(run=run.id, process=mark))
        except BaseException as error:
            if child is not None:
                kill_tree(mark_of(child.pid), run.id)
                child.wait()
            self.machine.lock.release(run.id)
            if isinstance(error, OSError):
                why = error.strerror or error
                raise Refused(self._said.not_started.format(why=why)) from error
            raise
        with self._guard:
            self._children[run.id] = child
        give_way(mark)  # single predictions of the page stay quick beside it
        self._watch(run)

    def _begin_here(self, run: JobFolder[S], here: Callable[[Path, S], None]) -> None:
        """The lock stays ours as long as the thread is at work."""
        thread = threading.Thread(
            target=self._done_here, args=(run, here), name="job-here", daemon=True
        )
        with self._guard:
            self._threads[run.id] = thread
        thread.start()
        self._watch(run)

    def _done_here(self, run: JobFolder[S], here: Callable[[Path, S], None]) -> None:
        """What it fails with is told as a process would."""
        try:
            if (record := run.record()) is not None:
                here(run.path, record.spec.below(run.path))
        except Exception as error:
            told = traceback.format_exc()
            if isinstance(error, UserError):
                told = f"lfdrt: {' '.join(str(error).split())}\n"
            with suppress(OSError):  # the folder may be gone
                run.log.write_text(told, encoding="utf-8")
        finally:
            with self._guard:
                del self._threads[run.id]
            self.machine.lock.release(run.id)

    def _watch(self, run: JobFolder[S]) -> None:
        """Until its process is gone: end it where it does not obey, and write its end down."""
        with self._guard:
            if run.id in self._watched:
                return
            self._watched.add(run.id)
        threading.Thread(target=self._watching, args=(run,), name="job", daemon=True).start()

    def _watching(self, run: JobFolder[S]) -> None:
        patience = Patience(self.machine.grace)
        try:
            while (record := run.record()) is not None and self.alive(run, record):
                told = run.word() in self.kind.ends and not record.last_try
                if told and patience.is_over(self.sums(run).phase, run):
                    self._end(run, record)
                    patience = Patience(self.machine.grace)
                time.sleep(self.machine.grace.look)
            self.settle(run)
        except Exception:
            log.exception("following %s %s failed", self._said.noun, run.id)
        finally:
            with self._guard:
                self._watched.discard(run.id)

    def _end(self, run: JobFolder[S], record: JobRecord[S]) -> None:
        """Kill it; what was to be kept is written by a process that does nothing else."""
        keeps, saved = run.word() == KEEP, self.kind.saved(run.path)
        if keeps:  # before it is gone, or a look in between finds no reason
            run.change(note=words.NOT_KEPT if saved else words.NOTHING_KEPT)
        again = keeps and saved
        if again:
            run.change(last_try=True)
            self.machine.lock.hand_over(_ours(run.id))
        self._kill(run, record, free=not again)
        if again:
            try:
                self._begin(run)
            except Refused as why:
                log.warning("%s", why)

    def _kill(self, run: JobFolder[S], record: JobRecord[S] | None, *, free: bool = True) -> None:
        """Its process is gone at once, whatever it was told, and the lock with it."""
        mark = record.process if record is not None else None
        held = self.machine.lock.holder()
        if mark is None and held is not None and held.run == run.id:
            mark = held.process if held.process.pid != os.getpid() else None
        kill_tree(mark, run.id)
        with self._guard:
            child, thread = self._children.pop(run.id, None), self._threads.get(run.id)
        if thread is not None:  # nothing kills one: it reads this after each of its steps
            run.say(STOP)
            thread.join()
        if child is not None:
            child.poll()  # reaped
        if free:
            self.machine.lock.release(run.id)

    def _remove(self, folder: JobFolder[S], name: str) -> None:
        self.store.remove(folder, name)
        self._tails.forget(folder.id)


class Engines:
    """Those of all kinds of a machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._all = {kind.folder: Engine(kind, machine) for kind in machine.kinds}

    def open(self) -> None:
        """Raises OSError."""
        for engine in self:
            engine.open()

    def of(self, kind: Kind[S, P]) -> Engine[S, P]:
        return self._all[kind.folder]

    def __iter__(self) -> Iterator[Engine[Any, Any]]:
        return iter(self._all.values())


def _ours(run: str) -> Holder:
    """The lock is held by this program, for a process that is about to begin."""
    return Holder(run=run, process=mark_of(os.getpid()))


def _took(run: JobFolder[Any], record: JobRecord[Any]) -> float:
    """Seconds; 0 where an earlier process had its part in it. The last it does is to say so."""
    if record.process is None or record.log_from:
        return 0.0
    return max(0.0, touched(run.log) - record.process.create_time)
