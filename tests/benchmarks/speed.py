"""Speed of the bundled checkpoint on this machine; printed, not asserted.

    python -m tests.benchmarks.speed [--checkpoint checkpoints/compact] [single batch app]

single: one warm prediction with text and picture, and all families' attention (aim: 150 ms)
batch:  1,000 short texts against the bare text encoder, same batches and dtype (aim: 0.85)
app:    start to usable page (5 s), to first prediction (12 s), resident memory (2 GB)
"""

from __future__ import annotations

import argparse
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import torch

from lfdrt.batch import length_buckets, pad_text_batch
from lfdrt.data.drawn.face import draw_face
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.places import COMPACT
from lfdrt.runtime import resolve_runtime
from tests.benchmarks.memory import PeakMemory
from tests.benchmarks.texts import short_texts
from tests.chromium import find_chromium

ROOT = Path(__file__).parents[2]
TEXT = "Ninafurahi sana kukuona tena baada ya miaka mingi, rafiki yangu mpendwa"
ROWS = 64


def single(checkpoint: Path) -> None:
    """Median and 90th percentile of 30 warm predictions for each set of views."""
    predictor = Predictor.load(checkpoint, resolve_runtime())
    sample = Sample(text=TEXT, image=draw_face("joy", random.Random(1), size=256), language="sw")
    print(f"single prediction, text and picture, {predictor.runtime.description}:")
    for name, views in {
        "prediction alone": View.NOTHING,
        "FAMILIES | REGIONS": View.FAMILIES | View.REGIONS,
        "FAMILIES | REGIONS | SHARPNESS": View.FAMILIES | View.REGIONS | View.SHARPNESS,
    }.items():
        for _ in range(3):
            predictor.predict(sample, views)
        times = sorted(_seconds(lambda v=views: predictor.predict(sample, v)) for _ in range(30))
        print(f"  {name:32} median {1e3 * times[15]:6.1f} ms   p90 {1e3 * times[27]:6.1f} ms")


def batch(checkpoint: Path) -> None:
    """Each pair is measured back to back, so that other load on the machine meets both."""
    predictor = Predictor.load(checkpoint, resolve_runtime())
    texts = short_texts(1000)
    for detected in (False, True):
        samples = [Sample(text=text, language=None if detected else "en") for text in texts]
        _bare_encoder(predictor, texts[:ROWS])
        list(predictor.predict_many(samples[:ROWS], rows=ROWS))
        ratios, rates = [], []
        for _ in range(3):
            bare = _seconds(lambda: _bare_encoder(predictor, texts))
            whole = _seconds(lambda s=samples: list(predictor.predict_many(s, rows=ROWS)))
            ratios.append(bare / whole)
            rates.append(len(texts) / whole)
        print(
            f"batch of 1,000 texts, language {'detected' if detected else 'given'}: "
            f"{statistics.median(rates):,.0f} texts/s, "
            f"{statistics.median(ratios):.2f} of the bare text encoder's speed"
        )


@torch.inference_mode()
def _bare_encoder(predictor: Predictor, texts: list[str]) -> None:
    """Tokens, batches of similar length, encoder: what any user of the encoder has to do."""
    encoded = [e.ids for e in predictor.tokenizer.encode(texts)]
    for bucket in length_buckets([len(ids) for ids in encoded], rows=ROWS):
        rows = [encoded[i] for i in bucket]
        part = pad_text_batch(rows, [0] * len(rows), predictor.tokenizer.pad)
        predictor.model.encode(part.to(predictor.runtime.device))


def app(checkpoint: Path) -> None:
    """A real browser: the page counts as usable when its text box can be written in."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        print("app: not measured, there is no Chromium (python -m tests.chromium)")
        return
    port = _free_port()
    command = [sys.executable, "app.py", "--no-browser", f"--port={port}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        began = time.perf_counter()
        process = subprocess.Popen([*command, f"--checkpoint={checkpoint}"], cwd=ROOT)
        memory = PeakMemory(process.pid, seconds=0.1)
        try:
            _wait_for_port(port, process)
            page.goto(f"http://127.0.0.1:{port}")
            box = page.locator("#text textarea")
            box.fill(TEXT)
            print(f"app: usable page after {time.perf_counter() - began:.1f} s")
            page.locator("#predict").click()
            page.wait_for_function(
                "document.querySelector('#result').innerText.includes('%')", timeout=120_000
            )
            print(f"app: first prediction after {time.perf_counter() - began:.1f} s")
            for _ in range(5):
                page.locator("#predict").click()
                page.wait_for_timeout(1000)
        finally:
            browser.close()
            process.kill()
            process.wait()
            print(f"app: {memory.stop() / 1e9:.2f} GB resident at the peak")


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit(f"app.py ended with exit code {process.returncode}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


PARTS = {"single": single, "batch": batch, "app": app}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", type=Path, default=COMPACT)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; default all")
    args = parser.parse_args()
    if unknown := set(args.parts) - PARTS.keys():
        parser.error(f"unknown part {min(unknown)!r}; there are {', '.join(PARTS)}")
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, load {_load()}")
    for name in args.parts or PARTS:
        PARTS[name](args.checkpoint)


def _load() -> str:
    """What else runs here: timings on a busy machine say little."""
    return f"{psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} cores"


if __name__ == "__main__":
    main()
