"""What caching encoder outputs saves in rethinking: whole runs of 5 and 20 epochs, and one epoch.

python -m tests.benchmarks.rethink_cache [--rows 2000] [--preset paper] [--through encoder]

Cached runs are measured whole. Without a cache every epoch encodes anew and costs the same, so two
are measured and longer runs computed from them; the first look at all rows and the last are part of
both. Rows are the bundled sample sentences, numbered; no data set is needed. Run it on an idle
machine.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from lfdrt.checkpoint import load_checkpoint
from lfdrt.events import EpochDone, Event
from lfdrt.inference.sample import Sample
from lfdrt.runtime import resolve_runtime
from lfdrt.training.rethink.folder import rethink_in
from lfdrt.training.rethink.settings import PRESETS, RethinkSettings

SAMPLES = Path("assets/samples")
CHECKPOINT = Path("checkpoints/compact")
LONG, SHORT, MEASURED = 20, 5, 2  # epochs
GOALS = {"run of 5 epochs": 4, "run of 20 epochs": 12, "an epoch after the first": 30}


def sentences(count: int) -> list[tuple[str, Sample]]:
    found = []
    for path in sorted(SAMPLES.glob("??.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [(row["text"], path.stem) for row in csv.DictReader(file)]
    return [
        (str(n), Sample(text=f"{text} {n}", language=language))
        for n, (text, language) in enumerate(islice(cycle(found), count))
    ]


def timed(
    rows: list[tuple[str, Sample]], settings: RethinkSettings, *, cached: bool
) -> tuple[float, list[float]]:
    """Seconds of the whole run, the loading of the checkpoint left out, and of each epoch."""
    epochs: list[float] = []

    def show(event: Event) -> None:
        if isinstance(event, EpochDone):
            epochs.append(event.seconds)

    loaded, runtime = load_checkpoint(CHECKPOINT), resolve_runtime()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        rethink_in(
            Path(folder) / "run",
            settings,
            checkpoint=loaded,
            samples=rows,
            labelled=(),
            runtime=runtime,
            cached=cached,
            show=show,
        )
        return time.monotonic() - begun, epochs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--preset", default="quick", choices=list(PRESETS))
    parser.add_argument("--through")
    args = parser.parse_args()
    settings = PRESETS[args.preset]
    if args.through:
        settings = replace(settings, through=args.through)
    rows = sentences(args.rows)
    slow, slow_epochs = timed(rows, replace(settings, epochs=MEASURED), cached=False)
    each = sum(slow_epochs) / len(slow_epochs)
    around = slow - sum(slow_epochs)
    ratios = {}
    for epochs in (SHORT, LONG):
        fast, fast_epochs = timed(rows, replace(settings, epochs=epochs), cached=True)
        ratios[f"run of {epochs} epochs"] = (around + epochs * each) / fast
        print(f"{epochs:2} epochs: {fast:7.1f} s cached, {around + epochs * each:7.1f} s without")
    later = sum(fast_epochs[1:]) / (len(fast_epochs) - 1)
    ratios["an epoch after the first"] = each / later
    print(f"an epoch: {fast_epochs[0]:.2f} s the first, {later:.3f} s later, {each:.2f} s without")
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:.1f} times faster (asked {GOALS[name]})")


if __name__ == "__main__":
    main()
