"""Fixtures that any test may use."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint with random weights; read it, never write into it."""
    from tests.tiny import tiny_checkpoint  # torch takes seconds, and most tests do without it

    return tiny_checkpoint(tmp_path_factory.mktemp("checkpoints") / "tiny")
