"""Every command of README.md and docs/ works.

It is run with a tiny model in place of the bundled one. Where its block begins with “# needs:”
(data sets, hours, a GPU, a network, a person) it is not run, but every option, target and file it
names must be there. Python blocks are run with the bundled model, and print what they say.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import runpy
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from lfdrt.__main__ import build_parser, main
from lfdrt.places import COMPACT
from tests.app.visiting import running_app
from tests.pages import PAGES, ROOT, Command, blocks, commands

COMMANDS = [one for page in PAGES for one in commands(page)]
CHECKED = [one for one in COMMANDS if one.needs]
RUN = {page: [one for one in commands(page) if not one.needs] for page in PAGES}
SECONDS = 120
LFDRT, PYTEST = ("python", "-m", "lfdrt"), ("python", "-m", "pytest")
APP = ("python", "app.py")
INSTALLED = {("lfdrt",): LFDRT, ("lfdrt-app",): APP}
"""Commands of an installed package, and what they are in a checkout: tests/test_packaging.py."""


def _name(page: Path) -> str:
    return page.name


@pytest.fixture
def place(tiny_folder: Path, tmp_path: Path) -> Path:
    """A folder with what the commands name, and tiny models where the bundled ones lie."""
    from lfdrt.labels import POLARITY3
    from tests.tiny import tiny_checkpoint

    for name in ("samples", "examples"):
        shutil.copytree(ROOT / "assets" / name, tmp_path / "assets" / name)
    shutil.copytree(tiny_folder, tmp_path / "checkpoints" / "compact")
    tiny_checkpoint(tmp_path / "checkpoints" / "compact-polarity", label_set=POLARITY3, seed=1)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if RUN[page]], ids=_name)
def test_the_commands_of_a_page_run(page: Path, place: Path, monkeypatch: pytest.MonkeyPatch):
    """In their order, since one may use what another made."""
    monkeypatch.chdir(place)
    for command in RUN[page]:
        assert _runner(command)(command, place) == 0, str(command)


@pytest.mark.parametrize("command", CHECKED, ids=str)
def test_a_command_that_is_not_run_names_what_there_is(command: Command):
    words = command.words
    if words[:2] == ("accelerate", "launch"):
        words = ("python", *words[words.index("-m") :])
    if words[:3] == LFDRT:
        build_parser().parse_args(words[3:])  # SystemExit for an option that there is not
    elif words[:2] == ("python", "-m"):
        assert importlib.util.find_spec(words[2])
    elif words[0] == "make":
        targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert words[1] in targets
    elif words[:3] == ("pip", "install", "-r"):
        assert (ROOT / words[3]).is_file()
    elif words[0] == "podman":
        head = (ROOT / "Containerfile").read_text("utf-8").partition("ARG ")[0]
        assert re.sub(r"  +", " ", " ".join(words)) in head
    elif words == ("pip", "install", "."):
        assert (ROOT / "setup.py").is_file()
    elif words[:3] == ("pip", "install", "-e"):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        assert re.fullmatch(r"\.\[(\w+)\]", words[3])[1] in project["optional-dependencies"]
    else:
        assert words[0] == "chromium" and words[-1] == _address()


def test_there_are_commands_of_both_kinds():
    assert len(CHECKED) > 20 and len(COMMANDS) - len(CHECKED) > 15


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=_name)
def test_the_python_of_a_page_runs(page: Path, place: Path, monkeypatch: pytest.MonkeyPatch):
    """Where a comment behind `print` says what is printed, that is printed. What asks the app asks
    one that is started for it."""
    monkeypatch.chdir(ROOT)
    for _, block in blocks(page, "python"):
        said = io.StringIO()
        with contextlib.ExitStack() as stack:
            if ".onnx" in block:  # which a command of the page has made
                monkeypatch.chdir(place)
                tiny = str(place / "checkpoints" / "compact")
                main(["export", "onnx", "--output", "compact.onnx", "--checkpoint", tiny])
            if _address() in block:
                folder = place / "checkpoints" / "compact"
                app = stack.enter_context(running_app(folder, place))
                block = block.replace(_address(), app.address.rstrip("/"))
            stack.enter_context(contextlib.redirect_stdout(said))
            exec(compile(block, str(page), "exec"), {})
        assert said.getvalue()
        if told := re.search(r"^print\(.*\)  # (.+)$", block, re.MULTILINE):
            assert said.getvalue() == f"{told[1]}\n"


def _runner(command: Command) -> Callable[[Command, Path], int]:
    """By how it begins; ValueError for a command of which nobody knows how it is run."""
    start = _start(command)
    return RUNNERS[INSTALLED.get(start, start)]


def _start(command: Command) -> tuple[str, ...]:
    for start in (*RUNNERS, *INSTALLED):
        if command.words[: len(start)] == start:
            return start
    raise ValueError(f"{command}: say how it is run, or begin its block with “# needs:”")


def _run_lfdrt(command: Command, place: Path) -> int:
    words = list(command.words[len(_start(command)) :])
    if getattr(build_parser().parse_args(words), "checkpoint", None) == COMPACT:
        words += ["--checkpoint", str(place / "checkpoints" / "compact")]
    return main(words)


def _run_pytest(command: Command, place: Path) -> int:
    return subprocess.run(
        [sys.executable, *command.words[1:]], cwd=ROOT, timeout=SECONDS
    ).returncode


_STARTED: set[tuple[str, ...]] = set()


def _start_app(command: Command, place: Path) -> int:
    """Until it says where it is; 0 where it does. A command that several pages give starts once."""
    options = command.words[len(_start(command)) :]
    if options in _STARTED:
        return 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    tiny = ["--checkpoint", str(place / "checkpoints" / "compact"), "--device", "cpu"]
    own = {"LFDRT_RUNS": "runs", "TMPDIR": str(place), "GRADIO_TEMP_DIR": str(place / "uploads")}
    app = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), *options, *tiny, "--no-browser", "--port", port],
        cwd=place,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = app.stdout.readline()
    finally:
        app.terminate()
        app.wait(SECONDS)
        app.stdout.close()
    _STARTED.add(options)
    return 0 if f":{port}" in said else 1


RUNNERS = {LFDRT: _run_lfdrt, PYTEST: _run_pytest, APP: _start_app}


def _address() -> str:
    options = runpy.run_path(str(ROOT / "app.py"))["_parser"]().parse_args([])
    return f"http://{options.host}:{options.port}"
