"""Who is answered: requests that name one of this app's hosts, and of those that come from a page
only those from the app's own. And who has given the password, of whom Gradio does not ask it.

A page of the web can make its own name point at this machine (DNS rebinding): its requests then
name a host that is not the app's. Or it posts here across origins: then the browser says whose page
asks, since no script can leave that header out. Programs that are no browsers say nothing, and are
let through to what asks for the password.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import psutil
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

BAD_NAME = (
    "--allow-host takes the name or address of a host, such as demo.example.org, without scheme "
    "and port, and not {given!r}."
)
FOREIGN = (
    "This was sent from a page of another site, and is refused. Open the app under its own address."
)
LOCAL = ("127.0.0.1", "localhost", "::1")
PORTS = {"http": 80, "https": 443}
NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.ASCII)


def host_name(given: str) -> str:
    """A host as browsers write it: lower case, IPv6 in brackets, other scripts in IDNA. Raises
    ValueError with a sentence for anything that is no single host."""
    name = given.strip()
    with suppress(ValueError):
        address = ipaddress.ip_address(name.strip("[]"))
        return f"[{address}]" if address.version == 6 else str(address)
    with suppress(UnicodeError):
        name = name.encode("idna").decode("ascii").lower()
        if NAME.fullmatch(name):
            return name
    raise ValueError(BAD_NAME.format(given=given))


def served_names(host: str, more: Sequence[str]) -> list[str]:
    """Hosts under which the app may be asked: this machine's own names, `host` and `more`.

    A host that stands for all addresses (0.0.0.0) becomes those of this machine now, and its name.
    Raises ValueError with a sentence.
    """
    names = [*LOCAL, *more]
    try:
        everywhere = not host or ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        everywhere = False
    names += _of_this_machine() if everywhere else [host]
    return list(dict.fromkeys(map(host_name, names)))


def _of_this_machine() -> list[str]:
    kinds = (socket.AF_INET, socket.AF_INET6)
    networks = psutil.net_if_addrs().values()
    names = [one.address.partition("%")[0] for of in networks for one in of if one.family in kinds]
    for name in (socket.gethostname(), f"{socket.gethostname()}.local", socket.getfqdn()):
        with suppress(ValueError):  # a machine may be called what no host can be
            names.append(host_name(name))
    return names


def middleware(names: Sequence[str], more: Sequence[str]) -> list[Middleware]:
    """names: of `served_names`. more: those of them that a proxy may answer under."""
    return [
        Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False),
        Middleware(OwnPages, proxied=[host_name(name) for name in more]),
    ]


def signed_in(request: Request) -> bool:
    """As Gradio decides it for its own addresses (`login_check` of its routes); those that stand
    beside them have to ask. True where the app has no password."""
    app = request.app
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return app.auth is None or any(request.cookies.get(one) in app.tokens for one in names)


class OwnPages:
    """Refuses what a page of another origin asks for, whatever it asks: Gradio would let such a
    page read the answers too, on any host but localhost."""

    def __init__(self, app: ASGIApp, proxied: Sequence[str]) -> None:
        self._app, self._proxied = app, frozenset(proxied)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and self._is_foreign(Headers(scope=scope)):
            await PlainTextResponse(FOREIGN, status_code=403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_foreign(self, headers: Headers) -> bool:
        if (told := headers.get("origin")) is None:
            return False
        try:
            origin = urlsplit(told)
            own = urlsplit(f"//{headers.get('host', '')}")
            usual = PORTS[origin.scheme]
            if (origin.hostname, origin.port or usual) == (own.hostname, own.port or usual):
                return False
            return host_name(origin.hostname or "") not in self._proxied
        except (ValueError, KeyError):  # "null" and whatever is no address
            return True
