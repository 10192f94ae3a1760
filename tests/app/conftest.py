"""Fixtures of the app's tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a file: playwright's loop must not outlive it, or other tests find it running."""
    from tests.app.visiting import open_browser

    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def two_folders(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tiny checkpoint with another one beside it, `polarity`: three classes, other
    weights. Returns the first; read them, never write into them."""
    from lfdrt.labels import POLARITY3
    from tests.tiny import tiny_checkpoint

    both = tmp_path_factory.mktemp("both")
    tiny_checkpoint(both / "polarity", label_set=POLARITY3, seed=1)
    return shutil.copytree(tiny_folder, both / "tiny")
