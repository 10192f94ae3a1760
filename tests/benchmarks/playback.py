"""What the player of recordings costs the server: reading, seeking, stepping, choosing. Not a test.

python -m tests.benchmarks.playback [FOLDER_OF_RECORDINGS]

The bundled recordings (or those of the folder), and made ones of 10,000 and 100,000 samples, alone
and two side by side. Each time is what one event of `app.recordings.playing` takes, panels and
curves; sending and drawing them come on top. The goal is 100 ms.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.kinds import engines
from app.places import RECORDINGS
from app.recordings import playing
from app.recordings.kind import RECORDING
from app.recordings.playing import Where
from app.recordings.recordings import Recordings
from lfdrt.evaluation.recordings.files import list_recordings, read_recording, write_files
from lfdrt.evaluation.recordings.recording import FORMAT, RecordedRun, RecordedSet, Recording
from lfdrt.labels import EKMAN7
from lfdrt.languages import LANGUAGES

GOAL = 100  # ms
MADE = (10_000, 100_000)
TIMES, READS = 40, 3


def main(folder: Path) -> None:
    names = [path.name for path in list_recordings(folder)]
    if not names:
        sys.exit(f"{folder} holds no recording; name a folder of recordings, not one of them.")
    for name in names:
        _print_costs(folder, name, "")
    if {"compact", "full"} <= set(names):
        _print_costs(folder, "compact", "full")
    with tempfile.TemporaryDirectory() as made:
        for rows in MADE:
            first, second = (
                _make(Path(made), f"made-{rows}-{seed}", rows, seed) for seed in (0, 1)
            )
            _print_costs(Path(made), first, "")
            _print_costs(Path(made), first, second)


def _print_costs(folder: Path, first: str, second: str) -> None:
    with tempfile.TemporaryDirectory() as runs:
        own = engines(Path(runs), device="cpu", single_user=True).of(RECORDING)
        recordings = Recordings(None, own, folder)
        where = Where(first=first, second=second)
        total = playing.count(recordings, where)
        beside = f" beside {second}" if second else ""
        print(f"{first}{beside}: {total:,} samples")
        _print_times("read a recording", lambda: read_recording(folder / first), READS)
        for name, places in _events(recordings, where, total):
            _print_times(name, lambda places=places: _event(recordings, next(places)), TIMES)


def _event(recordings: Recordings, where: Where) -> None:
    """What a press on a button, the slider or a filter makes."""
    playing.show(recordings, where)
    playing.curves(recordings, where)


def _events(
    recordings: Recordings, where: Where, total: int
) -> Iterator[tuple[str, Iterator[Where]]]:
    yield "seek", _sought(where, total)
    yield "step", (replace(where, n=n % total) for n in range(1, TIMES + 1))
    yield "filter", _filtered(recordings, where)


def _sought(where: Where, total: int) -> Iterator[Where]:
    random = np.random.default_rng(0)
    while True:
        yield replace(where, n=int(random.integers(0, total + 1)))


def _filtered(recordings: Recordings, where: Where) -> Iterator[Where]:
    """Never the same choice twice within what the player remembers."""
    random, labels = np.random.default_rng(0), recordings.recording(where.first).labels
    languages = recordings.recording(where.first).values("language")
    shows = ["all", "errors", "disagreements", *(["differences"] if where.second else [])]
    while True:
        some = [code for code in languages if random.random() < 0.5]
        yield replace(
            where,
            languages=tuple(some),
            classes=tuple(label for label in labels if random.random() < 0.5),
            only=str(random.choice(shows)),
            mixed=bool(random.random() < 0.5),
            n=int(random.integers(0, 1000)),
        )


def _print_times(name: str, call: Callable[[], object], times: int) -> None:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - begun))
    median, late = np.percentile(taken, [50, 95])
    verdict = "" if name.startswith("read") else "  within" if late <= GOAL else "  OVER"
    print(f"  {name:18s}median {median:8.1f} ms, 95 % within {late:8.1f} ms{verdict}")


def _make(folder: Path, name: str, rows: int, seed: int) -> str:
    """A recording of the same samples for every seed, with answers of its own to a fifth of them,
    as two checkpoints have."""
    codes = [*LANGUAGES][:20]
    sets = tuple(
        RecordedSet(
            source="made", split="dev", language=code, family=LANGUAGES[code].family.code,
            read_through=None, excluded=(), rows=rows // len(codes),
        )
        for code in codes
    )  # fmt: skip
    run = RecordedRun(
        format=FORMAT, name=name, note="", checkpoint="made", weights_sha256="0" * 64,
        trained="", selection="made", seed=seed, device="cpu", date="2026-01-01", versions={},
        inputs="text", carries=False, labels=EKMAN7.labels, sets=sets,
    )  # fmt: skip
    C, same, random = len(EKMAN7), np.random.default_rng(rows), np.random.default_rng(seed)
    p = same.dirichlet(np.ones(C), size=(2, rows)).astype(np.float32)  # (2, N, C)
    own = random.random(rows) < 0.2
    p[:, own] = random.dirichlet(np.ones(C), size=(2, int(own.sum())))
    surer = np.where((p[0].max(1) >= p[1].max(1))[:, None], p[0], p[1])
    recording = Recording(
        run=run,
        ids=tuple(f"sample-{i}" for i in range(rows)),
        gold=same.integers(0, C, rows),
        predicted=surer.argmax(1),
        agree=p[0].argmax(1) == p[1].argmax(1),
        p_1=p[0],
        p_2=p[1],
    )
    (folder / name).mkdir()
    write_files(folder / name, recording)
    return name


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDINGS)
