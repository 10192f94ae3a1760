"""A Chromium for the browser tests: found, else installed, else a sentence that says what to do.

`find_chromium` is what tests use; `python -m tests.chromium` is run by `make test` and may
install one. Knows nothing of the app.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


@cache
def find_chromium() -> str | None:
    """Path of a Chromium or Chrome that starts, for Playwright's `executable_path`; else None."""
    found = [path for name in _NAMES if (path := shutil.which(name))]
    return next(filter(_starts, [*found, *_MAC, *_playwrights_own()]), None)


def ensure_chromium() -> str | None:
    """As `find_chromium`, after installing one where none was found and that is possible."""
    for install in (None, _install_by_playwright, _install_by_apt):
        if install is not None:
            install()
            find_chromium.cache_clear()
        if path := find_chromium():
            return path
    return None


def _playwrights_own() -> list[str]:
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            return [playwright.chromium.executable_path]
    except Error:
        return []


def _starts(path: str) -> bool:
    """Ubuntu's `chromium-browser` may be a stub that only asks for a snap."""
    if not Path(path).is_file():
        return False
    return _succeeds([path, "--version"], seconds=30)


def _install_by_playwright() -> None:
    print("No Chromium found: trying `playwright install chromium` ...", flush=True)
    _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], seconds=600)


def _install_by_apt() -> None:
    """Only where it can be done without a question: as root, or with a sudo that asks nothing."""
    if shutil.which("apt-get") is None:
        return
    print("Trying `apt-get install chromium` ...", flush=True)
    for prefix in ([], ["sudo", "-n"]):
        apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        if _succeeds([*apt, "update"], seconds=300):
            _succeeds([*apt, "install", "-y", "--no-install-recommends", "chromium"], seconds=600)
            return


def _succeeds(command: list[str], *, seconds: int) -> bool:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    path = ensure_chromium()
    if path is None:
        print(
            "The browser tests need a Chromium and none could be installed: install Chromium or "
            "Google Chrome so that `chromium` or `google-chrome` is on the PATH, then run "
            "`make test` again.",
            file=sys.stderr,
        )
        return 1
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
