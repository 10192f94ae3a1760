"""All benchmarks one after another, each in a process of its own, as one table.

    python -m tests.benchmarks.all --out FILE [--data DATA --towers TOWERS] [--only speed atlas]

Sizes are small ones: half an hour on two idle cores. A row says what was measured, the floor that
cannot be avoided where there is one, the goal, and how busy the machine was when its script began:
times of a busy one say little, seconds of a core and ratios hold.
"""

from __future__ import annotations

import argparse
import platform
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

ROOT = Path(__file__).parents[2]
LONGEST = 1200  # s


@dataclass(frozen=True, kw_only=True)
class Figure:
    """what, as its row says it. found: in the script's words, its first group being the number.
    floor: the same, or words; "" where none is known. goal: in words."""

    what: str
    found: str
    floor: str = ""
    goal: str = ""


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A script of this folder with its options. data: it needs --data, towers: --towers too."""

    script: str
    options: tuple[str, ...] = ()
    figures: tuple[Figure, ...]
    data: bool = False
    towers: bool = False


def _of_speed(part: str, *figures: Figure) -> Benchmark:
    return Benchmark(script="speed", options=(part,), figures=figures)


NUMBER = r"([\d.,]+)"
BENCHMARKS = (
    _of_speed(
        "imports",
        Figure(what="import of the page, s of a core", found=rf"page's modules: {NUMBER}",
               floor=rf"gradio alone: {NUMBER}"),
        Figure(what="import of what a text needs, s of a core", found=rf"text needs: {NUMBER}",
               floor=rf"torch alone: {NUMBER}"),
    ),
    _of_speed(
        "single",
        Figure(what="text, picture and 13 families, ms", found=rf"REGIONS +median +{NUMBER}",
               floor=rf"prediction alone +median +{NUMBER}", goal="27"),
    ),
    _of_speed(
        "batch",
        Figure(what="texts a second", found=rf"given: {NUMBER} texts"),
        Figure(what="of the bare encoder's speed", found=rf"given: .* {NUMBER} of", goal="0.85"),
    ),
    _of_speed(
        "table",
        Figure(what="2,000 rows by the loaded model, s", found=rf"model: {NUMBER} s",
               floor=rf"encoder {NUMBER} s", goal="10"),
        Figure(what="the same, s of a core", found=rf"model: .*?, {NUMBER} s of a core;",
               floor=rf"encoder .*?, {NUMBER} s of a core"),
    ),
    _of_speed(
        "app",
        Figure(what="start to usable page, s", found=rf"usable page after {NUMBER}", goal="4.5"),
        Figure(what="start to first prediction, s", found=rf"prediction after {NUMBER}", goal="9"),
        Figure(what="the server until then, s of a core",
               found=rf"first prediction after .*?, {NUMBER} s of a core"),
        Figure(what="requests of a first load", found=rf"first load: {NUMBER} req", goal="60"),
        Figure(what="kB of a first load", found=rf"first load: .*?, {NUMBER} kB", goal="700"),
        Figure(what="requests of a second load", found=rf"second load: {NUMBER} req"),
        Figure(what="memory at the peak, GB", found=rf"{NUMBER} GB resident", goal="2.2"),
    ),
    Benchmark(
        script="side_by_side",
        figures=(
            Figure(what="20 words left out, ms", found=rf"words left out +{NUMBER} ms", goal="150"),
            Figure(what="six languages side by side, ms",
                   found=rf" 6 languages side by side +{NUMBER} ms", goal="200"),
        ),
    ),
    Benchmark(
        script="heads",
        figures=(
            Figure(what="guesses of the heads and their view, s of a core",
                   found=rf"with its view: {NUMBER} s of one core", goal="0.15"),
            Figure(what="count of all words by estimate", found=rf"ratio {NUMBER}"),
        ),
    ),
    Benchmark(
        script="pairs",
        figures=(
            Figure(what="1,000 texts with pictures by predict, s", found=rf"predict: {NUMBER} s",
                   goal="40"),
            Figure(what="the same, s of a core", found=rf"predict: .*?, {NUMBER} s of a core"),
        ),
    ),
    Benchmark(
        script="pause",
        figures=(
            Figure(what="pause in typing to new bars, ms", found=rf"bars: median {NUMBER} ms",
                   goal="120"),
            Figure(what="a whole answer, s of a core", found=rf"server {NUMBER} s of a core"),
        ),
    ),
    Benchmark(
        script="atlas",
        figures=(
            Figure(what="map and tree opened, ms", found=rf"opened in {NUMBER} ms", goal="300"),
            Figure(what="8,000 points moved, pictures/s", found=rf": {NUMBER} pictures/s",
                   goal="30"),
        ),
    ),
    Benchmark(
        script="losses",
        options=("--words=50000", "--positions=256"),
        figures=(
            Figure(what="vocabulary loss, MB at the peak", found=rf"chunked .*? {NUMBER} MB",
                   floor=rf"naive .*? {NUMBER} MB"),
        ),
    ),
    Benchmark(
        script="live",
        figures=(
            Figure(what="a look at a training, ms", found=rf"steps: {NUMBER} ms a look"),
        ),
    ),
    Benchmark(
        script="playback",
        figures=(
            Figure(what="a step of the player, ms", found=rf"step\w* .*?median +{NUMBER} ms",
                   goal="100"),
        ),
    ),
    Benchmark(
        script="intake",
        options=("--rows=20000", "--lines=100000", "--pictures=200"),
        figures=(
            Figure(what="a table of 20,000 rows read, s", found=rf"rows +{NUMBER} s", goal="2"),
        ),
    ),
    Benchmark(
        script="rethink_cache",
        options=("--rows=500",),
        figures=(
            Figure(what="an epoch with kept features, times faster",
                   found=rf"after the first: {NUMBER} times"),
        ),
    ),
    Benchmark(
        script="steps",
        data=True,
        towers=True,
        figures=(
            Figure(what="pre-training step by its encoder passes", found=rf"ratio +{NUMBER}",
                   floor="1", goal="1.3"),
        ),
    ),
    Benchmark(
        script="families",
        data=True,
        options=("--pairs=20", "--steps=20"),
        figures=(
            Figure(what="words a second of the families' stage",
                   found=rf"masked words in .*?, {NUMBER} a second", goal="3,000"),
        ),
    ),
    Benchmark(
        script="onnx_file",
        options=("--texts=200",),
        figures=(
            Figure(what="a text of 32 by onnxruntime, ms of a core",
                   found=rf"32 at once, onnxruntime .*, +{NUMBER} ms", goal="torch's"),
            Figure(what="the same by torch, ms of a core",
                   found=rf"32 at once, torch .*, +{NUMBER} ms"),
        ),
    ),
)  # fmt: skip
QUALITY = {
    "detection", "letters", "marks", "encodings", "rethinking", "teaching", "paper_cost",
    "baseline_cost", "corpora", "faults", "load",
}  # fmt: skip
"""Scripts that measure something else than speed, or minutes of a machine of their own."""


def rows(benchmark: Benchmark, said: str, busy: str) -> list[str]:
    """A line of the table for each figure; one that the script did not tell says so."""
    return [
        "| {} | {} | {} | {} | `{}` | {} |".format(
            one.what,
            _number(one.found, said) or "not told",
            _number(one.floor, said) if "(" in one.floor else one.floor,
            one.goal,
            " ".join((benchmark.script, *benchmark.options)),
            busy,
        )
        for one in benchmark.figures
    ]


def _number(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    return found[1].rstrip(".,") if found else ""


def run(benchmark: Benchmark, data: Path | None, towers: Path | None) -> tuple[str, str]:
    """What it printed, and "" or why that is not all."""
    if (benchmark.data and data is None) or (benchmark.towers and towers is None):
        return "", "left out: needs --data" + (" and --towers" if benchmark.towers else "")
    given = [f"--data={data}"] if benchmark.data else []
    given += [f"--towers={towers}"] if benchmark.towers else []
    command = [sys.executable, "-m", f"tests.benchmarks.{benchmark.script}"]
    try:
        done = subprocess.run(
            [*command, *benchmark.options, *given],
            cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""  # bytes, whatever was asked for
        return said.decode("utf-8", errors="replace"), f"not through in {LONGEST} s"
    last = (done.stderr.strip().splitlines() or ["without a word"])[-1]
    return done.stdout, f"failed: {last}" if done.returncode else ""


def head() -> str:
    return (
        f"Measured on {time.strftime('%Y-%m-%d')}: {platform.processor() or platform.machine()}, "
        f"{psutil.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB, "
        f"{platform.system()}, Python {platform.python_version()}, torch {torch.__version__}.\n\n"
        "| what | measured | floor | goal | tests.benchmarks | load |\n|---|---|---|---|---|---|"
    )


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--towers", type=Path)
    parser.add_argument("--only", nargs="*", metavar="SCRIPT")
    args = parser.parse_args(argv)
    known = {one.script for one in BENCHMARKS}
    if unknown := set(args.only or ()) - known:
        parser.error(f"no script {min(unknown)!r}; there are {', '.join(sorted(known))}")
    lines = [head()]
    for one in BENCHMARKS:
        if args.only and one.script not in args.only:
            continue
        busy = f"{psutil.getloadavg()[0]:.1f}"
        said, why = run(one, args.data, args.towers)
        found = rows(one, said, busy)
        lines += [row.replace("not told", why or "not told") for row in found]
        print("\n".join(found), why, flush=True)
        args.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
