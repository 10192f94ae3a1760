"""What the repository holds: its top level, its requirements, and nothing of one machine."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from pyarrow import parquet

from tests.test_imports import modules

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {
    "app",
    "lfdrt",
    "assets",
    "checkpoints",
    "docs",
    "tests",
    "app.py",
    "requirements.txt",
    "README.md",
    ".dockerignore",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "Containerfile",
    "Makefile",
    "pyproject.toml",
    "setup.py",
    ".ci",
    ".gitignore",
    "LICENSE",
    "SECURITY.md",
}
# Written in pieces, so that this file does not hold what it looks for.
FOREIGN = {
    "a home folder": re.compile(
        r"/(?:home|Users)" + r"/[a-z]\w*|[A-Z]:\\+Users" + r"\\|/ro" + "ot/"
    ),
    "a package registry": re.compile(
        r"https?://[^\s\"')]*(?:pypi|/whl|/simple\b)" + r"|--(?:extra-)?index-url[ =]\S*/"
    ),
}
MEGABYTE = 1_000_000


@cache
def tracked() -> tuple[Path, ...]:
    """Files that git holds, relative to the root; skips where this is not a git clone."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git clone, so there is no list of the project's files")
    names = listed.decode("utf-8").split("\0")
    return tuple(Path(name) for name in names if name and (ROOT / name).is_file())


def test_the_top_level_is_what_it_should_be() -> None:
    assert {path.parts[0] for path in tracked()} == TOP_LEVEL


def test_nothing_of_this_machine_is_tracked() -> None:
    """Neither the folders that it is developed in, nor addresses of package registries."""
    here = {str(ROOT), str(Path.home()), sys.prefix} - {"/"}
    wrong = []
    for path in tracked():
        content = (ROOT / path).read_bytes()
        if b"\0" in content[:8192]:
            continue  # a picture or weights
        text = content.decode("utf-8")
        wrong += [
            f"{path}: {folder}" for folder in here if re.search(re.escape(folder) + r"\b", text)
        ]
        wrong += [f"{path}: {what}" for what, pattern in FOREIGN.items() if pattern.search(text)]
    assert not wrong


@pytest.mark.parametrize(
    ("what", "bad", "good"),
    [
        ("a home folder", ["/home" + "/ann/x", "C:\\Users" + "\\ann"], ["~/x", "see /homework"]),
        (
            "a package registry",
            ["https://download.example.org" + "/whl/cpu", "--index-url https:" + "//a.org/b"],
            ["PyTorch's CPU index, see pytorch.org/get-started", "pip's --index-url option"],
        ),
    ],
)
def test_the_patterns_find_what_they_should(what: str, bad: list[str], good: list[str]) -> None:
    assert all(FOREIGN[what].search(text) for text in bad)
    assert not any(FOREIGN[what].search(text) for text in good)


def test_checkpoints_are_small_and_hold_no_code() -> None:
    """120 MB in all, no file over 50 MB, safetensors and JSON only, and a page about them."""
    for folder in {path.parent for path in tracked() if path.parts[0] == "checkpoints"}:
        files = [path for path in tracked() if path.parent == folder]
        sizes = [(ROOT / path).stat().st_size for path in files]
        assert sum(sizes) <= 120 * MEGABYTE, folder
        assert max(sizes) <= 50 * MEGABYTE, folder
        kinds = {path.suffix for path in files if path.name != "README.md"}
        assert kinds <= {".json", ".safetensors"}, folder


def test_no_data_set_is_tracked() -> None:
    """Rows and pictures of data sets come as tables and archives. Ours: sentences and faces made
    for this project, predictions, which hold ids and no text, the figures of the paper, the
    languages of the world, whose licences allow it, and three sentences in every format."""
    kinds = {".csv", ".tsv", ".parquet", ".zip", ".gz", ".pkl", ".pth", ".pt", ".bin", ".npz"}
    found = [path for path in tracked() if path.suffix.lower() in kinds]
    ours = ("assets/samples/", "assets/benchmarks/", "assets/paper/", "assets/languages/")
    ours += ("tests/data/files/",)
    assert not [path for path in found if not path.as_posix().startswith(ours)]
    for path in found:
        if path.suffix == ".parquet" and path.parts[0] == "assets":
            assert "text" not in parquet.read_schema(ROOT / path).names or _carries(path), path


def _carries(rows: Path) -> bool:
    """Whether a recording is of our own sample set, so that it may hold texts."""
    run = json.loads((ROOT / rows.with_name("run.json")).read_text(encoding="utf-8"))
    return run["carries"] and {one["source"] for one in run["sets"]} == {"sample"}


def test_every_library_that_is_imported_is_required_by_name() -> None:
    """One that only comes along with another may leave with its next version."""
    required = _names((ROOT / "requirements.txt").read_text("utf-8").splitlines())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for extra in project["optional-dependencies"].values():
        required |= _names(extra)
    holders = importlib.metadata.packages_distributions()
    missing = set()
    for module in modules().values():
        for name in {i.split(".")[0] for i in module.imports}:
            if name in sys.stdlib_module_names or name in {"lfdrt", "app"}:
                continue
            if required.isdisjoint(map(_normal, holders.get(name, [name]))):
                missing.add(f"{name} (in {module.name})")
    assert not missing


def test_every_requirement_says_why() -> None:
    for path in (ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt"):
        for line in path.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                assert re.fullmatch(r"\S+(; .+)? +# \w.+", line), f"{path.name}: {line}"


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert "make test" in script.read_text("utf-8")
    assert b"\r" not in script.read_bytes()
    if sys.platform != "win32":
        assert script.stat().st_mode & 0o100, "git update-index --chmod=+x .ci/run"


def _names(lines: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines)
    return {_normal(match[0]) for match in found if match}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
