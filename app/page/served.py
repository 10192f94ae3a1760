"""What browsers get as it is from folders of the program: pictures of the examples, and fonts for
scripts of which the visitor's system may have none. Both are asked for when they are to be drawn.
And how the page itself and Gradio's files get there: packed, and once.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.page.html import Html
from app.places import EXAMPLES, FONTS

FOLDERS = {"fonts": FONTS, "examples": EXAMPLES}
"""By their address below that of the page."""
FAMILY = "LFD-RT"
"""Last of every list of fonts, so that one of the system wins; what it is, fonts.css says."""
LINK = Html('<link rel="stylesheet" href="fonts/fonts.css">')
"""Of the page's head: Gradio rewrites what it is given as CSS, addresses too."""


def mounts() -> list[Mount]:
    return [
        Mount(f"/{name}", StaticFiles(directory=folder, check_dir=False))
        for name, folder in FOLDERS.items()
    ]


def middleware() -> list[Middleware]:
    return [Middleware(Quick)]


ASSETS = "/assets/"
YEAR = "public, max-age=31536000, immutable"


class Quick:
    """Packs the page, which Gradio does for what has a file's ending alone: 0.9 MB become 0.12. And
    tells browsers that Gradio's own files, each named after what is in it, are asked for once:
    without a word they ask for all eighty again with each load of the page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._packed = app, GZipMiddleware(app, minimum_size=1000, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["Cache-Control"] = YEAR
            await send(message)

        path = scope["path"] if scope["type"] == "http" else ""
        if path == "/":
            await self._packed(scope, receive, send)
        else:
            await self._app(scope, receive, kept if path.startswith(ASSETS) else send)
