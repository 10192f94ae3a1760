"""The command `lfdrt-app` of an installed package: starts app.py, which lies where its assets do.

The app is found by its folder: as a package of its own it would be called `app` among all that is
installed.
"""

from __future__ import annotations

import runpy
import sys

from lfdrt.places import HOME


def main() -> int:
    """Runs until the app is stopped. Returns the exit status."""
    sys.path.insert(0, str(HOME))
    status: int = runpy.run_path(str(HOME / "app.py"))["main"]()
    return status
