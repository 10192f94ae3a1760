"""Many visitors at once, over HTTP, against the app as a user starts it; printed, not asserted.

    python -m tests.benchmarks.load --out FOLDER [crowd memory] [--minutes 3] [--visitors 12]

crowd:  visitors who ask and read, while one of them fine-tunes: how long a first answer takes at
        the 95th percentile, as a multiple of a single visitor's median (aim: 8), and whether any
        was refused, mixed up with another's or other than the first time
memory: what 2,000 predictions and 20 runs add to the server's memory (aim: 100 MB) after the first
        200 predictions and the first run

Each part that is done is kept in FOLDER, and printed with the others. Visitors read for READS
seconds between two questions. Memory: resident of the server, and with its jobs the part that is
their own (PSS), since processes share the libraries that they map.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psutil

from app.jobs.kind import ACTIVE
from app.places import DEFAULT_CHECKPOINT
from lfdrt.data.drawn.face import draw_face
from lfdrt.runs.files import write_json
from tests.app.visiting import App, running_app
from tests.benchmarks.memory import server_of
from tests.benchmarks.texts import short_texts
from tests.benchmarks.visitors import Page, Seen, client

READS = (2.0, 4.0)  # s
ALONE = 20
EACH = 8  # texts of a visitor, long and short, which are asked again and again
WARM = 200
RUNS = 20
ROWS = 12  # of the table of a run
PAGES = 50  # predictions after which a visitor loads the page anew
Figures = dict[str, Any]


class Memory:
    """Of the server and its jobs, looked at every second."""

    def __init__(self, app: App) -> None:
        self._server = server_of(app.folder)
        self.peak, self.peak_server = 0, 0

    @property
    def server(self) -> int:
        return int(self._server.memory_info().rss)

    async def watch(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(1.0)

    def look(self) -> None:
        total = 0
        for one in (self._server, *self._server.children(recursive=True)):
            try:
                full = one.memory_full_info()
            except psutil.Error:  # it has just ended
                continue
            total += getattr(full, "pss", full.rss)
        self.peak, self.peak_server = max(self.peak, total), max(self.peak_server, self.server)


def texts(number: int) -> list[str]:
    """Of a visitor: others than another's, of one to some forty words."""
    found = short_texts(968)
    luck = random.Random(number)
    return [" ".join(luck.sample(found, n)) for n in (1, 1, 1, 1, 2, 2, 3, 4)][:EACH]


async def asks(page: Page, until: Callable[[], bool], *, reads: bool) -> None:
    """Question after question."""
    luck, mine = random.Random(page.number), texts(page.number)
    face = None
    if page.number % 3 == 0:  # every third has a picture too
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"face{page.number}.png"
            draw_face("joy", luck, size=256).save(path)
            face = await page.upload(path)
    while not until():
        await page.predict(luck.choice(mine), face)
        await asyncio.sleep(luck.uniform(*READS) if reads else 0.0)


async def fine_tunes(page: Page, until: Callable[[], bool]) -> None:
    """Begins a training on a bundled sample, and another one where it ends."""
    await page.fire("samples", "click", {"code": "fi"})
    while not until():
        await page.fire("ft-start", "click", ft_name="Beside others")
        await ends(page, "ft", until)


async def ends(page: Page, prefix: str, until: Callable[[], bool] = lambda: False) -> None:
    """Follow the job that was begun as the page does."""
    page.seen.runs += 1
    state = "starting"
    while state in ACTIVE and not until():
        await asyncio.sleep(1.0)
        state = await page.state(prefix)
    if state in ("", "failed", "lost"):
        page.seen.wrong.append(f"a job of {prefix} ended as {state!r}")


async def runs_tables(page: Page, count: int) -> None:
    """One after the other, each a process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{page.mark}.csv"
        path.write_text("text\n" + "".join(f"{one}\n" for one in texts(99) * 2), encoding="utf-8")
        table = await page.upload(path)
    await page.fire("tab-table", "upload", tab_table=table)
    for _ in range(count):
        await page.fire("tab-start", "click")
        await ends(page, "tab")


async def crowd(app: App, args: argparse.Namespace) -> Figures:
    memory, seen, alone = Memory(app), Seen(), Seen()
    watching = asyncio.create_task(memory.watch())
    async with AsyncExitStack() as stack:
        pages = []
        for number in range(args.visitors):
            http = await stack.enter_async_context(client(app.address))
            pages.append(Page(number, alone, args.visitors))
            await stack.enter_async_context(pages[-1].open(http))
        await pages[0].warm()
        first = memory.server
        await asks(pages[0], lambda: alone.predictions >= ALONE, reads=True)
        for page in pages:
            page.seen = seen
        end = time.monotonic() + 60 * args.minutes
        over = lambda: time.monotonic() > end  # noqa: E731
        async with asyncio.TaskGroup() as group:
            if not args.no_training:
                group.create_task(fine_tunes(pages[0], over))
            for page in pages[args.visitors > 1 :]:
                group.create_task(asks(page, over, reads=True))
        if not args.no_training:
            await pages[0].fire("ft-discard", "click")
    watching.cancel()
    single, times = statistics.median(alone.seconds), sorted(seen.seconds)
    p95 = times[int(0.95 * len(times))]
    return {
        "visitors": args.visitors,
        "predictions": seen.predictions,
        "wrong": alone.wrong + seen.wrong,
        "trainings begun": seen.runs,
        "single median ms": 1e3 * single,
        "median ms": 1e3 * statistics.median(times),
        "p95 ms": 1e3 * p95,
        "p95 / single": p95 / single,
        "server after the first answer MB": first / 1e6,
        "server at the peak MB": memory.peak_server / 1e6,
        "with jobs at the peak MB": memory.peak / 1e6,
    }


async def memory(app: App, args: argparse.Namespace) -> Figures:
    held, seen = Memory(app), Seen()
    watching = asyncio.create_task(held.watch())
    found: list[int] = []

    async def visits(number: int, most: int) -> None:
        async with client(app.address) as http:
            while seen.predictions < most:
                page, stop = Page(number, seen, 4), seen.predictions + PAGES
                async with page.open(http):
                    until = min(most, stop)
                    await asks(page, lambda u=until: seen.predictions >= u, reads=False)

    async def part(predictions: int, runs: int) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(3):
                group.create_task(visits(number, predictions))
            group.create_task(tables(runs))
        await asyncio.sleep(2.0)
        found.append(held.server)

    async def tables(runs: int) -> None:
        async with client(app.address) as http, Page(3, seen, 4).open(http) as page:
            await runs_tables(page, runs)

    async with client(app.address) as http, Page(3, Seen(), 4).open(http) as page:
        await page.warm()
    begun = time.monotonic()
    await part(WARM, 1)
    quarter = (args.predictions - WARM) // 4
    for n in range(1, 5):
        await part(WARM + n * quarter, (args.runs - 1) // 4 + (n == 1) * ((args.runs - 1) % 4))
        print(f"  {seen.predictions:,} predictions, {seen.runs} runs, {held.server / 1e6:,.0f} MB, "
              f"{time.monotonic() - begun:.0f} s", flush=True)  # fmt: skip
    watching.cancel()
    return {
        "predictions": seen.predictions,
        "runs": seen.runs,
        "wrong": seen.wrong,
        "server MB after warm-up and each quarter": [one / 1e6 for one in found],
        "grown MB": (found[-1] - found[0]) / 1e6,
        "server at the peak MB": held.peak_server / 1e6,
        "with jobs at the peak MB": held.peak / 1e6,
    }


PARTS: dict[str, Callable[[App, argparse.Namespace], Awaitable[Figures]]] = {
    "crowd": crowd,
    "memory": memory,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; default all")
    parser.add_argument("--out", type=Path, required=True, help="what is done is kept here")
    parser.add_argument("--checkpoint", type=Path, default=DEFAULT_CHECKPOINT)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--visitors", type=int, default=12)
    parser.add_argument("--predictions", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--no-training", action="store_true")
    args = parser.parse_args()
    if unknown := set(args.parts) - PARTS.keys():
        parser.error(f"unknown part {min(unknown)!r}; there are {', '.join(PARTS)}")
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.parts or PARTS:
        path = args.out / f"{name}.json"
        if not path.is_file():
            before = psutil.getloadavg()[0]
            with (
                tempfile.TemporaryDirectory() as folder,
                running_app(args.checkpoint.resolve(), Path(folder), "--multi-user") as app,
            ):
                found = asyncio.run(PARTS[name](app, args))
            found["load before"], found["cores"] = before, psutil.cpu_count()
            write_json(path, found)
        print(f"{name}:")
        for what, value in json.loads(path.read_text(encoding="utf-8")).items():
            told = value if not isinstance(value, list) else f"{len(value)} {value[:6]}"
            print(f"  {what:42} {told:.2f}" if isinstance(told, float) else f"  {what:42} {told}")


if __name__ == "__main__":
    main()
