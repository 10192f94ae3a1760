"""What a kiosk adds to the page and its server: the button that ends a visit, style and script; a
cookie for every visit, whose file is whose, and the addresses that the page calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import gradio as gr
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kiosk import words
from app.kiosk.codes import Code
from app.kiosk.kiosk import Kiosk
from app.page.html import Html, esc
from app.page.wiring import FILE, LIGHT, UPLOAD, on_load

FOLDER = Path(__file__).resolve().parent
COUNTDOWN, EACH = 10, 8
"""Seconds: from the question whether anybody is there to the end of the visit; of one example."""
COOKIE = "lfdrt-visit"
GONE = 410
SEEN, OVER = "/kiosk/seen", "/kiosk/over"
"""The page's signs of life, and the end of a visit: kiosk.js."""


def server(kiosk: Kiosk) -> Middleware:
    """What stands before Gradio's own server."""
    return Middleware(KioskServer, kiosk=kiosk)


def cookie_of(cookies: Mapping[str, str]) -> str:
    """The key of a visit; "" for none."""
    return cookies.get(COOKIE, "")


class KioskServer:
    """Stands before Gradio's own server."""

    def __init__(self, app: ASGIApp, kiosk: Kiosk) -> None:
        self._app, self._kiosk, self._visits = app, kiosk, kiosk.visits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = (scope["method"], scope["path"])
        key = cookie_of(Request(scope).cookies)
        if asked == ("POST", OVER):
            await run_in_threadpool(self._kiosk.over, key)
            await Response(status_code=204)(scope, receive, send)
        elif asked == ("POST", SEEN):
            known = self._visits.seen(key)
            await Response(status_code=204 if known else GONE)(scope, receive, send)
        elif asked == ("POST", UPLOAD):
            await self._upload(key, scope, receive, send)
        elif asked == ("GET", "/") and not self._visits.seen(key):
            await self._app(scope, receive, _with_cookie(self._visits.begin(), send))
        elif asked[1].startswith(FILE):
            self._claim(key, [asked[1].removeprefix(FILE)])
            await self._app(scope, receive, _unstored(send))
        else:
            await self._app(scope, receive, send)

    async def _upload(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        """The files are the visit's before the page hears of them."""
        answer = bytearray()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.body":
                answer.extend(message.get("body", b""))
                if not message.get("more_body"):
                    self._claim(key, _paths(bytes(answer)))
            await send(message)

        with self._visits.uploading(key) as here:
            if here:
                await self._app(scope, receive, noted)
                return
        await PlainTextResponse(words.VISIT_OVER, status_code=GONE)(scope, receive, send)

    def _claim(self, key: str, paths: list[str]) -> None:
        """Those below the folder of uploads."""
        files = {path for path in map(Path, paths) if path.is_relative_to(self._kiosk.uploads)}
        self._visits.claim(key, files)


def _paths(answer: bytes) -> list[str]:
    """Of an upload's answer; none where it is a refusal."""
    try:
        paths = json.loads(answer)
    except ValueError:
        return []
    return [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []


def _with_cookie(key: str, send: Send) -> Send:
    """Of this browser alone, and not readable for a script."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            value = f"{COOKIE}={key}; Path=/; HttpOnly; SameSite=Strict"
            MutableHeaders(scope=message).append("set-cookie", value)
        await send(message)

    return sent


def _unstored(send: Send) -> Send:
    """The browser keeps no copy of a visitor's file."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["cache-control"] = "no-store"
        await send(message)

    return sent


def page_parts() -> dict[str, str]:
    """`css` and `script`."""
    files = {"css": "kiosk.css", "script": "kiosk.js"}
    return {part: (FOLDER / name).read_text(encoding="utf-8") for part, name in files.items()}


def start_over(idle: float, apart: float) -> Html:
    """idle: seconds without input. apart: seconds between two signs of life of the page."""
    told = {"idle": idle, "apart": apart, "countdown": COUNTDOWN, "each": EACH, **words.SAID}
    return Html(
        f'<button type="button" class="start-over" data-kiosk="{esc(json.dumps(told))}" '
        f'title="{esc(words.START_OVER_TITLE)}"><span aria-hidden="true">↺</span> '
        f"{esc(words.START_OVER)}</button>"
    )


def codes(shown: Sequence[Code]) -> Html:
    """What a visitor takes along with a telephone: each address as a QR code, and in letters."""
    figures = "".join(
        f"<figure>{code.picture}<figcaption><b>{esc(code.name)}</b>"
        f"<span>{esc(code.address)}</span></figcaption></figure>"
        for code in shown
    )
    named = f' role="group" aria-label="{esc(words.TAKE_ALONG)}"'
    return Html(f'<div class="kiosk-codes"{named}>{figures}</div>' if shown else "")


def wire(kiosk: Kiosk, owner: gr.BrowserState) -> None:
    """`owner`: what the visitor's jobs belong to."""

    def met(known: str, request: gr.Request) -> None:
        kiosk.visits.met(cookie_of(request.cookies), known, request.session_hash or "")

    on_load(met, owner, None)
    owner.change(met, owner, None, **LIGHT)
