"""SAFETY.md, line "Server", and FAULTS C 16, against a running app with a password.

DNS rebinding, foreign pages, paths that lead out, and what a visitor without the password gets.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.kiosk.kiosk import Kiosk
from app.kiosk.page import OVER, SEEN, server
from app.page.bounds import MOST
from app.page.guard import middleware, served_names
from app.page.wiring import FILE, UPLOAD
from tests.app.visiting import App
from tests.hostile.conftest import NAME, PASSWORD

pytestmark = pytest.mark.slow

FOREIGN = ("http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example")
POSTS = (
    "login",
    UPLOAD[1:],
    "gradio_api/queue/join",
    "gradio_api/run/predict",
    "gradio_api/call/predict",
    "gradio_api/component_server",
    "gradio_api/reset",
)
READING = (
    "gradio_api/queue/join",
    "gradio_api/run/predict",
    "gradio_api/call/v1_predict",
    "gradio_api/call/v2/v1_predict_table",
    "gradio_api/cancel",
)
"""What takes JSON: the page's events, and programs' calls."""
HIDDEN = (
    "/etc/passwd",
    "../../../../etc/passwd",
    "..%2F..%2Fetc%2Fpasswd",
    "app.py",
    "requirements.txt",
    ".git/config",
    "checkpoints/compact/card.json",
    "runs/browser.secret",
    "file:///etc/passwd",
    "http://127.0.0.1:1/",
    "%00",
)


@pytest.fixture(scope="module")
def stranger(guarded: App) -> Iterator[httpx.Client]:
    """Without the password."""
    with httpx.Client(base_url=guarded.address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def ada(guarded: App) -> Iterator[httpx.Client]:
    """Signed in."""
    with httpx.Client(base_url=guarded.address, timeout=60) as client:
        given = {"username": NAME, "password": PASSWORD}
        assert client.post("login", data=given).json() == {"success": True}
        yield client


def own(app: App) -> dict[str, str]:
    return {"origin": app.address.rstrip("/")}


def test_the_page_is_there_for_who_has_the_password(ada: httpx.Client, stranger: httpx.Client):
    assert "lfdrt-owner" in ada.get("").text
    assert "lfdrt-owner" not in stranger.get("").text
    for name in ("config", "gradio_api/info"):
        assert stranger.get(name).status_code == 401


@pytest.mark.parametrize("path", ["", "config", "gradio_api/info", "atlas.json", "login"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "0.0.0.0"])
def test_a_name_that_was_pointed_here_gets_nothing(ada: httpx.Client, host: str, path: str):
    answer = ada.get(path, headers={"host": host})
    assert (answer.status_code, answer.text) == (400, "Invalid host header")


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_page_posts_nothing(ada: httpx.Client, origin: str, path: str):
    """Although the browser would send the visitor's cookie along."""
    answer = ada.post(path, headers={"origin": origin}, files={"files": ("a.txt", b"a")})
    assert answer.status_code == 403 and "page of another site" in answer.text


@pytest.mark.parametrize("path", ["", "config", "gradio_api/queue/data?session_hash=x"])
def test_a_foreign_page_reads_nothing(ada: httpx.Client, path: str):
    answer = ada.get(path, headers={"origin": FOREIGN[0]})
    assert answer.status_code == 403 and FOREIGN[0] not in answer.headers.values()


@pytest.mark.parametrize("name", ["a.csv", "../../a.csv", "/tmp/a.csv", "..\\a.csv", "a\0.csv"])
def test_an_upload_stays_where_uploads_are(guarded: App, ada: httpx.Client, name: str):
    files = {"files": (name, b"text\nhi\n")}
    (path,) = ada.post(UPLOAD[1:], headers=own(guarded), files=files).json()
    assert Path(path).resolve().is_relative_to(guarded.folder / "uploads")
    assert Path(path).read_bytes() == b"text\nhi\n"


def test_nobody_uploads_without_the_password(guarded: App, stranger: httpx.Client):
    answer = stranger.post(UPLOAD[1:], headers=own(guarded), files={"files": ("a.txt", b"a")})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", HIDDEN)
def test_no_file_of_this_machine_is_served(ada: httpx.Client, path: str):
    answer = ada.get(f"{FILE[1:]}{path}", follow_redirects=False)
    assert answer.status_code in (400, 403, 404), answer.text[:200]


def test_a_file_of_the_checkout_is_not_served_by_its_whole_path(guarded: App, ada: httpx.Client):
    for path in (Path(__file__), guarded.folder / "app.log", guarded.folder / "runs"):
        assert path.exists()
        assert ada.get(f"{FILE[1:]}{path}").status_code in (403, 404)


def test_two_calls_alone_are_public_and_not_without_the_password(
    ada: httpx.Client, stranger: httpx.Client
):
    told = ada.get("gradio_api/info").json()
    assert set(told["named_endpoints"]) == {"/v1_predict", "/v1_predict_table"}
    assert told["unnamed_endpoints"] == {}
    for path in ("gradio_api/call/v1_predict", "gradio_api/call/v2/v1_predict"):
        assert stranger.post(path, json={"data": ["good"]}).status_code == 401
    for path in ("docs", "redoc", "openapi.json", "monitoring/summary", "gradio_api/mcp/sse"):
        assert ada.get(path).status_code in (401, 403, 404), path


@pytest.mark.parametrize("path", [*READING, "login", "gradio_api/component_server"])
def test_of_more_than_the_limit_nothing_is_waited_for(guarded: App, path: str):
    """Where its length is told: the answer is there before any of it."""
    own = urlsplit(guarded.address)
    head = f"POST /{path} HTTP/1.1\r\nHost: {own.netloc}\r\nContent-Length: {MOST + 1}\r\n\r\n"
    with socket.create_connection((own.hostname, own.port), 120) as line:
        line.sendall(head.encode())
        assert line.recv(65_536).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("path", READING)
def test_more_than_the_limit_is_cut_off(stranger: httpx.Client, path: str):
    """Where it is not: Gradio reads a call before it asks for the password."""
    pieces = (b"[" * 1_000_000 for _ in range(MOST // 1_000_000 + 8))
    answer = stranger.post(path, content=pieces, headers={"content-type": "application/json"})
    assert answer.status_code == 413 and "larger than 32 MB" in answer.json()["detail"]


def test_a_call_larger_than_the_limit_is_a_sentence(ada: httpx.Client):
    rows = {"rows": [{"image": "A" * 20_000_000}] * 2}
    answer = ada.post("gradio_api/call/v2/v1_predict_table", json=rows)
    assert answer.status_code == 413 and "send fewer rows" in answer.json()["detail"]
    assert ada.get("gradio_api/info").status_code == 200  # the same connection or a new one


def test_what_tells_of_the_calls_asks_for_the_password(ada: httpx.Client, stranger: httpx.Client):
    """As the page does: a person comes to the form, a program is refused."""
    asked = stranger.get("api")
    assert asked.status_code == 303
    assert str(asked.next_request.url) == str(stranger.base_url)
    refused = stranger.get("api/openapi.json")
    assert refused.status_code == 401 and "password" in refused.json()["detail"]
    stolen = {"cookie": "; ".join(f"{name}=wrong" for name in ada.cookies)}
    assert stranger.get("api", headers=stolen).status_code == 303
    assert "v1_predict" in ada.get("api").text
    assert "/gradio_api/call/v2/v1_predict" in ada.get("api/openapi.json").json()["paths"]


def test_a_kiosk_ends_no_visit_for_a_foreign_page(tmp_path: Path):
    """The visit of a browser goes on, whoever points at the stand's address."""
    kiosk = Kiosk(60.0, tmp_path)
    before = [*middleware(served_names("127.0.0.1", []), []), server(kiosk)]
    client = TestClient(Starlette(middleware=before), base_url="http://127.0.0.1:7860")
    client.cookies["lfdrt-visit"] = key = kiosk.visits.begin()
    for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
        for path in (OVER, SEEN, UPLOAD):
            assert client.post(path, headers=headers).status_code in (400, 403)
    assert kiosk.visits.seen(key)
    assert client.post(OVER, headers={"origin": "http://127.0.0.1:7860"}).status_code == 204
    assert not kiosk.visits.seen(key)
