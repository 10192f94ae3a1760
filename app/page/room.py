"""A full disk while something is stored for the page: a sentence in place of a bare error 500."""

from __future__ import annotations

import logging

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.page import say
from lfdrt.runs.files import is_full

INSUFFICIENT_STORAGE = 507

log = logging.getLogger(__name__)


def middleware() -> Middleware:
    return Middleware(Room)


class Room:
    """Stands before Gradio's own server, whose upload shows what is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except OSError as error:
            if begun or scope["type"] != "http" or not is_full(error):
                raise
            log.warning("%s: %s", scope["path"], error)
            answer = PlainTextResponse(say.NO_ROOM, status_code=INSUFFICIENT_STORAGE)
            await answer(scope, receive, send)
