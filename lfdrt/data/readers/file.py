"""One file as readers see it: what it is recognised by, its encoding, its text, its limits."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TextIO

from lfdrt.data.rows import TableError
from lfdrt.data.texts import Encoding, detect_encoding

HEAD = 65_536
"""Bytes, or characters of a text, that a format is recognised by."""
WHOLE = 50_000_000
"""Bytes of a file that has to be in memory as a whole: some ten times as much is needed then."""

ZIP = b"PK\x03\x04"
BINARY = (ZIP, b"PAR1", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF",
           b"\x1f\x8b", b"BZh", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!")  # fmt: skip
"""What files begin with that are no text."""


@dataclass(frozen=True, kw_only=True)
class File:
    """path: where its bytes are, perhaps an unpacked copy; name: as the person calls it.
    max_bytes: that it may be, or unpack to. chosen: an encoding that was asked for."""

    path: Path
    name: str
    max_bytes: int
    chosen: str | None = None
    owner: object = field(default=None, repr=False)  # keeps the folder of an unpacked copy

    @cached_property
    def magic(self) -> bytes:
        with self.path.open("rb") as stream:
            return stream.read(16)

    @cached_property
    def is_text(self) -> bool:
        return not self.magic.startswith(BINARY)

    @cached_property
    def detected(self) -> Encoding:
        """Raises EncodingError."""
        return detect_encoding(self.path)

    @property
    def encoding(self) -> str:
        """Raises EncodingError."""
        return self.detected.name if self.chosen is None else self.chosen

    @cached_property
    def head(self) -> bytes:
        """The first bytes; of a text the first characters in UTF-8; of a ZIP, PK and the names in
        it, one a line, and what its member `mimetype` holds."""
        if self.magic.startswith(ZIP):
            self.check_size(self.unpacked)
            return ZIP + b"\n".join(self._archive[0])
        if not self.is_text:
            return self.magic
        with self.text() as stream:
            return stream.read(HEAD).encode("utf-8", "replace")

    @cached_property
    def _archive(self) -> tuple[list[bytes], int]:
        """Names and what `mimetype` holds; bytes that it unpacks to by its own account."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                members = archive.infolist()
                kind = [m for m in members if m.filename == "mimetype" and m.file_size < 200]
                said = [b"mimetype=" + archive.read(m) for m in kind[:1]]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise TableError(
                "the file is damaged or cut off. Save or download it again."
            ) from error
        names = [member.filename.encode("utf-8", "replace") for member in members]
        return names + said, sum(member.file_size for member in members)

    @property
    def unpacked(self) -> int:
        """Bytes, of a ZIP."""
        return self._archive[1]

    def check_size(self, unpacked: int) -> None:
        """TableError: more than it may unpack to."""
        if unpacked > self.max_bytes:
            raise TableError(
                f"unpacks to more than the limit of {self.max_bytes / 1e6:,.1f} MB. Split it."
            )

    @contextmanager
    def text(self, newline: str | None = "") -> Iterator[TextIO]:
        """The file as text. TableError: a character is not in its encoding."""
        try:
            with self.path.open(encoding=self.encoding, newline=newline) as stream:
                yield stream
        except UnicodeDecodeError as error:
            raise TableError(
                f"not every character is valid {error.encoding}. Save it as UTF-8."
            ) from error

    def whole(self) -> str:
        """All of the text, with \\n for every line end. TableError: too large for that."""
        self.check_whole()
        with self.text(newline=None) as stream:
            return stream.read()

    def check_whole(self) -> None:
        if self.path.stat().st_size > WHOLE:
            raise TableError(
                f"larger than {WHOLE / 1e6:,.0f} MB, the limit of this format. Split it."
            )
