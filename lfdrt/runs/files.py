"""Files that are there whole or not at all: written aside, then put in their place in one step."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any
from uuid import uuid4

from lfdrt.errors import UserError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, 112}
"""112: Windows' own number for a disk that is full."""
SEAL = "checksum"
"""Entry of a JSON object of ours: a disk or a copy that turns over a bit leaves good JSON."""
NO_ROOM = (
    "there is no room left on the disk. What was saved before is as it was. Free some space, then "
    "run the same command again."
)
NEXT_TEMPORARY = "Free some space, or name a folder that can be written in the variable TMPDIR."
TRIES, PAUSE = 20, 0.05
"""Windows replaces no file that somebody reads just then; readers here are done in an instant."""


def replace_whole(path: Path, content: str | bytes, *, synced: bool = False) -> None:
    """`content` becomes the file, which a reader sees as it was or as it is to be; text is UTF-8.

    Several may write one file at a time: the last one stays. synced: also if the machine loses its
    power. UserError: the disk is full, and the file is as it was.
    """
    with _put_in_place(path.with_name(f".{path.name}-{uuid4().hex}"), path) as aside:
        with aside.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            if synced:
                file.flush()
                os.fsync(file.fileno())


def whole(path: Path) -> AbstractContextManager[Path]:
    """The same for what writes itself: a path beside to write to, which then becomes the file. For
    a file that one process writes: what a killed one left is written over."""
    return _put_in_place(path.with_name(f"{path.name}.part"), path)


@contextmanager
def _put_in_place(aside: Path, path: Path) -> Iterator[Path]:
    try:
        with room_for(path):
            yield aside
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                aside.replace(path)
                return
            except PermissionError:
                if last:
                    raise
                time.sleep(PAUSE)
    finally:
        with suppress(OSError):  # not that, but what went wrong is to be told
            aside.unlink(missing_ok=True)


@contextmanager
def room_for(path: Path) -> Iterator[None]:
    """A full disk, as whoever writes calls it, becomes a sentence."""
    try:
        yield
    except Exception as error:
        if not is_full(error):
            raise
        raise UserError(f"{path} cannot be saved: {NO_ROOM}") from error


def is_full(error: BaseException | None) -> bool:
    """Whether that is said of the disk: by torch with the error in whose course its own came, by
    safetensors with a number in words."""
    if error is None:
        return False
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return any(f"(os error {n})" in str(error) for n in FULL) or is_full(error.__context__)


def no_temporary_folder() -> str:
    """Why temporary files can lie nowhere, and the next step; "" where they can."""
    try:
        gettempdir()
    except OSError as error:
        return f"{error.strerror}. {NEXT_TEMPORARY}"
    return ""


def scratch() -> TemporaryDirectory[str]:
    """A folder that goes with its last user. UserError: there is nowhere to make one."""
    try:
        return TemporaryDirectory(prefix="lfdrt-", ignore_cleanup_errors=True)
    except OSError as error:
        why = error.strerror or error
        raise UserError(f"No temporary folder can be made: {why}. {NEXT_TEMPORARY}") from error


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A folder to write into, which takes the place of `folder` when nothing failed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.parent / f".{folder.name}-{uuid4().hex}"
    temporary.mkdir()
    try:
        with room_for(folder):
            yield temporary
        for file in temporary.iterdir():
            file.chmod(0o644)  # safetensors writes files that only their owner can read
        replace_folder(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def replace_folder(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; the old one is kept until the new one stands.

    Two renames, because a folder cannot be replaced in one on every system. Where the second fails
    the first is undone; after a crash between them the old folder is found beside, under `.old`.
    """
    old = kept_aside(folder)
    if not folder.exists():
        new.replace(folder)  # an `.old` without `folder` is the last good copy until now
    else:
        shutil.rmtree(old, ignore_errors=True)
        folder.replace(old)
        try:
            new.replace(folder)
        except BaseException:
            old.replace(folder)
            raise
    shutil.rmtree(old, ignore_errors=True)


def kept_aside(folder: Path) -> Path:
    """Where the folder lies that `replace_folder` takes the place of."""
    return folder.with_name(f"{folder.name}.old")


def write_json(path: Path, data: Any) -> None:
    """Indented, as people read it; whole or not at all."""
    replace_whole(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def sealed(data: Mapping[str, Any]) -> dict[str, Any]:
    """JSON types with their checksum."""
    return {**data, SEAL: _sum(data)}


def unsealed(data: Any) -> Any:
    """What was sealed, without its checksum. What has none is older, or a person's own, and is
    given back as it is. ValueError: it was changed after it was written."""
    if not isinstance(data, dict) or SEAL not in data:
        return data
    rest = {name: value for name, value in data.items() if name != SEAL}
    if data[SEAL] != _sum(rest):
        raise ValueError(f"it was changed after it was written: its {SEAL} is another")
    return rest


def _sum(data: Mapping[str, Any]) -> str:
    """CRC-32 of the object, however it is laid out."""
    return f"{zlib.crc32(json.dumps(data, sort_keys=True).encode()):08x}"
