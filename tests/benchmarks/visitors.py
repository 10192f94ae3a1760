"""Visitors of a running app by HTTP alone, as the page itself talks to it: many at once, each with
marks of its own in its texts, who checks that every answer is its own, whole, and the same again.

A page asks by `queue/join` and hears by `queue/data`; components are found by their elements' ids.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.page.wiring import UPLOAD

JOIN, DATA, BEAT = "/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/heartbeat/"
PATIENCE = 300.0  # s
MARK = "zq{number:02}x"
"""Of a visitor, in every text of its own: no word of the page and of no other visitor."""
OVER = "process_completed"


@dataclass(kw_only=True)
class Seen:
    """What went wrong, in a sentence each, and how long answers took. seconds: from the click to
    the whole first answer, the panels that are added later not counted."""

    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    predictions: int = 0
    runs: int = 0


class Page:
    """A page of one visitor: a session, with the values of its boxes as they were built."""

    def __init__(self, number: int, seen: Seen, visitors: int) -> None:
        self.number, self.seen = number, seen
        self.mark = MARK.format(number=number)
        self._others = [MARK.format(number=n) for n in range(visitors) if n != number]
        self.owner = secrets.token_hex(16)
        self._answers: dict[str, str] = {}

    @asynccontextmanager
    async def open(self, http: httpx.AsyncClient) -> AsyncIterator[Page]:
        """Loaded, and alive until it is left, as a tab is."""
        self._http = http
        self.session = secrets.token_hex(5)
        (await self._http.get("/")).raise_for_status()
        config = (await self._http.get("/config")).json()
        parts = config["components"]
        self._values = {part["id"]: part["props"].get("value") for part in parts}
        self._ids = {part["props"].get("elem_id"): part["id"] for part in parts}
        browser = [part["id"] for part in parts if part["type"] == "browserstate"]
        self._values |= dict.fromkeys(browser, self.owner)
        self._states = {part["id"] for part in parts if part["type"] == "state"}
        self._events = [one for one in config["dependencies"] if one["backend_fn"]]
        alive = asyncio.create_task(self._beat())
        try:
            for event in self._events:
                if any(kind == "load" for _, kind in event["targets"]):
                    await self._fire(event, None, None)
            yield self
        finally:
            alive.cancel()

    async def _beat(self) -> None:
        async with self._http.stream("GET", BEAT + self.session) as beating:
            async for _ in beating.aiter_raw():
                pass

    async def fire(self, name: str, kind: str, told: Any = None, **values: Any) -> list[Any]:
        """All that came of an event of the element `name`. values: of other boxes, by their ids
        with _ for -."""
        target = self._ids[name]
        given = {self._ids[box.replace("_", "-")]: value for box, value in values.items()}
        self._values |= given
        for event in self._events:
            if [target, kind] in event["targets"]:
                return await self._fire(event, target, told)
        raise LookupError(f"#{name} has no {kind}")

    async def state(self, prefix: str) -> str:
        """Of the job that the panel shows whose elements' ids begin so; "" for none."""
        head = self._ids[f"{prefix}-head"]
        for event in self._events:
            if head in event["outputs"] and any(kind == "tick" for _, kind in event["targets"]):
                found = await self._fire(event, event["targets"][0][0], None)
                shown = _told(found[-1], event["outputs"].index(head)) if found else ""
                said = re.search(r'data-state="([^"]*)"', shown)
                return said[1] if said else ""
        raise LookupError(f"nothing looks at #{prefix}-head")

    async def warm(self) -> None:
        """Until the model answers."""
        await self.fire("predict", "click", text="so happy", language="en")

    async def _fire(self, event: dict[str, Any], target: int | None, told: Any) -> list[Any]:
        """Messages of the event, with `at`: when each came, s after the click."""
        data = [None if one in self._states else self._values[one] for one in event["inputs"]]
        body = {"data": data, "fn_index": event["id"], "session_hash": self.session,
                "trigger_id": target, "event_data": told}  # fmt: skip
        begun = time.monotonic()
        asked = await self._http.post(JOIN, json=body)
        if asked.status_code != httpx.codes.OK:
            self.seen.wrong.append(f"{event['id']}: {asked.status_code} {asked.text[:200]}")
            return []
        number, found = asked.json()["event_id"], []
        params = {"session_hash": self.session}
        async with self._http.stream("GET", DATA, params=params) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data: "):
                    continue
                message = self.hears(line.removeprefix("data: "))
                if message.get("event_id") != number:
                    continue
                found.append(message | {"at": time.monotonic() - begun})
                if message["msg"] == OVER:
                    break
        if not found or not found[-1].get("success"):
            self.seen.wrong.append(f"{event['id']}: no answer, {json.dumps(found[-1:])[:300]}")
        return found

    def hears(self, line: str) -> dict[str, Any]:
        """A message, whatever it answers."""
        for other in self._others:
            if other in line:
                self.seen.wrong.append(f"{self.mark} was told of {other}")
        message: dict[str, Any] = json.loads(line)
        return message

    async def predict(self, text: str, picture: dict[str, Any] | None = None) -> None:
        """With the mark in it; what is answered to the same again must be the same."""
        text = f"{text} {self.mark}"
        found = await self.fire("predict", "click", text=text, picture=picture, language="sw")
        self.seen.predictions += 1
        whole = [one for one in found if one["msg"] in ("process_generating", OVER)]
        first = next((one for one in whole if "%" in _told(one, 0)), None)
        if first is None:
            self.seen.wrong.append(f"{self.mark}: no answer, {_told(whole[-1], 0)[:300]}")
            return
        self.seen.seconds.append(first["at"])
        panels = json.dumps(first["output"]["data"])
        if self.mark not in panels:
            self.seen.wrong.append(f"{self.mark}: the answer is to another text")
        said = self._answers.setdefault(f"{text} {picture}", _told(first, 0))
        if said != _told(first, 0):
            self.seen.wrong.append(f"{self.mark}: two answers to one text")

    async def upload(self, path: Path) -> dict[str, Any]:
        """As a box takes it."""
        with path.open("rb") as file:
            sent = await self._http.post(UPLOAD, files={"files": (path.name, file)})
        sent.raise_for_status()
        kind = {"_type": "gradio.FileData"}
        return {"path": sent.json()[0], "orig_name": path.name, "meta": kind}


def _told(message: dict[str, Any], place: int) -> str:
    """One of the values of the first message; later ones tell changes alone."""
    data = message.get("output", {}).get("data") or []
    return str(data[place]) if len(data) > place else ""


def client(address: str) -> httpx.AsyncClient:
    """Of one browser: its own cookies and connections."""
    return httpx.AsyncClient(base_url=address, timeout=PATIENCE)
