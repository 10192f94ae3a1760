"""Downloads from a server on this machine: continued, checked, and never half there."""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.data import fetch as fetching
from lfdrt.data.fetch import fetch, target
from lfdrt.data.records import DataError

ROOT = Path(__file__).parents[2]
CONTENT = random.Random(0).randbytes(3_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Served:
    """What the server does, and what it was asked."""

    url: str = ""
    content: bytes = CONTENT
    etag: str = '"v1"'
    ranges: bool = True
    breaks_after: int | None = None  # bytes of one answer
    pause: float = 0.0  # seconds between blocks
    asked: list[str | None] = field(default_factory=list)


@pytest.fixture
def served() -> Iterator[Served]:
    state = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.asked.append(wanted)
            if self.path != "/data.bin":
                return self.send_error(404)
            start = 0
            if wanted and state.ranges and self.headers.get("If-Range") == state.etag:
                start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
                if start >= len(state.content):
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{len(state.content)}")
                    return self.end_headers()
            self.send_response(206 if start else 200)
            size = len(state.content)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            self.send_header("Content-Length", str(size - start))
            if state.etag:
                self.send_header("ETag", state.etag)
            self.end_headers()
            self._send(state.content[start:])

        def _send(self, content: bytes) -> None:
            end = len(content) if state.breaks_after is None else state.breaks_after
            try:
                for place in range(0, min(end, len(content)), 50_000):
                    self.wfile.write(content[place : min(place + 50_000, end)])
                    time.sleep(state.pause)
            except OSError:
                pass  # the other side was killed

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/data.bin"
    yield state
    server.shutdown()
    server.server_close()


def test_a_file_comes_whole_and_nothing_else_stays(tmp_path: Path, served: Served) -> None:
    path = target(served.url, tmp_path / "new")
    progress = list(fetch(served.url, path, sha256=SHA256.upper()))
    assert path.read_bytes() == CONTENT
    assert (progress[-1].done, progress[-1].total) == (len(CONTENT), len(CONTENT))
    assert [p.name for p in path.parent.iterdir()] == ["data.bin"]


def test_connections_that_break_are_continued(tmp_path: Path, served: Served) -> None:
    served.breaks_after = 1_300_000
    list(fetch(served.url, tmp_path / "data.bin", sha256=SHA256))
    assert (tmp_path / "data.bin").read_bytes() == CONTENT
    assert served.asked == [None, "bytes=1300000-", "bytes=2600000-"]


def interrupted(served: Served, path: Path) -> int:
    """Leaves a download in the middle, as a stopped program does; returns the bytes kept."""
    for progress in fetch(served.url, path, sha256=None):
        if progress.done > 1_000_000:
            break
    return path.with_name("data.bin.part").stat().st_size


def test_a_file_that_changed_in_between_begins_anew(tmp_path: Path, served: Served) -> None:
    kept = interrupted(served, tmp_path / "data.bin")
    served.content, served.etag = CONTENT[::-1], '"v2"'
    list(fetch(served.url, tmp_path / "data.bin", sha256=None))
    assert served.asked[-1] == f"bytes={kept}-"
    assert (tmp_path / "data.bin").read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize(("etag", "ranges"), [('"v1"', False), ("", True), ('W/"v1"', True)])
def test_servers_that_cannot_promise_the_same_file_send_it_anew(
    tmp_path: Path, served: Served, etag: str, ranges: bool
) -> None:
    served.etag, served.ranges = etag, ranges
    interrupted(served, tmp_path / "data.bin")
    list(fetch(served.url, tmp_path / "data.bin", sha256=SHA256))
    assert (tmp_path / "data.bin").read_bytes() == CONTENT


def test_a_part_that_is_already_whole_is_only_checked(tmp_path: Path, served: Served) -> None:
    interrupted(served, tmp_path / "data.bin")
    (tmp_path / "data.bin.part").write_bytes(CONTENT)
    list(fetch(served.url, tmp_path / "data.bin", sha256=SHA256))
    assert served.asked[-1] == f"bytes={len(CONTENT)}-"
    assert (tmp_path / "data.bin").read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_nothing(tmp_path: Path, served: Served) -> None:
    with pytest.raises(DataError, match="not 0000000000000000…. Nothing was kept"):
        list(fetch(served.url, tmp_path / "data.bin", sha256="0" * 64))
    assert not list(tmp_path.iterdir())


def test_a_server_that_never_finishes_is_given_up(tmp_path: Path, served: Served) -> None:
    served.breaks_after, served.etag = 0, ""
    with pytest.raises(DataError, match=r"cannot be reached .* the same command continues"):
        list(fetch(served.url, tmp_path / "data.bin", sha256=None))
    assert len(served.asked) == fetching.TRIES
    with pytest.raises(DataError, match=r"answers 404"):
        list(fetch(served.url + "x", tmp_path / "data.bin", sha256=None))


@pytest.mark.parametrize(
    "url", ["file:///etc/hosts", "https://a.org/", "https://a.org/..", "https://a.org/%2Fx", "data"]
)
def test_addresses_that_name_no_file(tmp_path: Path, url: str) -> None:
    with pytest.raises(DataError, match="is not the http"):
        target(url, tmp_path)


@pytest.mark.slow  # starts the program
def test_a_killed_download_is_continued_by_the_same_command(
    tmp_path: Path, served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    served.pause = 0.2
    command = ["data", "fetch", "mvsa", "--out", str(tmp_path), "--url", served.url]
    process = subprocess.Popen([sys.executable, "-m", "lfdrt", *command], cwd=ROOT)
    part, deadline = tmp_path / "data.bin.part", time.monotonic() + 120
    while not part.exists() or part.stat().st_size < 200_000:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()  # SIGKILL
    process.wait()
    kept, served.pause = part.stat().st_size, 0.0
    assert 0 < kept < len(CONTENT) and not (tmp_path / "data.bin").exists()
    assert main([*command, "--sha256", SHA256]) == 0
    assert served.asked == [None, f"bytes={kept}-"]
    assert (tmp_path / "data.bin").read_bytes() == CONTENT
    assert "3,000,000 bytes" in capsys.readouterr().out
