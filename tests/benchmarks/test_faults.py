"""A kill at any moment, on true commands and a tiny model: what goes on comes to the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_killed_command_goes_on_to_the_same_result(tmp_path: Path) -> None:
    """In a process of its own, since it forks."""
    asked = ["-m", "tests.benchmarks.faults", "--out", str(tmp_path), "--kills", "2", "commands"]
    subprocess.run([sys.executable, *asked], check=True)
    found = json.loads((tmp_path / "commands.json").read_text(encoding="utf-8"))
    assert found["wrong"] == [] and found["tries"] == 16
