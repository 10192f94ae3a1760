"""One app for all that comes over HTTP and through the page, behind a password; hypothesis."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.app.visiting import App, running_app

NAME, PASSWORD = "ada", "l0velace:9"

# No deadline: a machine may be busy. In continuous integration the same inputs every time.
settings.register_profile("hostile", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("hostile")


@pytest.fixture(scope="session")
def guarded(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("guarded")
    with running_app(tiny_folder, folder, "--auth", f"{NAME}:{PASSWORD}") as app:
        yield app
