"""One file from a web address, continued where a stopped download ended, checked, then renamed.

`name.part` grows beside `name.part.json`, which remembers what it is a part of. A server that does
not send ranges, or whose file changed, starts again from nothing.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from lfdrt.data.records import DataError

CHUNK = 1 << 18  # bytes
TRIES = 5
"""Connections in a row that bring nothing before the download gives up."""
_TIMEOUT = 60  # seconds without a byte


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Bytes that are on the disk, of how many (None: the server does not say)."""

    done: int
    total: int | None


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A file on its way. `state` holds the address and the server's mark of its version."""

    path: Path
    state: Path
    url: str

    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    def mark(self) -> str | None:
        """The version that the part belongs to; None: begin anew."""
        try:
            kept = json.loads(self.state.read_text("utf-8"))
            return kept["mark"] if kept["url"] == self.url else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def begin(self, mark: str | None) -> None:
        self.path.unlink(missing_ok=True)
        self.state.write_text(json.dumps({"url": self.url, "mark": mark}), "utf-8")

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        self.state.unlink(missing_ok=True)


def target(url: str, folder: Path) -> Path:
    """The file that an address is kept as. DataError for one that names no file or is not http."""
    parts = urlsplit(url)
    name = unquote(parts.path.rpartition("/")[2])
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"\w[\w.+ -]*", name):
        raise DataError(f"{url} is not the http(s) address of a file.")
    return folder / name


def fetch(url: str, path: Path, *, sha256: str | None) -> Iterator[Progress]:
    """Downloads to `path`, which appears only when it is complete and its checksum is right.

    Each connection that breaks off is continued; DataError after TRIES that brought nothing, for
    an address that answers with an error, and for a wrong checksum (then nothing is kept).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _Part(path=path.with_name(path.name + ".part"), url=url,
                 state=path.with_name(path.name + ".part.json"))  # fmt: skip
    idle, complete = 0, False
    while not complete:
        before = part.size()
        try:
            for progress in _connection(part):
                yield progress
                complete = progress.done == progress.total
            complete = complete or progress.total is None
        except HTTPError as error:
            raise DataError(f"{url} answers {error.code} ({error.reason}).") from error
        except (URLError, OSError, http.client.HTTPException) as error:
            idle = 0 if part.size() > before else idle + 1
            if idle >= TRIES:
                raise DataError(
                    f"{url} cannot be reached ({error}). {part.size():,} bytes are kept; the same "
                    "command continues."
                ) from error
    _verify(part, sha256)
    part.path.replace(path)
    part.state.unlink(missing_ok=True)


def _connection(part: _Part) -> Iterator[Progress]:
    """One request, from where the part ends; ends early where the connection does."""
    start, mark = part.size(), part.mark()
    headers = {"User-Agent": "lfdrt", "Accept-Encoding": "identity"}
    if start and mark:
        headers |= {"Range": f"bytes={start}-", "If-Range": mark}
    try:
        answer = urlopen(Request(part.url, headers=headers), timeout=_TIMEOUT)
    except HTTPError as error:
        if error.code == 416 and _total(error.headers.get("Content-Range")) == start:
            yield Progress(done=start, total=start)
            return
        raise
    with answer:
        sent = answer.headers.get("Content-Range") or ""
        if answer.status == 206 and sent.startswith(f"bytes {start}-"):
            total = _total(sent)
        else:
            start, length = 0, answer.headers.get("Content-Length")
            total = int(length) if length else None
            # A weak ETag does not promise the same bytes, so it cannot mark a range.
            etag = answer.headers.get("ETag") or ""
            part.begin(etag if etag.startswith('"') else answer.headers.get("Last-Modified"))
        with part.path.open("ab") as file:
            yield Progress(done=start, total=total)
            while block := answer.read1(CHUNK):
                file.write(block)
                start += len(block)
                yield Progress(done=start, total=total)
        if total is not None and start != total:
            raise http.client.IncompleteRead(b"", total - start)


def _total(content_range: str | None) -> int | None:
    size = (content_range or "").rpartition("/")[2]
    return int(size) if size.isdigit() else None


def _verify(part: _Part, sha256: str | None) -> None:
    if sha256 is None:
        return
    with part.path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256.lower():
        part.drop()
        raise DataError(
            f"{part.url}: the file that came has the SHA-256 {found[:16]}…, not {sha256[:16]}…. "
            "Nothing was kept: fetch it again, or ask where the right file is."
        )
