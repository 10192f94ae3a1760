"""Speed of the bundled checkpoint on this machine; printed, not asserted.

    python -m tests.benchmarks.speed [--checkpoint checkpoints/compact] [PART ...]

imports: what the page and the first text wait for, against Gradio and torch alone
single:  one warm prediction with text and picture, and all families' attention (aim: 27 ms)
batch:   1,000 short texts against the bare text encoder, same batches and dtype (aim: 0.85)
table:   a table of 2,000 texts by the loaded model, as the page has it done (aim: 10 s)
app:     start to usable page (aim: 4.5 s), to first prediction (9 s), resident memory (2 GB), and
         what goes over the wire (60 requests, 700 kB)

Seconds of a core are those of all threads of the process: they hold where other programs run.
"""

from __future__ import annotations

import argparse
import csv
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import torch

from app.table.kind import TableSpec, here
from lfdrt.batch import length_buckets, pad_text_batch
from lfdrt.data.drawn.face import draw_face
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.places import COMPACT
from lfdrt.runtime import resolve_runtime
from tests.benchmarks.memory import PeakMemory
from tests.benchmarks.texts import short_texts
from tests.chromium import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
TEXT = "Ninafurahi sana kukuona tena baada ya miaka mingi, rafiki yangu mpendwa"
ROWS = 64
TABLE = 2_000


def imports(checkpoint: Path) -> None:
    """Each in a process of its own, without the search for garbage, as the app does; the median of
    three."""
    quick = "import gc; gc.disable(); from app.page.importing import without_stubs as w; w(); "
    for name, program in {
        "gradio alone": "import gradio",
        "the page's modules": "import app.ui",
        "torch alone": "import torch",
        "all that a text needs": "from lfdrt.inference.predictor import Predictor",
    }.items():
        told = f"{quick}{program}; import time; print(time.process_time())"
        command = [sys.executable, "-c", told]
        runs = [
            float(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
            for _ in range(3)
        ]
        print(f"import of {name}: {statistics.median(runs):.2f} s of a core")


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
        bare_encoder(predictor, texts[:ROWS])
        list(predictor.predict_many(samples[:ROWS], rows=ROWS))
        ratios, rates = [], []
        for _ in range(3):
            bare = _seconds(lambda: bare_encoder(predictor, texts))
            whole = _seconds(lambda s=samples: list(predictor.predict_many(s, rows=ROWS)))
            ratios.append(bare / whole)
            rates.append(len(texts) / whole)
        print(
            f"batch of 1,000 texts, language {'detected' if detected else 'given'}: "
            f"{statistics.median(rates):,.0f} texts/s, "
            f"{statistics.median(ratios):.2f} of the bare text encoder's speed"
        )


def table(checkpoint: Path) -> None:
    """As `app.table.kind.here` has it done, files and events too; the floor is the bare encoder."""
    predictor = Predictor.load(checkpoint, resolve_runtime())
    texts = short_texts(TABLE)
    bare_encoder(predictor, texts[:ROWS])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "t.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["text"], *([text] for text in texts)])
        spec = TableSpec(
            table=folder / "t.csv", checkpoint=checkpoint, model="", rows=TABLE,
            columns={"text": "text"},
        )  # fmt: skip
        predicted = here(predictor, spec)
        assert predicted is not None
        began = time.process_time()
        whole = _seconds(lambda: predicted(folder, spec))
        own = time.process_time() - began
        began = time.process_time()
        bare = _seconds(lambda: bare_encoder(predictor, texts))
        floor = time.process_time() - began
    print(
        f"table of {TABLE:,} texts by the loaded model: {whole:.1f} s, {own:.1f} s of a core; "
        f"the bare text encoder {bare:.1f} s, {floor:.1f} s of a core"
    )


@torch.inference_mode()
def bare_encoder(predictor: Predictor, texts: list[str]) -> None:
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
        memory, server = PeakMemory(process.pid, seconds=0.1), psutil.Process(process.pid)

        def told(what: str) -> None:
            own = sum(server.cpu_times()[:2])
            after = time.perf_counter() - began
            print(f"app: {what} after {after:.1f} s, {own:.1f} s of a core of the server")

        try:
            _wait_for_port(port, process)
            told("serving")
            page.goto(f"http://127.0.0.1:{port}")
            page.locator("#text textarea").fill(TEXT)
            told("usable page")
            page.locator("#predict").click()
            page.wait_for_function(
                "document.querySelector('#result').innerText.includes('%')", timeout=120_000
            )
            told("first prediction")
            for _ in range(5):
                page.locator("#predict").click()
                page.wait_for_timeout(1000)
            _wire(browser, port)
        finally:
            browser.close()
            process.kill()
            process.wait()
            print(f"app: {memory.stop() / 1e9:.2f} GB resident at the peak")


def _wire(browser: Browser, port: int) -> None:
    """What a browser asks for that was never here, and the second time that it is."""
    page = browser.new_context().new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda e: sizes.append(e["encodedDataLength"]))
    for when in ("first", "second"):
        sizes.clear()
        page.goto(f"http://127.0.0.1:{port}")
        page.locator("#text textarea").fill(TEXT)
        page.wait_for_timeout(3000)
        sent = [size for size in sizes if size]  # not out of the browser's own store
        print(f"app: {when} load: {len(sent)} requests, {sum(sent) / 1e3:,.0f} kB")


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


PARTS = {"imports": imports, "single": single, "batch": batch, "table": table, "app": app}


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
