"""A kind of job as data: where its runs lie, the command that does one, how one ends; and what was
asked for, with the visitor's files.

A job is one process of its own that writes its events, obeys a control file, and keeps what it has
finished, so that it can go on after whatever ended it. All kinds are run by `app.jobs.engine`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Iterable
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

from app.jobs import words
from app.jobs.words import JobWords
from app.models.requests import Refused
from app.page import say
from lfdrt.events import Event

GO, PAUSE = "go", "pause"
STOP, KEEP, DISCARD = "stop", "keep", "discard"
"""Words that end a job early: what is finished stays, a result is written, nothing is to stay."""

ACTIVE = ("starting", "running", "paused", "stopping")
GOES_ON = ("stopped", "lost", "failed")
DONE = "done"
"""Over for good, with all that it had to write; how it came to that is the reason."""
DISCARDED = "discarded"
"""The reason of what has nothing to write."""


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What a visitor asked for. checkpoint: the model's folder. rows: of the data.

    Those of a class's `FILES` are the visitor's own: a job has copies of them.
    """

    FILES: ClassVar[tuple[str, ...]] = ()

    name: str = ""
    checkpoint: Path
    rows: int = 0

    def files(self) -> dict[str, Path]:
        """The given ones by their fields."""
        named = {name: getattr(self, name) for name in self.FILES}
        return {name: path for name, path in named.items() if path is not None}

    def below(self, folder: Path) -> Self:
        """The same with relative names of files taken from `folder`."""
        below: dict[str, Any] = {name: folder / path for name, path in self.files().items()}
        return replace(self, **below)

    def elsewhere(self) -> dict[Path, str]:
        """Folders that its command names, by what a visitor knows them by."""
        return {}


class Sums:
    """What a job's events so far come to. seen: their number."""

    seen = 0

    def take(self, event: Event) -> None:
        self.seen += 1

    @property
    def phase(self) -> str:
        """ "preparing", where it obeys no word yet, "working", or "saving", which ends it."""
        return "working" if self.seen else "preparing"

    @property
    def share(self) -> float | None:
        """Of the work that is done, 0 to 1; None before it is known."""
        return None

    @property
    def remaining(self) -> float | None:
        """Seconds; None before a speed is known."""
        return None

    def picture(self) -> Self:
        """As it is now: what is handed out does not change with the next event."""
        seen = copy(self)
        vars(seen).update({name: copy(value) for name, value in vars(self).items()})
        return seen


S = TypeVar("S", bound=Spec)
P = TypeVar("P", bound=Sums)


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[S, P]):
    """folder: in the folder of runs, where its runs lie. command: arguments after `python -m`, for
    files of the spec as they lie. sums: empty ones. whole: the reason that a job without a process
    ended with, "" while its result is not whole. ends: words that end one early. clear: what a job
    that ended with a reason needs no more. saved: whether a process that is told to keep and does
    nothing else can write a result. taken: names that none may have; where it is there, a visitor
    gives each name once. again: reasons after which one can be done once more. trims: a process
    that goes on keeps the events of what was saved, and writes the others anew."""

    folder: str
    words: JobWords
    spec: type[S]
    command: Callable[[Path, S], list[str]]
    sums: Callable[[], P]
    whole: Callable[[Path, P], str]
    ends: frozenset[str] = frozenset({STOP})
    pauses: bool = False
    clear: Callable[[Path, str], None] = lambda folder, reason: None
    saved: Callable[[Path], bool] = lambda folder: False
    taken: Callable[[], Collection[str]] | None = None
    again: frozenset[str] = frozenset()
    trims: bool = False

    @property
    def obeys(self) -> frozenset[str]:
        return self.ends | ({GO, PAUSE} if self.pauses else set())


@dataclass(frozen=True, kw_only=True)
class Info(Generic[S]):
    """A job in a list. state: of ACTIVE or GOES_ON, or DONE; reason: how one that is done ended,
    else "". created: ISO 8601, UTC. folder: where it lies."""

    id: str
    name: str
    owner: str
    state: str
    reason: str
    created: str
    spec: S
    folder: Path

    @property
    def when(self) -> str:
        """To the minute, for a person."""
        return say.moment(self.created)

    @property
    def shown(self) -> str:
        """What a person is told of its state: of one that is done, how it ended."""
        return self.reason or self.state


@dataclass(frozen=True, kw_only=True)
class Live(Generic[S, P]):
    """A job as it stands. elapsed: s since its process began, None where none is at work. failure:
    why it is over before its end, a sentence, or ""."""

    info: Info[S]
    sums: P
    elapsed: float | None
    failure: str

    @property
    def active(self) -> bool:
        return self.info.state in ACTIVE


RESERVE = 200_000_000
"""Bytes that must stay free beside the copies: for features, the state and the checkpoint."""

_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


def copied(spec: S, folder: Path) -> tuple[S, dict[str, str]]:
    """The spec with files relative to `folder`, and the names that the user knows them by.

    Raises Refused: a file is gone, or there is no room.
    """
    files = spec.files()
    for path in files.values():
        if not path.is_file():
            raise Refused(words.NO_FILE.format(name=path.name))
    if files:
        _check_room(files.values(), folder)
    data = folder / "data"
    kept: dict[str, Any] = {}
    names: dict[str, str] = {}
    for role, path in files.items():
        ending = path.suffix.lower()
        name = role + (ending if _ENDING.fullmatch(ending) else "")
        try:
            data.mkdir(exist_ok=True)
            shutil.copyfile(path, data / name)
        except OSError as error:
            why = error.strerror or error
            raise Refused(words.NOT_COPIED.format(name=path.name, why=why)) from error
        kept[role], names[f"data/{name}"] = Path("data") / name, path.name
    return replace(spec, **kept, checkpoint=spec.checkpoint.resolve()), names


def _check_room(paths: Iterable[Path], folder: Path) -> None:
    needed = sum(path.stat().st_size for path in paths) + RESERVE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refused(words.NO_SPACE.format(needed=megabytes(needed), free=megabytes(free)))


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
