"""What the player of recordings costs: reading, starting, seeking. Not a test.

python -m tests.benchmarks.playback assets/benchmarks/recordings/compact
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lfdrt.evaluation.playback import play
from lfdrt.evaluation.playback_choice import Choice
from lfdrt.evaluation.playback_pair import play_pair
from lfdrt.evaluation.recording_files import read_recording


def milliseconds(call: Callable[[], object], times: int) -> str:
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begun)
    return f"{1000 * statistics.median(seconds):8.2f} ms, at most {1000 * max(seconds):.2f}"


def main(folder: Path) -> None:
    recording = read_recording(folder)
    playing = play(recording, Choice())
    pair = play_pair(recording, recording, Choice(only="disagreements"))
    positions = np.random.default_rng(0)

    def anywhere(length: int) -> int:
        return int(positions.integers(0, length + 1))

    print(f"{len(recording):,} rows, {len(recording.labels)} classes")
    for name, call, times in (
        ("read the recording", lambda: read_recording(folder), 5),
        ("start playing", lambda: play(recording, Choice()), 10),
        ("start two", lambda: play_pair(recording, recording, Choice()), 10),
        ("state anywhere", lambda: playing.state(anywhere(len(playing))), 500),
        ("state of two anywhere", lambda: pair.state(anywhere(len(pair))), 500),
        ("curves of 300 points", lambda: playing.curves(300), 50),
        ("a sample", lambda: playing.sample(1 + anywhere(len(playing) - 1)), 500),
    ):
        print(f"{name:24s}{milliseconds(call, times)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
