"""Containerfile: what goes into the image comes from the wheelhouse, and what it starts is the app.

It is read here, not built: that needs a base image and gigabytes of wheels (docs/command-line.md).
"""

from __future__ import annotations

import fnmatch
import io
import json
import re
import runpy
import shlex

import pytest
from dockerfile_parse import DockerfileParser

from tests.test_setup import ROOT

FILE = ROOT / "Containerfile"
TEXT = FILE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """Instruction and what follows it, comments left out."""
    read = DockerfileParser(fileobj=io.BytesIO(TEXT.encode()))
    return [
        (one["instruction"], one["value"])
        for one in read.structure
        if one["instruction"] != "COMMENT"
    ]


def of(steps: list[tuple[str, str]], name: str) -> list[str]:
    return [value for instruction, value in steps if instruction == name]


def test_all_that_is_installed_comes_from_the_wheelhouse(steps: list[tuple[str, str]]) -> None:
    """No file of the net, no index of packages, no package of the system."""
    assert of(steps, "COPY") == ["wheelhouse/${DEVICE} /wheels"]
    assert not of(steps, "ADD")
    (run,) = of(steps, "RUN")
    assert "--no-index --find-links=/wheels lfdrt" in run
    assert not re.search(r"https?:|\b(?:apt|apt-get|curl|wget|git)\b", run)


def test_the_context_is_the_wheelhouse_alone() -> None:
    ignored = [
        line
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert ignored == ["*", "!wheelhouse"]
    assert "/wheelhouse/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_base_and_device_are_arguments_of_the_build(steps: list[tuple[str, str]]) -> None:
    """Both stages begin from one base, of the Python that the package needs."""
    assert of(steps, "ARG") == ["BASE=python:3.11-slim-bookworm", "DEVICE=cpu"]
    assert {value.split()[0] for value in of(steps, "FROM")} == {"${BASE}"}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "wheelhouse/$(DEVICE)" in makefile and "\nDEVICE ?= cpu\n" in makefile


def test_it_starts_the_app_as_nobody_of_importance(
    steps: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its options are the app's, and without a password it does not start."""
    assert of(steps, "USER") == ["lfdrt"]
    assert of(steps, "STOPSIGNAL") == ["SIGINT"]
    (entry,) = of(steps, "ENTRYPOINT")
    program, *options = json.loads(entry)
    assert program == "lfdrt-app"
    app = runpy.run_path(str(ROOT / "app.py"))
    assert app["_parser"]().parse_args(options).host == "0.0.0.0"
    assert app["main"](options) == 2
    assert "add --auth NAME:PASSWORD" in capsys.readouterr().err


def test_what_the_app_keeps_is_a_volume(steps: list[tuple[str, str]]) -> None:
    environment = dict(one.split("=", 1) for v in of(steps, "ENV") for one in shlex.split(v))
    assert of(steps, "VOLUME") == [environment["LFDRT_RUNS"]] == ["/runs"]
    options = runpy.run_path(str(ROOT / "app.py"))["_parser"]().parse_args([])
    assert of(steps, "EXPOSE") == [str(options.port)]


def test_the_commands_that_it_names_are_there() -> None:
    """In its head: targets of make, and the volume and port of the image."""
    head = TEXT.partition("ARG ")[0]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"make ([\w-]+)", head)
    assert targets and all(f"\n{name}:" in makefile for name in targets)
    assert fnmatch.fnmatch(head, "*-p 127.0.0.1:7860:7860 -v lfdrt:/runs lfdrt --auth*")
