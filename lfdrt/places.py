"""Where things lie that come with the program: beside the package in a checkout, inside of it where
a wheel carried them (setup.py)."""

from __future__ import annotations

import os
from pathlib import Path

_CARRIED = Path(__file__).resolve().with_name("bundle")
INSTALLED = _CARRIED.is_dir()
"""Whether this is no checkout, so that nothing may be written beside the program."""
HOME = _CARRIED if INSTALLED else Path(__file__).resolve().parents[1]
ASSETS = HOME / "assets"
BENCHMARKS = ASSETS / "benchmarks"
BUNDLED = HOME / "checkpoints"
COMPACT = BUNDLED / "compact"


def checkpoint() -> Path:
    """The model that is used where none is named: of LFDRT_CHECKPOINT, else the bundled one."""
    return Path(os.environ.get("LFDRT_CHECKPOINT") or COMPACT)
