"""What a linguist waits for: 20 words left out in turn, and six languages side by side.

python -m tests.benchmarks.side_by_side [--checkpoint FOLDER] [--threads 2] [--rounds 10]

Times as a person waits and by the processor; on a machine that does other work, the latter divided
by the threads is nearer to what an idle one takes. Aims of two cores: 150 ms and 200 ms.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from app.predict import side, side_views
from lfdrt.inference import Predictor, Sample, View
from lfdrt.inference.occlusion import each_left_out
from lfdrt.languages import LANGUAGES
from lfdrt.places import COMPACT
from lfdrt.runtime import resolve_runtime

ENGLISH = (
    "I cannot believe how happy this little dog makes me every single morning when we walk along "
    "the old river"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, default=COMPACT)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=10)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    predictor = Predictor.load(args.checkpoint, resolve_runtime("cpu"))
    answered = predictor.answer(Sample(text=ENGLISH, language="en"), View.FAMILIES)
    spans, place = [], 0
    for word in ENGLISH.split():
        spans.append((place, place + len(word)))
        place += len(word) + 1
    print(f"{predictor.runtime.description}, {args.threads} threads, median of {args.rounds}:")
    leave_out = partial(each_left_out, ENGLISH, spans, answered.others)
    told(f"{len(spans)} words left out", args, leave_out)
    for n in (6, len(LANGUAGES)):
        compare = partial(compared, predictor, n)
        told(f"{n} languages side by side", args, compare)


def compared(predictor: Predictor, n: int) -> str:
    """As the page does it, with its HTML and files; n languages, the English side among them."""
    codes = [code for code in (*side.FIRST, *LANGUAGES) if code != "en"]
    text = side.written(next(iter(side.sentences())), list(dict.fromkeys(codes))[: n - 1])
    samples = [Sample(text=line, language=code) for line, code in side.lines(text)]
    return side_views.comparison(side.sides(predictor.side_by_side(samples)), "benchmark")


def told(name: str, args: argparse.Namespace, work: Callable[[], object]) -> None:
    work()
    waited, worked = [], []
    for _ in range(args.rounds):
        begun, used = time.perf_counter(), time.process_time()
        work()
        waited.append(time.perf_counter() - begun)
        worked.append(time.process_time() - used)
    wait, work_time = statistics.median(waited), statistics.median(worked)
    print(
        f"  {name:28} {1e3 * wait:6.0f} ms waited, fastest {1e3 * min(waited):.0f}; processor "
        f"{1e3 * work_time:.0f} ms, {1e3 * work_time / args.threads:.0f} a thread"
    )


if __name__ == "__main__":
    main()
