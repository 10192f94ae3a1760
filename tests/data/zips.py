"""ZIP archives for tests, also such as no honest program writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image


def png(colour: str = "teal", size: tuple[int, int] = (8, 8)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, format="PNG")
    return buffer.getvalue()


def zipped(path: Path, members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def renamed(path: Path, old: bytes, new: bytes) -> Path:
    """The archive with other bytes (as many) for a name, and no flag that says UTF-8."""
    assert len(old) == len(new)
    path.write_bytes(path.read_bytes().replace(old, new))
    return path


def patched(path: Path, *, local: int, central: int, value: bytes) -> Path:
    """Bytes at these offsets of the first member's header and of its entry in the list."""
    content = bytearray(path.read_bytes())
    for start, offset in ((content.find(b"PK\3\4"), local), (content.find(b"PK\1\2"), central)):
        content[start + offset : start + offset + len(value)] = value
    path.write_bytes(content)
    return path
