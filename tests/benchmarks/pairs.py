"""A table of texts with pictures through `python -m lfdrt predict`, start and all.

python -m tests.benchmarks.pairs [--pairs 1000]

Texts are short, pictures drawn faces of 256 pixels, each looked through for faces as a photograph
is. Aim of 1,000 pairs on two idle cores: 40 s. Seconds of a core are those of all its processes,
which hold where other programs run.
"""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from lfdrt.data.drawn.face import draw_face
from lfdrt.labels import EKMAN7
from lfdrt.places import COMPACT
from tests.benchmarks.texts import short_texts

ROOT = Path(__file__).parents[2]
DRAWN = 70


def table_of(folder: Path, pairs: int) -> Path:
    """With its pictures beside it, of which `DRAWN` differ."""
    labels, chosen = EKMAN7.labels, random.Random(1)
    for place in range(DRAWN):
        face = draw_face(labels[place % len(labels)], chosen, size=256)
        face.save(folder / f"{place}.png")
    table = folder / "pairs.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = [(text, f"{n % DRAWN}.png") for n, text in enumerate(short_texts(pairs))]
        csv.writer(file).writerows([("text", "image"), *rows])
    return table


def used() -> float:
    """By the processes that this one started and that have ended."""
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, default=COMPACT)
    parser.add_argument("--pairs", type=int, default=1000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, made = table_of(folder, args.pairs), folder / "predicted.csv"
        command = [sys.executable, "-m", "lfdrt", "predict", f"--checkpoint={args.checkpoint}"]
        command += [f"--input={table}", f"--output={made}", "--device=cpu"]
        before, begun = used(), time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        waited = time.perf_counter() - begun
        with made.open(newline="", encoding="utf-8") as file:
            done = sum(bool(row["label"]) for row in csv.DictReader(file))
    print(f"{done:,} pairs through predict: {waited:.1f} s, {used() - before:.1f} s of a core")


if __name__ == "__main__":
    main()
