"""The pictures in a stranger's ZIP: streamed out against caps, under names that we choose.

Nothing of a member's name becomes a path, so no name can lead out of the folder; the map back to
the names is returned.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lfdrt.data.images import MAX_BYTES
from lfdrt.errors import UserError

PICTURES = frozenset(".png .jpg .jpeg .jfif .webp .gif .bmp .tif .tiff .heic .heif .avif".split())
"""Endings of pictures; HEIC and AVIF too, so that `read_image` says what to do with them."""

_JUNK = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_BLOCK = 1 << 16
_FREE = 1 << 20  # bytes that any member may unpack to: blank bitmaps are small and shrink a lot
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # LZMA may ask for 4 GB of memory
_UTF8, _ENCRYPTED = 0x800, 0x1
_OLD_CODE_PAGES = ("cp437", "cp866", "cp850", "cp1252", "cp1251", "cp932", "gbk", "big5", "cp949",
                   "cp1256", "cp1255", "cp1254", "cp1250", "cp1253")  # fmt: skip


class ArchiveError(UserError):
    """An archive that is refused as a whole; the message names it and says what to do."""


@dataclass(frozen=True, kw_only=True)
class Caps:
    """files: members of any kind; bytes_each: of one picture; total: bytes of all; ratio: of
    unpacked to packed bytes of one picture, beyond the first megabyte."""

    files: int
    bytes_each: int
    total: int
    ratio: int


CAPS = Caps(files=50_000, bytes_each=MAX_BYTES, total=4_000_000_000, ratio=200)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture on the disk. names: what its archive or folder may call it, the likeliest first;
    old ZIPs do not say the encoding of their names, so there may be several."""

    path: Path
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A file that is not used, and why; junk that operating systems add is not told."""

    name: str
    why: str


def unpack(archive: Path, folder: Path, caps: Caps = CAPS) -> Iterator[Picture | Skipped]:
    """Writes every picture of the ZIP into `folder`, which must exist.

    A picture that is damaged or too large is skipped. ArchiveError, with nothing of it left in the
    folder: no ZIP, encrypted, a damaged list of files, or beyond the caps.
    """
    written: list[Path] = []
    try:
        for made in _unpacked(archive, folder, caps):
            if isinstance(made, Picture):
                written.append(made.path)
            yield made
    except BaseException:  # also where the reader stops in the middle
        for path in written:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def count_files(archive: Path) -> int:
    """Files that `unpack` goes through, junk included. Raises ArchiveError."""
    with _opened(archive, CAPS) as opened:
        return len(_files(opened))


def _unpacked(archive: Path, folder: Path, caps: Caps) -> Iterator[Picture | Skipped]:
    total = 0
    with _opened(archive, caps) as opened:
        for place, info in enumerate(_files(opened), start=1):
            names = _readings(info)
            if is_junk(names[0]):
                continue
            suffix = PurePosixPath(names[0]).suffix.lower()
            if why := _unwanted(info, suffix, caps):
                yield Skipped(name=names[0], why=why)
                continue
            path = folder / f"{place:06}{suffix}"
            try:
                total += _stream(opened, info, path, caps, caps.total - total)
            except _Unusable as error:
                path.unlink(missing_ok=True)
                yield Skipped(name=names[0], why=str(error))
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            else:
                yield Picture(path=path, names=names)


class _Unusable(Exception):
    """One member cannot be used; the rest of the archive can."""


def _opened(archive: Path, caps: Caps) -> zipfile.ZipFile:
    """Raises ArchiveError for what is no readable ZIP, is encrypted, or has too many members."""
    try:
        if archive.stat().st_size > caps.total:
            raise ArchiveError(f"{archive.name} is larger than {_mb(caps.total)}. Split it.")
        opened = zipfile.ZipFile(archive)
    except OSError as error:
        raise ArchiveError(
            f"{archive.name} cannot be opened: {error.strerror or error}."
        ) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(
            f"{archive.name} is damaged, or not a ZIP archive. Pack the pictures as .zip."
        ) from error
    members = opened.infolist()
    problem = None
    if len(members) > caps.files:
        problem = f"holds {len(members):,} files, more than {caps.files:,}. Split it."
    elif any(info.flag_bits & _ENCRYPTED for info in members):
        problem = "is locked with a password. Pack the pictures again without one."
    if problem:
        opened.close()
        raise ArchiveError(f"{archive.name} {problem}")
    return opened


def _files(opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [info for info in opened.infolist() if not info.is_dir()]


def _unwanted(info: zipfile.ZipInfo, suffix: str, caps: Caps) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link, not a picture"
    if suffix in (".zip", ".rar", ".7z", ".gz", ".tar"):
        return "is an archive inside the archive; unpack it first"
    if suffix not in PICTURES:
        return "has no ending of a picture"
    if info.compress_type not in _METHODS:
        return "is compressed in an unusual way; pack it again as an ordinary ZIP"
    if info.file_size > caps.bytes_each:
        return f"is larger than {_mb(caps.bytes_each)}; save a smaller copy"
    return ""


def _stream(
    opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, caps: Caps, left: int
) -> int:
    """Bytes written. The sizes in the ZIP's list may be lies, so what comes out is counted."""
    name = Path(opened.filename or "").name
    most = max(_FREE, info.compress_size * caps.ratio)
    size = 0
    try:
        with opened.open(info) as source, path.open("xb") as target:
            while block := source.read(_BLOCK):
                size += len(block)
                if size > caps.bytes_each:
                    raise _Unusable(f"is larger than {_mb(caps.bytes_each)}; save a smaller copy")
                if size > left:
                    raise ArchiveError(f"{name} unpacks to more than {_mb(caps.total)}. Split it.")
                if size > most:
                    raise ArchiveError(
                        f"{name}: {info.filename!r} unpacks to over {caps.ratio} times its size, "
                        "as no picture does. Leave it out."
                    )
                target.write(block)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _Unusable("is damaged or cut off in the archive; pack it again") from error
    except OSError as error:
        raise ArchiveError(
            f"{name} cannot be unpacked: {error.strerror or error}. Free some space and try again."
        ) from error
    return size


def is_junk(name: str) -> bool:
    """Whether an operating system or editor left it there, or it hides behind a dot."""
    parts = name.replace("\\", "/").split("/")
    hidden = (part.startswith(".") and part.strip(".") for part in parts)  # ".." is a folder
    return any(hidden) or not _JUNK.isdisjoint(part.casefold() for part in parts)


def _readings(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """Names without the UTF-8 flag were read as cp437: their bytes may be UTF-8 (macOS, Linux),
    or in the code page of the Windows that packed them, which is not told."""
    name = info.orig_filename
    if info.flag_bits & _UTF8 or name.isascii():
        return (_slashed(name),)
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return (_slashed(name),)
    with suppress(UnicodeDecodeError):
        return (_slashed(raw.decode("utf-8")),)
    found: dict[str, None] = {}
    for page in _OLD_CODE_PAGES:
        with suppress(UnicodeDecodeError):
            found[_slashed(raw.decode(page))] = None
    return tuple(found)


def _slashed(name: str) -> str:
    return name.split("\0")[0].replace("\\", "/")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
