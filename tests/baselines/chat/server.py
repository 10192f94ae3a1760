"""A server on this machine that speaks the chat completions protocol, as a test scripts it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """body: JSON types, or text that is sent as it is. delay: seconds until it is sent."""

    status: int
    body: object
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass
class ChatServer:
    """reply: what a request gets, by its JSON body. asked: the bodies; keys: what their
    Authorization said; at: when they came (seconds); open: how many have
    no reply yet; most: how many ever had none."""

    url: str = ""
    reply: Callable[[dict[str, Any]], Reply] = lambda body: says('{"label": "joy"}')
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    open: int = 0
    most: int = 0

    def replies(self, *replies: Reply) -> None:
        """One after the other, the last one for ever."""
        left = list(replies)
        self.reply = lambda body: left.pop(0) if len(left) > 1 else left[0]


def says(content: str | None, *, tokens: tuple[int, int] | None = (10, 2), **message: Any) -> Reply:
    """A completion as the protocol has it; tokens: in and out, None for a server that counts none.
    message: more of it, as `refusal`."""
    completion: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "made-2026-11-25",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": "stop",
            }
        ],
    }
    if tokens is not None:
        completion["usage"] = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
    return Reply(200, completion)


def fails(status: int, message: str = "no", *, code: str = "", **headers: str) -> Reply:
    """An error as the protocol has it; headers with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"error": {"message": message, "code": code, "param": None}}, named)


def text_of(body: dict[str, Any]) -> str:
    """What the user's message of a request says."""
    content = body["messages"][1]["content"]
    return content if isinstance(content, str) else content[0].get("text", "")


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    state, lock = ChatServer(), threading.Lock()

    @contextmanager
    def counted() -> Iterator[None]:
        with lock:
            state.open += 1
            state.most = max(state.most, state.open)
        yield
        with lock:
            state.open -= 1

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections stay open, as those of real services do

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.at.append(time.monotonic())
            state.asked.append(body)
            state.keys.append(self.headers["Authorization"])
            reply = Reply(404, "no such path")
            if self.path == "/v1/chat/completions":
                reply = state.reply(body)
            with counted():
                time.sleep(reply.delay)
            plain = isinstance(reply.body, str)
            content = (reply.body if plain else json.dumps(reply.body)).encode()
            try:
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True  # the other side gave up waiting

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
