"""Fixtures that any test may use, and how the tests are shared out where several run at once."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
if WORKERS > 1:  # read when torch is imported
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // WORKERS)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file stay together, for their fixtures, and so do all that drive the one
    `app`; groups with many slow ones begin first, or at the end one core waits for the other.

    One that drives a browser is tried twice: a crowded machine may end Chromium itself. Whatever
    needed it is named at the end, and is looked into: more often it was a race in the page."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if WORKERS == 1:
        return
    groups = {item: _group(item) for item in items}
    slow = Counter(groups[item] for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[groups[item]])
    for item in items:
        item.add_marker(pytest.mark.xdist_group(groups[item]))


def _group(item: pytest.Item) -> str:
    return "app" if "app" in getattr(item, "fixturenames", ()) else item.location[0]


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint with random weights; read it, never write into it."""
    from tests.tiny import tiny_checkpoint  # torch takes seconds, and most tests do without it

    return tiny_checkpoint(tmp_path_factory.mktemp("checkpoints") / "tiny")
