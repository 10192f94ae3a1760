"""How much of a request is read, whether it tells its length or not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.page import bounds
from app.page.wiring import UPLOAD

PIECE = 1_000_000


class Server:
    """Counts what its handler got."""

    def __init__(self) -> None:
        self.got = 0
        routes = [Route(path, self._read, methods=["POST"]) for path in ("/call", UPLOAD)]
        routes.append(Route("/wrong", self._fail, methods=["POST"]))
        self.client = TestClient(Starlette(routes=routes, middleware=[bounds.middleware()]))

    async def _read(self, request: Request) -> Response:
        async for piece in request.stream():
            self.got += len(piece)
        return PlainTextResponse("read")

    async def _fail(self, request: Request) -> Response:
        raise ValueError("a bug")


@pytest.fixture
def server() -> Server:
    return Server()


def pieces(size: int) -> Iterator[bytes]:
    """Sent without a word of how much it is."""
    for start in range(0, size, PIECE):
        yield b"a" * min(PIECE, size - start)


def test_what_may_be_sent_is_read(server: Server) -> None:
    for sent in (b"a" * bounds.MOST, pieces(bounds.MOST)):
        server.got = 0
        assert server.client.post("/call", content=sent).text == "read"
        assert server.got == bounds.MOST


def test_of_more_nothing_is_read_where_it_tells_its_length(server: Server) -> None:
    answer = server.client.post("/call", content=b"a" * (bounds.MOST + 1))
    assert (answer.status_code, server.got) == (413, 0)
    assert answer.json()["detail"].startswith("This request is larger than 32 MB")


def test_of_more_no_more_is_read_where_it_does_not(server: Server) -> None:
    answer = server.client.post("/call", content=pieces(3 * bounds.MOST))
    assert answer.status_code == 413 and "32 MB" in answer.json()["detail"]
    assert server.got <= bounds.MOST


def test_a_file_goes_to_the_disk_and_may_be_larger(server: Server) -> None:
    for sent in (b"a" * (bounds.MOST + 1), pieces(bounds.MOST + 1)):
        server.got = 0
        assert server.client.post(UPLOAD, content=sent).text == "read"
        assert server.got == bounds.MOST + 1


def test_a_fault_of_the_handler_keeps_its_trace(server: Server) -> None:
    with pytest.raises(ValueError, match="a bug"):
        server.client.post("/wrong", content=b"a")
