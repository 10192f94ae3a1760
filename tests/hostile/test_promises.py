"""SECURITY.md names tests that are there; requirements are bounded, and what is installed fits."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMISED = (ROOT / "SECURITY.md").read_text("utf-8").split("## Not promised")[0]
PROMISES = re.findall(r"^- \*\*(.+?)\*\*", PROMISED, re.MULTILINE)
HOLDING = sorted(set(re.findall(r"`(tests/[\w/.:]+)`", PROMISED)))
LINES = [
    line.partition("#")[0].strip()
    for name in ("requirements.txt", "tests/requirements.txt")
    for line in (ROOT / name).read_text("utf-8").splitlines()
]
OPEN = {"regex": "its versions are dates"}
"""Requirements without an upper bound, and why."""


def wanted() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [line for line in LINES if line] + [line for extra in extras for line in extra]


def test_every_promise_names_what_holds_it() -> None:
    lines = [line for line in PROMISED.splitlines() if line.startswith("- **")]
    assert len(lines) == len(PROMISES) > 8
    assert all("`tests/" in line for line in lines)


@pytest.mark.parametrize("name", HOLDING)
def test_a_test_that_holds_a_promise_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert f"def {test}(" in (ROOT / path).read_text("utf-8") if test else (ROOT / path).exists()


@pytest.mark.parametrize("line", wanted())
def test_every_requirement_is_bounded(line: str) -> None:
    """From a version that was tried to before the next that may break it, or one alone."""
    found = re.fullmatch(r"([\w.-]+)(\[\w+\])?(==[\d.]+|>=[\d.]+(,<\d+)?)(; .+)?", line)
    assert found, line
    exact_or_closed = found[3].startswith("==") or found[4]
    assert exact_or_closed or found[1] in OPEN, f"{line} has no upper bound"


@pytest.mark.slow
@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="other programs' libraries are here too")
def test_the_installed_libraries_fit_each_other() -> None:
    """What pip itself can tell without a network; advisories need one (SECURITY.md)."""
    assert importlib.metadata.version("pip")
    told = subprocess.run(
        [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout
