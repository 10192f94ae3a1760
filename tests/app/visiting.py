"""The app as a user starts it, and a Chromium that watches what pages ask for and complain of."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from lfdrt.labels import EKMAN7
from tests.chromium import find_chromium
from tests.csv_files import LABELLED, write
from tests.tiny import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120  # at most, for whatever is waited for: a machine may be busy with other things
WIDE, TELEPHONE = 1280, 390  # pixels
SHORT, LONG = 40, 2_000  # rows: one job is finished soon, the other is held until it is stopped
LEAVING = (
    "Connection errored out|AbortError|Unexpected error 404: Not Found|network error"
    "|ERR_INCOMPLETE_CHUNKED_ENCODING"
)
"""Gradio's complaint of what is under way when a page is left."""


@dataclass(frozen=True, kw_only=True)
class App:
    """folder: where it was started; holds its uploads, runs, data and temporary files."""

    address: str
    folder: Path


@contextmanager
def running_app(
    checkpoint: Path,
    folder: Path,
    *arguments: str,
    kiosk: str | None = None,
    program: Path = ROOT / "app.py",
) -> Iterator[App]:
    """Started in `folder`, which is not the repository's. kiosk: minutes. program: what starts
    it."""
    port = free_port()
    command = [sys.executable, str(program), "--no-browser", "--device", "cpu"]
    command += ["--checkpoint", str(checkpoint), "--port", str(port)]
    command += ["--kiosk", kiosk] if kiosk else ["--runs", str(folder / "runs")]
    environment = {**os.environ, "TMPDIR": str(folder), "GRADIO_TEMP_DIR": str(folder / "uploads")}
    with (folder / "app.log").open("w+", encoding="utf-8") as log:
        app = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        try:
            yield App(address=_printed_address(app, Path(log.name)), folder=folder)
        finally:
            app.terminate()
            app.wait(SECONDS)
            end_jobs(folder)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def write_data(folder: Path) -> None:
    """Two data sets: a short one, `brighter`, and a long one, `xed`; both Spanish."""
    for source, rows in (("brighter", SHORT), ("xed", LONG)):
        cells = [(f"{source}-{i}", SENTENCES[i % 16], EKMAN7.labels[i % 7]) for i in range(rows)]
        write(folder / "text" / source / "es.dev.csv", [LABELLED, *cells])


def jobs_of(folder: Path) -> list[psutil.Process]:
    """Processes with something that lies in `folder` in their command."""
    within = f"{folder}{os.sep}"
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(within in word for word in process.info["cmdline"] or ())
    ]


def end_jobs(folder: Path) -> None:
    """At once; a job survives the app, as it should, and so a test that failed in its middle.

    One whose app still runs and has not yet asked how it ended stays as a zombie: ended, too."""
    processes = jobs_of(folder)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    for _ in range(SECONDS * 10):
        processes = [p for p in processes if _runs(p)]
        if not processes:
            return
        time.sleep(0.1)
    raise AssertionError(f"killed {SECONDS} s ago and still running: {processes}")


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _printed_address(app: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(SECONDS * 10):
        said = log.read_text(encoding="utf-8")
        if found := re.search(r"http://127\.0\.0\.1:\d+/", said):
            return found[0]
        assert app.poll() is None, said
        time.sleep(0.1)
    raise AssertionError(f"the app printed no address in {SECONDS} s: {log.read_text()}")


@contextmanager
def open_browser(*more: str) -> Iterator[Browser]:
    """more: flags of Chromium."""
    path = find_chromium()
    assert path, "The browser tests need a Chromium: run `python -m tests.chromium`."
    flags = ["--no-sandbox", "--disable-background-networking", *more]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@contextmanager
def visiting(
    browser: Browser,
    address: str,
    *,
    forgiven: str = "(?!)",
    width: int = WIDE,
    clock: bool = False,
) -> Iterator[Page]:
    """A visitor of its own, on the page with its model ready; fails at the end for whatever the
    page asked of another host or complained of, but what the pattern `forgiven` finds.

    clock: the page's clock can be moved on."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    if clock:
        page.clock.install()
    page.set_default_timeout(SECONDS * 1000)
    expect.set_options(timeout=SECONDS * 1000)
    wrong: list[str] = []
    page.on("request", lambda r: wrong.append(f"asked {r.url}") if _is_outside(r.url) else None)
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    try:
        page.goto(address)
        expect(page.locator("#model-state")).to_contain_text("is ready on")
        yield page
    finally:
        context.close()
    if clock:  # which numbers timers and frames as one, where page.js counts frames
        forgiven = f"{forgiven}|Cannot clear timer"
    left = [words for words in wrong if not re.search(forgiven, words)]
    assert not left, left


def _is_outside(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


def expect_to_fit(page: Page) -> None:
    """Nothing sticks out on the right."""
    shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert shown[0] <= shown[1], shown


def example(page: Page, name: str) -> None:
    """The first card of that name, answered."""
    page.locator("#examples").get_by_role("button", name=name).first.click()
    expect(page.locator("#sharpness")).to_contain_text("KL from uniform")


def saved(page: Page, button: Locator) -> tuple[str, bytes]:
    """Name and content of the file that a press of the button gives."""
    with page.expect_download() as waited:
        button.click()
    return waited.value.suggested_filename, Path(waited.value.path()).read_bytes()
