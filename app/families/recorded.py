"""The page's way to recordings of a checkpoint's families. Reads; records nothing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.models.requests import Refused
from app.places import RECORDINGS

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.families import FamiliesRecording


def recorded(folder: Path = RECORDINGS) -> tuple[str, ...]:
    """Names of the recordings, which `read` takes."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/families.json")))


def fitting(weights: str, folder: Path = RECORDINGS) -> tuple[str, ...]:
    """Names of the recordings of these weights; damaged ones are passed over."""
    return tuple(name for name in recorded(folder) if _weights(name, folder) == weights)


def _weights(name: str, folder: Path) -> str:
    try:
        return read(name, folder).weights_sha256
    except Refused:
        return ""


@lru_cache(maxsize=8)
def read(name: str, folder: Path = RECORDINGS) -> FamiliesRecording:
    """Raises Refused: there is none of this name, or it is damaged."""
    from lfdrt.evaluation.recordings.families import read_families
    from lfdrt.evaluation.recordings.recording import RecordingError

    if name not in recorded(folder):
        raise Refused(f"There is no recording of families called {name!r}.")
    try:
        return read_families(folder / name)
    except RecordingError as error:
        raise Refused(str(error)) from error
