"""Several visitors at once over HTTP, briefly and on a tiny model: whatever its speed, nobody is
refused, and nobody is told of another.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.app.visiting import App, running_app
from tests.benchmarks.load import asks, runs_tables
from tests.benchmarks.visitors import Page, Seen, client

pytestmark = pytest.mark.slow
VISITORS, PREDICTIONS = 4, 24


async def crowd(app: App, seen: Seen) -> None:
    async def visit(number: int) -> None:
        page = Page(number, seen, VISITORS)
        async with client(app.address) as http, page.open(http):
            await page.warm()
            if number == 0:
                await runs_tables(page, 1)
            await asks(page, lambda: seen.predictions >= PREDICTIONS, reads=False)

    async with asyncio.TaskGroup() as group:
        for number in range(VISITORS):
            group.create_task(visit(number))


def test_of_many_visitors_each_is_answered_alone(tiny_folder: Path, tmp_path: Path) -> None:
    seen = Seen()
    with running_app(tiny_folder, tmp_path, "--multi-user") as app:
        asyncio.run(crowd(app, seen))
        log = (tmp_path / "app.log").read_text(encoding="utf-8")
    assert seen.wrong == [] and "Traceback" not in log
    assert seen.predictions >= PREDICTIONS and seen.runs == 1


def test_what_belongs_to_another_is_noticed() -> None:
    seen = Seen()
    mine, other = Page(0, seen, 2), Page(1, seen, 2)
    mine.hears(f'{{"event_id": "a", "output": "{mine.mark}"}}')
    assert seen.wrong == []
    mine.hears(f'{{"event_id": "a", "output": "{other.mark}"}}')
    assert seen.wrong == [f"{mine.mark} was told of {other.mark}"]
