"""What is answered where the disk is full while a file is uploaded."""

from __future__ import annotations

import errno

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.page import room, say


def client(error: Exception | None) -> TestClient:
    async def upload(request: Request) -> PlainTextResponse:
        if error is not None:
            raise error
        return PlainTextResponse("stored")

    return TestClient(Starlette(routes=[Route("/", upload)], middleware=[room.middleware()]))


def test_a_full_disk_is_a_sentence() -> None:
    answer = client(OSError(errno.ENOSPC, "No space left on device")).get("/")
    assert (answer.status_code, answer.text) == (507, say.NO_ROOM)
    assert client(None).get("/").text == "stored"


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "denied"), ValueError("a bug")])
def test_any_other_fault_keeps_its_trace(error: Exception) -> None:
    with pytest.raises(type(error)):
        client(error).get("/")
