"""Commands of `python -m lfdrt` as processes side by side, each when what it needs is over.

A process of its own can be ended at the minute, and takes nobody along when it fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from lfdrt.config import from_dict
from lfdrt.errors import UserError
from lfdrt.runs.files import write_json
from lfdrt.weights import read_object

DONE, FAILED, CUT, WAITED = "done", "failed", "cut", "not begun"
POLL = 0.2  # seconds
TOLD = 400
"""Characters of a failed job's last words that its outcome keeps; its log has all."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """command: its words, asked for when it begins; UserError: it cannot. after: jobs that must be
    over before, however they ended."""

    name: str
    command: Callable[[], list[str]]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """state: done, failed, cut (the time was over) or not begun. said: why it is not done."""

    state: str
    seconds: float = 0.0
    said: str = ""


@dataclass(frozen=True)
class _Running:
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    begun: float


class Jobs:
    """Runs jobs until `deadline` (of `time.monotonic`), `width` at a time.

    `folder` keeps a log of each and outcomes.json, so that jobs that were done once are not done
    again. told: is called with what changed, a line.
    """

    def __init__(
        self, folder: Path, *, deadline: float, width: int, told: Callable[[str], None]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._deadline, self._width, self._told = folder, deadline, width, told
        self._file = folder / "outcomes.json"
        held = read_object(self._file) if self._file.is_file() else {}
        self.outcomes = {name: from_dict(Outcome, one) for name, one in held.items()}

    def run(self, jobs: Sequence[Job], changed: Callable[[], None]) -> None:
        """The first ready job of the list begins first. `changed`: called after each that ends."""
        waiting = [job for job in jobs if not self._done(job.name)]
        over = {job.name for job in jobs} - {job.name for job in waiting}
        running: dict[str, _Running] = {}
        try:
            while waiting or running:
                if time.monotonic() > self._deadline:
                    break
                if len(running) < self._width and (job := _ready(waiting, over, jobs)):
                    waiting.remove(job)
                    if (one := self._begun(job)) is not None:
                        running[job.name] = one
                        continue
                    ended = {job.name}
                else:
                    ended = {n for n, one in running.items() if one.process.poll() is not None}
                for name in ended:
                    if name in running:
                        self._end(name, running.pop(name))
                    over.add(name)
                    changed()
                if not ended:
                    time.sleep(POLL)
        finally:
            for one in running.values():
                one.process.terminate()
            for name, one in running.items():
                self._end(name, one, cut=True)
            for job in waiting:
                self._keep(job.name, Outcome(state=WAITED, said="the run ended before it"))
            changed()

    def _done(self, name: str) -> bool:
        return name in self.outcomes and self.outcomes[name].state == DONE

    def _begun(self, job: Job) -> _Running | None:
        try:
            words = job.command()
        except UserError as error:
            self._keep(job.name, Outcome(state=FAILED, said=str(error)))
            return None
        self._told(f"{job.name}: begins")
        log = (self._folder / f"{job.name}.log").open("ab")
        return _Running(start(words, log, self._width), log, time.monotonic())

    def _end(self, name: str, one: _Running, *, cut: bool = False) -> None:
        try:
            code = one.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            one.process.kill()
            code = one.process.wait()
        one.log.close()
        state = DONE if code == 0 else CUT if cut else FAILED
        said = "" if code == 0 else "the run ended" if cut else self._last_words(name)
        spent = round(time.monotonic() - one.begun, 1)
        self._keep(name, Outcome(state=state, seconds=spent, said=said))

    def _last_words(self, name: str) -> str:
        said = (self._folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        return said.rstrip()[-TOLD:]

    def _keep(self, name: str, outcome: Outcome) -> None:
        self.outcomes[name] = outcome
        write_json(self._file, {n: asdict(one) for n, one in self.outcomes.items()})
        said = f": {outcome.said.splitlines()[-1]}" if outcome.said else ""
        self._told(f"{name}: {outcome.state}, {outcome.seconds:.0f} s{said}")


def start(words: Sequence[str], log: IO[bytes], width: int) -> subprocess.Popen[bytes]:
    """`python -m lfdrt` with these words, as one of `width` processes."""
    return subprocess.Popen(
        [sys.executable, "-m", "lfdrt", *words],
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment(width),
    )


def environment(width: int) -> dict[str, str]:
    """Of a process that has `width - 1` beside it: its share of the cores, and this very package,
    wherever it was unpacked."""
    here = str(Path(__file__).parents[2])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = max(1, (os.cpu_count() or 1) // width)
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": str(threads),
        "RAYON_NUM_THREADS": str(threads),
    }


def _ready(waiting: Sequence[Job], over: set[str], jobs: Sequence[Job]) -> Job | None:
    """A job that is in no list of this call is not waited for."""
    known = {job.name for job in jobs}
    for job in waiting:
        if over.issuperset(known & set(job.after)):
            return job
    return None
