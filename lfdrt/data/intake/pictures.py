"""From the name of a picture in a table to its file: beside the table, in a folder, from a ZIP.

Names are compared by their last parts, after NFC and case folding, so `Pics\\A.JPG` finds `a.jpg`.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lfdrt.data.archives import (
    CAPS,
    PICTURES,
    ArchiveError,
    Picture,
    Skipped,
    count_files,
    is_junk,
    unpack,
)
from lfdrt.data.images import ImageError

_NAMED = 5  # skipped files that a warning names


class Pictures(Protocol):
    def find(self, name: str) -> Path:
        """The file that a row's name means; ImageError, a sentence, where there is not one."""
        ...


@dataclass(frozen=True)
class BesideTable:
    """Pictures in the table's folder (resolved) or below; a name may not lead out of it."""

    folder: Path

    def find(self, name: str) -> Path:
        try:
            path = (self.folder / name).resolve()
        except (OSError, ValueError):  # NUL bytes, endless links
            raise ImageError(f"{name!r} is not a file name.") from None
        if not path.is_relative_to(self.folder):
            raise ImageError(f"{name!r} is outside the table's folder; put the picture into it.")
        return path


class PictureIndex:
    """Pictures of a folder or archive by name; a name that two of them fit is a clash."""

    def __init__(self, source: Path, pictures: Iterable[Picture]) -> None:
        """ArchiveError: there is no picture. source: the folder or archive, for messages."""
        self.pictures = tuple(pictures)
        if not self.pictures:
            raise ArchiveError(f"{source.name} holds no picture (JPEG, PNG, WebP, GIF, BMP, TIFF).")
        self._by_last: dict[str, list[tuple[tuple[str, ...], Picture]]] = {}
        for picture in self.pictures:
            for name in picture.names:
                parts = _parts(name)
                if parts:
                    self._by_last.setdefault(parts[-1], []).append((parts, picture))

    def find(self, name: str) -> Path:
        wanted = _parts(name)
        near = self._by_last.get(wanted[-1], []) if wanted else []
        whole = [picture for parts, picture in near if parts == wanted]
        fitting = whole or [picture for parts, picture in near if _agree(parts, wanted)]
        exact = [picture for picture in fitting if picture.names[0] == name]
        files = {picture.path: picture.names[0] for picture in exact or fitting}
        if not files:
            raise ImageError(f"{name!r} was not found among the pictures. Check its name.")
        if len(files) > 1:
            shown = " and ".join(map(repr, sorted(files.values())[:3]))
            raise ImageError(f"{name!r} fits {len(files)} pictures: {shown}. Write the whole path.")
        return next(iter(files))

    def clashes(self) -> list[str]:
        """Sentences about pictures whose whole names are one after NFC and case folding."""
        alike: dict[tuple[str, ...], list[str]] = {}
        for picture in self.pictures:
            alike.setdefault(_parts(picture.names[0]), []).append(picture.names[0])
        return [
            f"{' and '.join(map(repr, names))} differ at most in case or in how accents are "
            "stored: a row must write such a name exactly, and one that is there twice is not used."
            for names in alike.values()
            if len(names) > 1
        ]


def pictures_in(images: Path, scratch: Path | None) -> tuple[int, Iterator[Picture | Skipped]]:
    """Files of a folder (their number not being known: 0) or of a ZIP that is unpacked to scratch.

    Raises ArchiveError, also while it is iterated.
    """
    if not images.exists():
        raise ArchiveError(f"{images.name} was not found. Check its name and its folder.")
    if images.is_dir():
        return 0, _in_folder(images)
    if scratch is None:
        raise ValueError("The pictures of a ZIP need a scratch folder.")
    return count_files(images), unpack(images, scratch)


def told_skipped(images: Path, skipped: Sequence[Skipped]) -> list[str]:
    """[] or one sentence."""
    if not skipped:
        return []
    shown = "; ".join(f"{one.name!r} {one.why}" for one in skipped[:_NAMED])
    more = f"; and {len(skipped) - _NAMED:,} more" if len(skipped) > _NAMED else ""
    return [f"{images.name}: files that are not used: {shown}{more}."]


def _in_folder(folder: Path) -> Iterator[Picture | Skipped]:
    """Every picture in the folder and below, where it lies. ArchiveError: too many files.

    Links are not followed, hidden folders not entered.
    """
    count = 0
    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not is_junk(name))
        for name in sorted(files):
            count += 1
            if count > CAPS.files:
                raise ArchiveError(f"{folder.name} holds more than {CAPS.files:,} files. Split it.")
            path = Path(place, name)
            shown = path.relative_to(folder).as_posix()
            if is_junk(name):
                continue
            if path.is_symlink():
                yield Skipped(name=shown, why="is a link, not a picture")
            elif path.suffix.lower() not in PICTURES:
                yield Skipped(name=shown, why="has no ending of a picture")
            else:
                yield Picture(path=path, names=(shown,))


def _parts(name: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return tuple(
        part
        for part in (p.strip() for p in folded.replace("\\", "/").split("/"))
        if part not in ("", ".")
    )


def _agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether the shorter path is the end of the longer one."""
    shorter = min(len(a), len(b))
    return a[-shorter:] == b[-shorter:]
