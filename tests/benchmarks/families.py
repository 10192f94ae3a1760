"""How fast the families' stage learns: masked words a second, with their own and two other heads.

    python -m tests.benchmarks.families --data DATA [--pairs 60] [--steps 60]

A step reads kept features, so what the encoder costs is told apart. The words of the goal are those
of the own head (issue: at least 3,000 a second on two cores, at most 3 GB).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.events import Preparing, StepDone
from lfdrt.runtime import resolve_runtime
from lfdrt.training.families.folder import prepare_families
from lfdrt.training.families.settings import FAMILIES_STAGE
from tests.benchmarks.memory import PeakMemory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/compact"))
    parser.add_argument("--pairs", type=int, default=60, help="of each language")
    parser.add_argument("--steps", type=int, default=60)
    asked = parser.parse_args()
    settings = replace(FAMILIES_STAGE, pairs=asked.pairs, views=1, steps=asked.steps, kl_families=2)
    runtime = resolve_runtime()
    peak = PeakMemory(os.getpid(), seconds=0.2)
    with tempfile.TemporaryDirectory() as folder:
        held = load_checkpoint(asked.checkpoint)
        out = Path(folder)
        run = prepare_families(held, settings, asked.data, out, runtime, out)
        begun, words, texts = time.monotonic(), 0, 0
        seconds: list[float] = []
        reading = run.words.read

        def counted(*about: object, **more: object):
            nonlocal words
            read = reading(*about, **more)
            words += int((read.targets >= 0).sum())
            return read

        run.words.read = counted
        for event in run.events():
            if isinstance(event, Preparing):
                texts, encoded = event.total, time.monotonic()
            if isinstance(event, StepDone):
                seconds.append(event.seconds)
    spent = encoded - begun
    print(f"{torch.get_num_threads()} threads, {runtime.description}")
    print(f"encoding: {texts:,} texts in {spent:.0f} s, {texts / spent:.0f} a second")
    print(
        f"learning: {words:,} masked words in {sum(seconds):.1f} s, "
        f"{words / sum(seconds):,.0f} a second through own and two other heads; "
        f"peak {peak.stop() / 1e9:.2f} GB"
    )


if __name__ == "__main__":
    main()
