"""How much of a request is read. What is no upload of a file is held in memory, whole, before
anybody looks at it; an upload goes to the disk piece by piece, where Gradio bounds each file.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.page.wiring import UPLOAD

MOST = 32_000_000
"""Bytes: a picture of the largest size in base64 and a text of the longest beside it."""
TOO_MUCH = (
    "This request is larger than {most:,.0f} MB, the most that is read at once: send fewer rows, "
    "or smaller pictures."
)
CONTENT_TOO_LARGE = 413


def middleware() -> Middleware:
    return Middleware(Bounded)


class Bounded:
    """Stands before Gradio's own server, whose page shows the `detail` of what is answered. Of what
    tells its length nothing is read; of what does not, nothing beyond the limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == UPLOAD:
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "")
        reading = _Reading(receive, send)
        reading.over = told.isdecimal() and int(told) > MOST
        if not reading.over:
            try:
                await self._app(scope, reading.receive, reading.send)
            except Exception:
                if not reading.over:
                    raise
        if reading.over and not reading.answered:
            refusal = {"detail": TOO_MUCH.format(most=MOST / 1e6)}
            await JSONResponse(refusal, CONTENT_TOO_LARGE)(scope, receive, send)


class _Reading:
    """One request's. To its reader a sender who goes beyond the limit is gone; what the reader says
    to that is dropped."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._bytes, self.over, self.answered = 0, False, False

    async def receive(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        self.over = self._bytes > MOST
        return {"type": "http.disconnect"} if self.over else message

    async def send(self, message: Message) -> None:
        if not self.over or self.answered:
            self.answered = True
            await self._send(message)
