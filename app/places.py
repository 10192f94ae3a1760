"""Where things lie: the repository, what is bundled in it, and what the app keeps for its user."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
ASSETS = REPOSITORY / "assets"
PAPER = ASSETS / "paper"
BENCHMARKS = ASSETS / "benchmarks"
RECORDINGS = BENCHMARKS / "recordings"
SAMPLES = ASSETS / "samples"
FONTS, EXAMPLES = ASSETS / "fonts", ASSETS / "examples"
BUNDLED = REPOSITORY / "checkpoints"
DEFAULT_CHECKPOINT = BUNDLED / "compact"
RUNS = REPOSITORY / "runs"
"""Of trainings, recordings and tables, where no other folder is named."""
