"""The user's files in a run's folder, under names of our own.

A name that a stranger chose never becomes a path; it is kept for display.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.jobs import words
from app.jobs.kind import S
from app.models.requests import Refused

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
