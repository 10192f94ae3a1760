"""What can be recorded on this machine: our own sample set, and data sets where they are found.

Reads data files to count their rows; starts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from app.models.shelf import label_set_of
from app.recordings.kind import RecordSpec

# Seconds of one core, measured once: checkpoints/compact in bfloat16.
START = 8.5  # importing torch, loading the model
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


def estimate(spec: RecordSpec, past: Iterable[tuple[RecordSpec, float]]) -> float:
    """Seconds of the whole recording. past: recordings with what they took here, newest first: a
    long one says how many times slower or faster than the constants this machine is."""
    speed = 1.0
    for before, seconds in past:
        if _rows_take(before) >= TELLING:
            speed = max(0.0, seconds - START) / _rows_take(before)
            break
    return START + speed * _rows_take(spec)


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
