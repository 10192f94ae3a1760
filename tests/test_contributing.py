"""CONTRIBUTING.md names files that are there, and the picture of the house is the house."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assets.make_architecture import FLOORS, PICTURE, box_of, needed, picture, sources

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:app|lfdrt|tests|assets)/[\w/.-]+)`", TEXT)))


def test_it_names_files() -> None:
    assert len(PATHS) > 25


@pytest.mark.parametrize("path", PATHS)
def test_a_named_file_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "thing",
    ["language", "family", "label set", "data source", "file format", "tab", "chart",
     "kind of job", "loss term", "baseline", "sentence"],
)  # fmt: skip
def test_it_says_how_to_add(thing: str) -> None:
    assert re.search(rf"^- \*\*An? {thing}\b", TEXT, re.MULTILINE)


def test_the_picture_is_of_the_imports_that_are_there() -> None:
    """If it is not: python -m assets.make_architecture."""
    assert PICTURE.read_text(encoding="utf-8") == picture()


def test_every_module_lies_in_a_box() -> None:
    boxes = tuple(name for _, names in FLOORS for name in names)
    outside = [name for name, _ in sources() if box_of(name, boxes) is None]
    assert outside == ["app"]


def test_a_line_that_others_imply_is_left_out() -> None:
    """a to b to c: the line from a to c says nothing new; one from a to d does."""
    pairs = {("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")}
    assert needed(pairs) == {("a", "b"), ("b", "c"), ("a", "d")}
