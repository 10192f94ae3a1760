"""Which hosts and origins are answered; that a running app asks: tests/hostile/test_server.py."""

from __future__ import annotations

import socket

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from app.page.guard import host_name, middleware, served_names

OWN = "127.0.0.1:7860"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Demo.Example.org", "demo.example.org"),
        (" lab-3 ", "lab-3"),
        ("::1", "[::1]"),
        ("[2001:DB8::0001]", "[2001:db8::1]"),
        ("192.0.2.7", "192.0.2.7"),
        ("müller.example", "xn--mller-kva.example"),
        ("my_machine.local", "my_machine.local"),
    ],
)
def test_a_host_is_written_as_browsers_write_it(given: str, name: str):
    assert host_name(given) == name


@pytest.mark.parametrize(
    "given",
    ["", " ", "*", "*.example.org", "http://a.org", "a.org:80", "a/b", "a b", "-a", "a..b",
     "a@b", "a\nb", "x" * 64],
)  # fmt: skip
def test_what_is_no_host_is_a_sentence(given: str):
    with pytest.raises(ValueError, match="--allow-host takes the name or address"):
        host_name(given)


def test_this_machine_alone_is_served_where_nothing_is_named():
    assert served_names("127.0.0.1", []) == ["127.0.0.1", "localhost", "[::1]"]
    assert served_names("192.0.2.7", ["demo.org"])[3:] == ["demo.org", "192.0.2.7"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_all_addresses_are_those_that_the_machine_has(host: str):
    names = served_names(host, [])
    assert socket.gethostname().lower() in names
    assert not {"0.0.0.0", "[::]", "", "*"} & set(names)


def client(*, own: str = OWN, allowed: tuple[str, ...] = ()) -> TestClient:
    async def said(request: Request) -> PlainTextResponse:
        return PlainTextResponse("answered")

    async def talked(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("answered")

    routes = [Route("/", said, methods=["GET", "POST", "PUT"]), WebSocketRoute("/talk", talked)]
    before = middleware(served_names("127.0.0.1", allowed), allowed)
    app = Starlette(routes=routes, middleware=before)
    return TestClient(app, base_url=f"http://{own}", headers={"host": own})


@pytest.mark.parametrize("host", [OWN, "LOCALHOST:1", "[::1]:7860", "127.0.0.1", "demo.org:7860"])
def test_such_a_host_is_answered(host: str):
    assert client(own=host, allowed=("demo.org",)).get("/").text == "answered"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "www.localhost", "0.0.0.0",
     "127.0.0.1@evil.example", "127.0.0.1, evil.example", "192.0.2.7:7860", "[::2]", "2130706433",
     "", "localhost evil"],
)  # fmt: skip
def test_any_other_host_is_not(host: str):
    answer = client().get("/", headers={"host": host})
    assert answer.status_code == 400 and "answered" not in answer.text


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (OWN, "http://127.0.0.1:7860"),
        ("localhost", "http://localhost"),
        ("localhost", "http://localhost:80"),
        ("localhost", "https://localhost"),  # a proxy that speaks TLS
        ("[::1]:7860", "http://[::1]:7860"),
        (OWN, "https://demo.org"),  # a proxy that asks under its own name for the app's
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_of_its_own_is_answered(method: str, host: str, origin: str):
    asked = client(own=host, allowed=("demo.org",))
    assert asked.request(method, "/", headers={"origin": origin}).text == "answered"
    assert asked.request(method, "/").text == "answered", "no browser"


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "https://evil.example:7860", "null", "", "file://", "x",
     "http://127.0.0.1:8000", "http://localhost:7860", "http://127.0.0.1:7860.evil.example",
     "http://127.0.0.1:99999", "http://[::1", "http://demo.org.evil.example",
     "chrome-extension://abcdef", "http://127.0.0.1:7860@evil.example", "//127.0.0.1:7860"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_foreign_page_is_refused(method: str, origin: str):
    answer = client(allowed=("demo.org",)).request(method, "/", headers={"origin": origin})
    assert answer.status_code == 403 and "page of another site" in answer.text


def test_a_foreign_page_opens_no_socket():
    with client().websocket_connect("/talk", headers={"origin": f"http://{OWN}"}) as own:
        assert own.receive_text() == "answered"
    for header in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
        with pytest.raises(WebSocketDenialResponse):
            with client().websocket_connect("/talk", headers=header):
                pytest.fail("a socket was opened")
