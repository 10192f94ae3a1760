"""Checkpoints by key: which there are, what their folders tell unloaded, and those in memory, each
loaded in the background by the function that the shelf is handed. A visitor names a key, never a
path.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

Phase = Literal["waiting", "importing", "reading", "ready", "failed"]
T = TypeVar("T")
Read = Callable[[Path, Callable[[Phase], None]], T]
"""Reads a folder and reports its phases; ValueError carries a sentence."""

BASE = ""
"""The key of the checkpoint that the app was started with."""

MOST = 2
"""Models held in memory beside the base."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A checkpoint that can be asked. `labels`: its classes; `tuned`: registered, not bundled."""

    key: str
    name: str
    folder: Path
    labels: tuple[str, ...]
    tuned: bool


@dataclass(frozen=True, kw_only=True)
class Status:
    """How far loading is. `failure`: the sentence that says why there is no model."""

    phase: Phase
    seconds: float
    failure: str = ""

    @property
    def over(self) -> bool:
        return self.phase in ("ready", "failed")


class Slot(Generic[T]):
    """One checkpoint on its way into memory. `name`: what visitors know it by; of its place on this
    machine they learn nothing. `turn` is shared: one is read at a time, since reading needs several
    times the memory that a model keeps."""

    def __init__(self, folder: Path, name: str, read: Read[T], turn: threading.Lock) -> None:
        self.folder, self._name = folder, name
        self.value: T | None = None
        self._read, self._turn = read, turn
        self._status = Status(phase="waiting", seconds=0.0)
        self._began = time.monotonic()
        self._over = threading.Event()

    def start(self) -> None:
        """Load in the background; returns at once."""
        self._began = time.monotonic()
        threading.Thread(target=self._load, name="load-model", daemon=True).start()

    @property
    def status(self) -> Status:
        if self._status.over:
            return self._status
        return replace(self._status, seconds=time.monotonic() - self._began)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether loading is over, after waiting at most so long."""
        return self._over.wait(seconds)

    def _load(self) -> None:
        try:
            with self._turn:
                self.value = self._read(self.folder, self._set)
            self._set("ready")
        except ValueError as error:  # a setting or a checkpoint, already in words
            log.warning("the model did not load: %s", error)
            self._set("failed", self._told(error))
        except Exception as error:
            log.exception("the model did not load")
            self._set("failed", f"{type(error).__name__}: {self._told(error)}")
        finally:
            self._over.set()

    def _told(self, error: Exception) -> str:
        said = str(error)
        for place in (self.folder.resolve(), self.folder):
            if place.is_absolute():
                said = said.replace(str(place), self._name)
        return said

    def _set(self, phase: Phase, failure: str = "") -> None:
        seconds = time.monotonic() - self._began
        self._status = Status(phase=phase, seconds=seconds, failure=failure)


class Shelf(Generic[T]):
    """Checkpoints that can be asked, the `most` last asked of them in memory. Safe to use from
    several threads; who holds a slot may go on with it after it was dropped."""

    def __init__(self, choices: Iterable[Choice], read: Read[T], turn: threading.Lock) -> None:
        self._known = {choice.key: choice for choice in choices}
        self._read, self._turn = read, turn
        self._slots: OrderedDict[str, Slot[T]] = OrderedDict()
        self._lock = threading.Lock()

    def bundled(self) -> list[Choice]:
        with self._lock:
            return [choice for choice in self._known.values() if not choice.tuned]

    def find(self, key: str) -> Choice | None:
        with self._lock:
            return self._known.get(key)

    def add(self, choice: Choice) -> None:
        """A tuned checkpoint, or another name for it. ValueError: its key is a bundled one's."""
        with self._lock:
            before = self._known.get(choice.key)
            if before is not None and not before.tuned:
                raise ValueError(f"the key {choice.key!r} is that of a bundled checkpoint")
            if before is not None and before.folder != choice.folder:
                self._slots.pop(choice.key, None)
            self._known[choice.key] = choice

    def remove(self, key: str) -> None:
        """Forget a tuned checkpoint, in memory too; nothing where there is none."""
        with self._lock:
            if key in self._known and self._known[key].tuned:
                del self._known[key]
                self._slots.pop(key, None)

    def held(self, key: str) -> T | None:
        """What is in memory already; None where it would have to be loaded."""
        with self._lock:
            return self._slots[key].value if key in self._slots else None

    def take(self, key: str) -> tuple[Choice, Slot[T]]:
        """It and its slot, loading from now on if it was not in memory; KeyError: no such key.

        One that failed is tried again: what was wrong with its folder may have been mended.
        """
        with self._lock:
            choice = self._known[key]
            slot = self._slots.pop(key, None)
            if slot is None or slot.status.phase == "failed":
                while len(self._slots) >= MOST:
                    self._slots.popitem(last=False)
                slot = Slot(choice.folder, choice.name, self._read, self._turn)
                slot.start()
            self._slots[key] = slot
            return choice, slot


def beside(base: Path) -> list[Choice]:
    """The other checkpoints in the folder that `base` lies in, by name."""
    base = base.resolve()
    if not base.parent.is_dir():
        return []
    found = []
    for folder in sorted(base.parent.iterdir()):
        unfinished = folder.name.startswith(".") or folder.suffix == ".old"
        if folder == base or unfinished or not (folder / "card.json").is_file():
            continue
        if labels := labels_of(folder):
            found.append(
                Choice(key=folder.name, name=folder.name, folder=folder, labels=labels, tuned=False)
            )
    return found


def labels_of(folder: Path) -> tuple[str, ...]:
    """The classes in a checkpoint's config.json, read without the model; () where it has none."""
    labels = _label_set(folder).get("labels")
    return tuple(map(str, labels)) if isinstance(labels, list) else ()


def label_set_of(folder: Path) -> str:
    """The name of its set of classes; "" where it has none."""
    return str(_label_set(folder).get("name", ""))


def mix_of(folder: Path) -> dict[str, float]:
    """The class mix that it expects, by class; {} for one that takes all to be alike."""
    shares = facts_in(folder / "config.json").get("class_prior")
    return dict(zip(labels_of(folder), shares, strict=False)) if isinstance(shares, list) else {}


def _label_set(folder: Path) -> Mapping[str, Any]:
    found = facts_in(folder / "config.json").get("label_set")
    return found if isinstance(found, dict) else {}


def facts_in(path: Path) -> Mapping[str, Any]:
    """A JSON object; {} for what is none, since that it cannot be used is said elsewhere."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
