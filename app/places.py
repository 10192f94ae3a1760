"""Where things lie: what comes with the program, and what the app keeps for its user."""

from __future__ import annotations

from platformdirs import user_data_path

from lfdrt.places import ASSETS, BENCHMARKS, BUNDLED, COMPACT, HOME, INSTALLED

__all__ = ["ASSETS", "BENCHMARKS", "BUNDLED", "HOME"]

PAPER = ASSETS / "paper"
RECORDINGS = BENCHMARKS / "recordings"
SAMPLES = ASSETS / "samples"
FONTS, EXAMPLES = ASSETS / "fonts", ASSETS / "examples"
DEFAULT_CHECKPOINT = COMPACT
RUNS = (user_data_path("lfdrt", appauthor=False) if INSTALLED else HOME) / "runs"
"""Of trainings, recordings and tables, where no other folder is named."""
