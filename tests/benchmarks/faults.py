"""What breaks from outside, over and over, on true processes and disks; printed, not asserted.

    python -m tests.benchmarks.faults --out FOLDER [CASE ...]

server:    the app is killed at 20 random moments, from its start to a table that begins; nothing
           that was complete is lost, and it starts again
commands:  rethinking, teaching and predicting a table are killed at 20 random moments each, and go
           on to the very result of one that nobody disturbed
disk:      the same on a disk that is full at ever later writes; and what the page keeps
read-only: a checkout, and a folder for runs, that cannot be written
temporary: no folder for temporary files at all
ports:     taken, and impossible
clock:     set back by a day while a table is predicted
asleep:    the app and its job stand still for 60 s

A case that is done is kept in FOLDER, and printed with the others. Linux, as root: file systems of
some MB are mounted, and folders are bound read-only, for the processes of a case alone. The model
is a tiny one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from app.jobs.store import browser_secret
from app.kinds import engines
from app.models.requests import Refused
from app.page.wiring import UPLOAD
from app.table.kind import TABLE
from lfdrt.errors import UserError
from lfdrt.runs.files import write_json
from lfdrt.training.teach.labels import LabelStore, Word, read_labels
from tests.app.jobs import gated
from tests.app.jobs.kinds import Tables
from tests.app.visiting import App, end_jobs, jobs_of, running_app
from tests.benchmarks.disturbing import (
    ROOT,
    Found,
    Place,
    app_command,
    done,
    forked,
    imported,
    is_one_sentence,
    said_by,
    small_disk,
    without_writing,
)
from tests.benchmarks.visitors import Page, Seen, client
from tests.tiny import tiny_checkpoint

KILLS = 20
ASLEEP = 60.0  # s
FREE = (0, 4, 8, 16, 32, 64, 128, 256, 384, 512, 768, 1024, 1536, 2048, 4096, 8192, 16384)
"""kB that are left on it."""
ROOMY = 400
"""MB: a job asks for 200 before it begins."""
CLOCK = """
import runpy, sys, time
real = time.time
time.time = lambda: real() + float(open({offset!r}).read())
runpy.run_path({program!r}, run_name="__main__")
"""


def commands(place: Place) -> Found:
    found, luck, log = Found(), random.Random(1), place.folder / "log"
    imported()
    for name in place.commands(place.folder):
        asked, results = place.commands(place.folder / "whole" / name)[name]
        results[0].parent.mkdir(parents=True)
        begun = time.monotonic()
        code, said = done(asked, log)
        took = time.monotonic() - begun
        found.check(code == 0, f"{name}: {said[-300:]}")
        again, others = place.commands(place.folder / "killed" / name)[name]
        others[0].parent.mkdir(parents=True)
        for n in range(place.kills):
            pid = forked(again, log)
            time.sleep(luck.uniform(0, took))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            said = log.read_text(encoding="utf-8", errors="replace")
            found.check("Traceback" not in said, f"{name}, kill {n}: {said[-300:]}")
        code, said = done(again, log)
        found.check(code == 0, f"{name} after {place.kills} kills: {said[-300:]}")
        for one, other in zip(results, others, strict=True):
            same = other.is_file() and one.read_bytes() == other.read_bytes()
            found.check(same, f"{name} after {place.kills} kills: {one.name} is another one")
    return found


def disk(place: Place) -> Found:
    found, log = Found(), place.folder / "log"
    imported()
    for name in place.commands(place.folder):
        asked, results = place.commands(place.folder / "whole" / name)[name]
        results[0].parent.mkdir(parents=True)
        done(asked, log)
        with small_disk(place.folder / f"disk-{name}") as leave:
            for free in FREE:
                out = place.folder / f"disk-{name}" / f"{free}"
                again, others = place.commands(out)[name]
                others[0].parent.mkdir(parents=True, exist_ok=True)
                leave(free)
                code, said = done(again, log)
                enough = code == 0
                told = code == 2 and ("room left" in said or "No space left" in said)
                found.check(enough or told and is_one_sentence(said),
                            f"{name} with {free} kB: {code} {said[-400:]}")  # fmt: skip
                leave(None)
                code, said = done(again, log)
                found.check(code == 0, f"{name} after {free} kB: {code} {said[-300:]}")
                for one, other in zip(results, others, strict=True):
                    same = other.is_file() and one.read_bytes() == other.read_bytes()
                    found.check(same, f"{name} after {free} kB: {one.name} is another one")
                shutil.rmtree(out)
                if enough:
                    break
            else:
                found.check(False, f"{name} had never room enough")
    _kept(place, found)
    _served(place, found)
    return found


def _kept(place: Place, found: Found) -> None:
    """Jobs and labels of a visitor, on a disk without a byte."""
    with small_disk(place.folder / "disk", ROOMY) as leave:
        jobs = Tables(place.folder / "disk" / "runs")
        jobs.becomes(run := jobs.start("first"), "done")
        jobs.settled(run)
        labels = place.folder / "disk" / "labels.csv"
        with LabelStore(labels) as store:
            store.say(Word(id="1", label="joy", text="so happy"))
            acts: dict[str, Callable[[], Any]] = {
                "a new job": lambda: jobs.start("second"),
                "a new name": lambda: jobs.jobs.rename(run, "", "another"),
                "a label": lambda: store.say(*[Word(id="2", label="fear", text="no " * 2000)]),
                "a secret": lambda: browser_secret(place.folder / "disk"),
            }
            for what, act in acts.items():
                leave(0)  # a job that is refused may have cleared the lock of the last one away
                try:
                    act()
                    found.check(False, f"{what} was written on a full disk")
                except (Refused, UserError, OSError) as error:
                    found.check("room" in str(error) or "space" in str(error), f"{what}: {error}")
        found.check(
            [(one.id, one.label) for one in read_labels(labels)] == [("1", "joy")], "labels"
        )
        found.check([one.name for one in jobs.jobs.history("")] == ["first"], "the list of jobs")
        left = [one.name for one in (place.folder / "disk").iterdir() if one.name[0] == "."]
        found.check(not left, f"half a file was left: {left}")
        leave(None)
        jobs.becomes(run := jobs.start("second"), "done")
        jobs.settled(run)
        jobs.end_all()


def _served(place: Place, found: Found) -> None:
    """An app whose uploads and runs lie on a disk without a byte still answers."""

    async def visit(app: App) -> None:
        async with client(app.address) as http, Page(0, seen := Seen(), 1).open(http) as page:
            await page.warm()
            small = place.table(400)
            await page.fire("tab-table", "upload", tab_table=await page.upload(small))
            leave(0)
            with small.open("rb") as file:
                sent = await http.post(UPLOAD, files={"files": ("big.csv", file)})
            found.check(sent.status_code == 507 and "no room" in sent.text, f"upload: {sent.text}")
            told = json.dumps(await page.fire("tab-start", "click"))
            found.check("cannot be written" in told or "could not" in told, f"start: {told[-300:]}")
            await page.predict("so happy")
            found.check(not seen.wrong, f"a prediction: {seen.wrong}")

    with small_disk(place.folder / "served", ROOMY) as leave:
        with running_app(place.model, place.folder / "served", "--multi-user") as app:
            asyncio.run(visit(app))
        leave(None)


def read_only(place: Place) -> Found:
    found = Found()
    (runs := place.folder / "runs").mkdir()
    closed = without_writing(ROOT)
    code, said = said_by([*closed, *app_command(place)])
    found.check(code == 2 and "cannot be used: Read-only" in said, f"own runs: {code} {said}")
    code, said = said_by([*closed, *app_command(place, "--runs", f"{runs}{os.sep}")])
    found.check(code == 0, f"other runs: {code} {said[-500:]}")
    model = ["--checkpoint", str(place.model)]
    code, said = said_by([*closed, "-m", "lfdrt", "predict", "--text", "so happy", *model])
    found.check(code == 0, f"predict: {code} {said[-500:]}")
    closed = without_writing(place.folder)
    code, said = said_by([*closed, *app_command(place, "--runs", f"{runs}{os.sep}")])
    found.check(code == 2 and "cannot be used: Read-only" in said, f"its runs: {code} {said}")
    for name, (asked, _) in place.commands(runs / "new").items():
        code, said = said_by([*closed, "-m", "lfdrt", *asked])
        found.check(code == 2 and is_one_sentence(said), f"{name}: {code} {said[-500:]}")
    return found


def temporary(place: Place) -> Found:
    found = Found()
    closed = without_writing(*(one for one in ("/tmp", "/var/tmp", ROOT) if Path(one).is_dir()))
    nowhere = {"TMPDIR": "/nonexistent"}
    tried = (
        app_command(place),
        [*app_command(place), "--kiosk"],
        ["-m", "lfdrt", "predict", "--text", "so happy"],
    )
    for asked in tried:
        code, said = said_by([*closed, *asked], **nowhere)
        found.check(code == 2 and "TMPDIR" in said and is_one_sentence(said), f"{code} {said}")
    (runs := place.folder / "runs").mkdir()
    code, said = said_by(
        [sys.executable, *app_command(place, "--runs", f"{runs}{os.sep}")], **nowhere
    )
    found.check(code == 0, f"another folder will do: {code} {said[-500:]}")
    return found


def ports(place: Place) -> Found:
    found = Found()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        tried = {
            (f"--port={taken.getsockname()[1]}",): "is taken: stop the other program",
            ("--port=99999",): "from 1 to 65535, and not 99999",
            ("--port=0",): "from 1 to 65535, and not 0",
            ("--port=-1",): "from 1 to 65535, and not -1",
            ("--host=192.0.2.1", "--auth=a:b"): "No page can be served on 192.0.2.1",
            ("--host=nosuch.invalid", "--auth=a:b"): "No page can be served on",
        }
        for options, sentence in tried.items():
            code, said = said_by([sys.executable, "app.py", "--no-browser", *options])
            found.check(code == 2 and sentence in said, f"{options}: {code} {said[-300:]}")
    return found


async def begins(app: App, rows: int, page: Page, place: Place) -> None:
    table = await page.upload(place.table(rows))
    await page.fire("tab-table", "upload", tab_table=table)
    await page.fire("tab-start", "click")


async def becomes(page: Page, state: str, seconds: float = 120.0) -> str:
    """The state that it is in at last."""
    end = time.monotonic() + seconds
    while (now := await page.state("tab")) != state and time.monotonic() < end:
        await asyncio.sleep(0.5)
    return now


def clock(place: Place) -> Found:
    offset, wrapper = place.folder / "offset", place.folder / "clock.py"
    offset.write_text("0")
    wrapper.write_text(CLOCK.format(offset=str(offset), program=str(gated.__file__)))

    async def visit(app: App, found: Found) -> None:
        async with client(app.address) as http, Page(0, Seen(), 1).open(http) as page:
            await page.warm()
            await begins(app, gated.LONG + 100, page, place)
            found.check(await becomes(page, "running") == "running", "it never ran")
            offset.write_text("-86400")
            await asyncio.sleep(5.0)
            found.check(await page.state("tab") == "running", "it seems gone")
            await page.fire("tab-stop", "click")
            found.check(await becomes(page, "stopped") == "stopped", "it is not stopped")
            await begins(app, 20, page, place)
            found.check(await becomes(page, "done") == "done", "the next is not done")

    return visited(place, visit, wrapper)


def asleep(place: Place) -> Found:
    async def visit(app: App, found: Found) -> None:
        async with client(app.address) as http, Page(0, seen := Seen(), 1).open(http) as page:
            await page.warm()
            await begins(app, gated.LONG + 100, page, place)
            found.check(await becomes(page, "running") == "running", "it never ran")
            processes = jobs_of(app.folder)
            for one in processes:
                one.suspend()
            await asyncio.sleep(ASLEEP)
            for one in processes:
                one.resume()
            found.check(await page.state("tab") == "running", "it seems gone")
            await page.predict("so happy")
            found.check(not seen.wrong, f"a prediction: {seen.wrong}")
            await page.fire("tab-stop", "click")
            found.check(await becomes(page, "stopped") == "stopped", "it is not stopped")

    return visited(place, visit, Path(gated.__file__))


def visited(place: Place, visit: Callable[[App, Found], Any], program: Path) -> Found:
    found = Found()
    with running_app(place.model, place.folder, "--multi-user", program=program) as app:
        asyncio.run(visit(app, found))
        log = (place.folder / "app.log").read_text(encoding="utf-8")
        found.check("Traceback" not in log, log[-500:])
    return found


def server(place: Place) -> Found:
    found, luck, runs = Found(), random.Random(2), place.folder / "runs"
    complete: dict[str, bytes] = {}
    for n in range(place.kills):
        begun, moment = time.monotonic(), luck.uniform(0.0, 20.0)
        app = subprocess.Popen(
            [sys.executable, *app_command(place, "--runs", str(runs))], cwd=ROOT,
            stdout=(log := (place.folder / "log").open("w+b")), stderr=subprocess.STDOUT,
        )  # fmt: skip
        with suppress(Exception):  # whatever a dying server leaves a visitor with
            asyncio.run(asyncio.wait_for(_one_visit(place, app, Path(log.name)), moment))
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        app.kill()
        app.wait()
        said = Path(log.name).read_text(encoding="utf-8", errors="replace")
        found.check("Traceback" not in said, f"kill {n}: {said[-400:]}")
        complete |= _checked(runs, complete, found, n)
    print(f"  {len(complete)} tables were complete", flush=True)
    end_jobs(runs)
    with running_app(place.model, place.folder, "--multi-user") as app_at_last:

        async def visit() -> None:
            async with client(app_at_last.address) as http, Page(0, Seen(), 1).open(http) as page:
                await begins(app_at_last, 20, page, place)
                found.check(await becomes(page, "done") == "done", "no table is done at last")

        asyncio.run(visit())
    return found


async def _one_visit(place: Place, app: subprocess.Popen[bytes], log: Path) -> None:
    while "LFD-RT is at" not in log.read_text(encoding="utf-8") and app.poll() is None:
        await asyncio.sleep(0.1)
    address = log.read_text(encoding="utf-8").split("LFD-RT is at ")[1].split()[0]
    async with client(address) as http, Page(0, Seen(), 1).open(http) as page:
        while True:
            await begins(App(address=address, folder=place.folder), 20, page, place)
            await becomes(page, "done")


def _checked(runs: Path, before: dict[str, bytes], found: Found, n: int) -> dict[str, bytes]:
    """What is complete, after an app without a page has looked at it as the next one will."""
    jobs = engines(runs, device="cpu", single_user=True)
    jobs.open()
    tables = jobs.of(TABLE)
    found.check(not tables.store.damaged(""), f"kill {n}: a run cannot be read")
    now = {one.id: (one.folder / "predictions.csv").read_bytes()
           for one in tables.history("") if one.state == "done"}  # fmt: skip
    lost = [run for run in before if now.get(run) != before[run]]
    found.check(not lost, f"kill {n}: {lost} were complete")
    return now


CASES: dict[str, Callable[[Place], Found]] = {
    "server": server,
    "commands": commands,
    "disk": disk,
    "read-only": read_only,
    "temporary": temporary,
    "ports": ports,
    "clock": clock,
    "asleep": asleep,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"{', '.join(CASES)}; default all")
    parser.add_argument("--out", type=Path, required=True, help="what is done is kept here")
    parser.add_argument("--kills", type=int, default=KILLS)
    args = parser.parse_args()
    if unknown := set(args.cases) - CASES.keys():
        parser.error(f"unknown case {min(unknown)!r}; there are {', '.join(CASES)}")
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.cases or CASES:
        path = args.out / f"{name}.json"
        if not path.is_file():
            with tempfile.TemporaryDirectory(prefix="faults-", dir=args.out) as folder:
                begun = time.monotonic()
                model = tiny_checkpoint(Path(folder) / "tiny")
                (place := Path(folder) / "case").mkdir()
                found = CASES[name](Place(place.resolve(), model.resolve(), args.kills))
                load = psutil.getloadavg()[0]
                took = time.monotonic() - begun
                write_json(path, vars(found) | {"seconds": round(took), "load": round(load, 1)})
        held = json.loads(path.read_text(encoding="utf-8"))
        tries, wrong = held["tries"], held["wrong"]
        said = (
            f"{tries - len(wrong):4} of {tries:4} right ({held['seconds']} s, load {held['load']})"
        )
        print(f"{name:10} {said}", *wrong[:5], sep="\n    ", flush=True)


if __name__ == "__main__":
    main()
