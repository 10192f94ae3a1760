"""Fixtures of the app's tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.app.visiting import App


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a file: playwright's loop must not outlive it, or other tests find it running."""
    from tests.app.visiting import open_browser

    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def app(two_folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The one that most tests visit, each with a browser of its own: several users, two models,
    data sets, and long jobs that are held in their middle."""
    from tests.app.jobs import gated
    from tests.app.visiting import running_app, write_data

    folder = tmp_path_factory.mktemp("app")
    write_data(folder / "data")
    options = ("--multi-user", "--data", str(folder / "data"))
    with running_app(two_folders, folder, *options, program=Path(gated.__file__)) as app:
        yield app


@pytest.fixture
def visit(browser: Browser, app: App) -> Iterator[Page]:
    """A visitor of its own; no job is left at the end."""
    from tests.app.visiting import LEAVING, end_jobs, visiting

    with visiting(browser, app.address, forgiven=LEAVING) as page:
        yield page
    end_jobs(app.folder / "runs")


@pytest.fixture
def telephone(browser: Browser, app: App) -> Iterator[Page]:
    """As `visit`, on a narrow screen."""
    from tests.app.visiting import TELEPHONE, visiting

    with visiting(browser, app.address, width=TELEPHONE) as page:
        yield page


@pytest.fixture(scope="session")
def two_folders(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tiny checkpoint with another one beside it, `polarity`: three classes, other
    weights. Returns the first; read them, never write into them."""
    from lfdrt.labels import POLARITY3
    from tests.tiny import tiny_checkpoint

    both = tmp_path_factory.mktemp("both")
    tiny_checkpoint(both / "polarity", label_set=POLARITY3, seed=1)
    return shutil.copytree(tiny_folder, both / "tiny")
