"""What reading a corpus costs beside the bare text encoder; printed, not asserted.

    python -m tests.benchmarks.corpora [--checkpoint checkpoints/compact] [--texts 20000]
        [survey alone threads ray]

survey:  the first reading of a CSV, a JSON lines and a Parquet file, a row
alone:   CPU seconds of the encoder alone and of the whole path, on one thread; one is measured
         right after the other, shard by shard, so that other load on the machine meets both. Of the
         shards the median counts, and the first one, which loads what the others use, does not;
         each is printed at once, so that a run that is cut off has told something
threads: one process with two threads
ray:     two workers with a thread each, started by Ray

Of the last two, rows a second, which other load slows, and CPU seconds of all processes a row; what
starting takes is told apart by a run over a quarter of the rows.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import psutil
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import torch

import lfdrt
from lfdrt.commands.options import load_predictor
from lfdrt.corpora.cluster import Cluster, on_ray
from lfdrt.corpora.plan import Plan, Settings, write_plan
from lfdrt.corpora.sources import batches, survey
from lfdrt.corpora.work import Job, Worker, alone
from lfdrt.data.photographs import LARGEST
from lfdrt.data.readers.questions import Answers
from lfdrt.digest import weights_digest
from lfdrt.inference.predictor import WINDOW
from lfdrt.places import COMPACT
from tests.benchmarks.speed import bare_encoder
from tests.benchmarks.texts import short_texts

SHARD = 1_024


def measure_survey(folder: Path, texts: list[str]) -> None:
    table = pa.table({"id": list(map(str, range(len(texts)))), "text": texts})
    pa.csv.write_csv(table, folder / "t.csv")
    with (folder / "t.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist())
    pq.write_table(table, folder / "t.parquet")
    for name in ("t.csv", "t.jsonl", "t.parquet"):
        with _cpu() as spent:
            source = survey(folder, name, every=SHARD, read=Answers({}))
        with _cpu() as read:
            rows = sum(map(len, batches(folder, source, 0, source.rows)))
        size = (folder / name).stat().st_size / rows
        print(
            f"{name}: {1e6 * spent[0] / rows:.1f} µs of CPU a row to survey, "
            f"{1e6 * read[0] / rows:.1f} to read, {size:.0f} bytes a row"
        )


def measure_alone(folder: Path, checkpoint: Path, texts: list[str]) -> None:
    torch.set_num_threads(1)
    out = _begun(folder, checkpoint, texts, rows=SHARD)
    worker = Worker(
        Job(base=folder, output=out, checkpoint=checkpoint, images=None, device="auto", threads=1)
    )
    predictor = worker._predictor
    bare, whole = [], []
    for number, start in enumerate(range(0, len(texts), SHARD)):
        shard = texts[start : start + SHARD]
        with _cpu() as encoding:
            for first in range(0, len(shard), WINDOW):
                bare_encoder(predictor, shard[first : first + WINDOW])
        with _cpu() as everything:
            receipt = worker.do(number)
        assert receipt.rows == len(shard), receipt.fault
        bare.append(1e3 * encoding[0] / len(shard))
        whole.append(1e3 * everything[0] / len(shard))
        print(f"shard {number}: {bare[-1]:.2f} ms a text, {whole[-1]:.2f}", flush=True)
    over = [b / a - 1 for a, b in zip(bare[1:], whole[1:], strict=True)]
    written = sum(path.stat().st_size for path in out.glob("part-*"))
    print(
        f"{len(texts):,} texts, {predictor.runtime.description}, one thread: the bare encoder "
        f"{median(bare[1:]):.2f} ms of CPU a text, the whole path {median(whole[1:]):.2f}: "
        f"{median(over):+.1%} ({min(over):+.1%} to {max(over):+.1%}); "
        f"{written / len(texts):.0f} bytes a row are written"
    )


def measure_engine(folder: Path, checkpoint: Path, texts: list[str], ray: bool) -> None:
    wall, cpu = [], []
    for count in (len(texts) // 4, len(texts)):
        out = _begun(folder, checkpoint, texts[:count], rows=SHARD // 4)
        threads = 1 if ray else 2
        job = Job(base=folder, output=out, checkpoint=checkpoint, images=None, device="cpu",
                  threads=threads)  # fmt: skip
        shards = range(-(-count // (SHARD // 4)))
        two = Cluster(address=None, workers=2, threads=threads, gpus=0.0)
        began, spent = time.perf_counter(), _family_cpu()
        for _ in on_ray(job, shards, two) if ray else alone(job, shards):
            latest = _family_cpu()  # while the workers live
        wall.append(time.perf_counter() - began)
        cpu.append(latest - spent)
    rows = len(texts) - len(texts) // 4
    print(
        f"{'two workers of Ray with a thread each' if ray else 'one process with two threads'}: "
        f"{rows / (wall[1] - wall[0]):,.0f} rows a second at a load average of "
        f"{os.getloadavg()[0]:.1f}, {1e3 * (cpu[1] - cpu[0]) / rows:.2f} ms of CPU a row"
    )


def _family_cpu() -> float:
    """Seconds of this process and all that it started."""
    own = psutil.Process()
    total = 0.0
    for one in (own, *own.children(recursive=True)):
        with suppress(psutil.Error):
            total += sum(one.cpu_times()[:2])
    return total


def _begun(folder: Path, checkpoint: Path, texts: list[str], rows: int) -> Path:
    """The output of a run of which only the manifest is there, with shards of so many rows."""
    out = Path(tempfile.mkdtemp(dir=folder))
    _write(folder, texts)
    predictor = load_predictor(checkpoint, "cpu", family="own", prior=None)
    settings = Settings(
        version=lfdrt.__version__,
        weights=weights_digest(checkpoint),
        prior=predictor.model.config.class_prior,
        family="own",
        language=None,
        face=LARGEST,
        prefix="",
        text="text",
        image=None,
        lang=None,
        shard_rows=rows,
        device="cpu",
        dtype=str(predictor.runtime.dtype).removeprefix("torch."),
    )
    source = survey(folder, "t.parquet", every=rows, read=Answers({}))
    write_plan(out, Plan(settings=settings, sources=(source,), voted=(None,)))
    return out


def _write(folder: Path, texts: list[str]) -> None:
    table = pa.table({"id": list(range(len(texts))), "text": texts})
    pq.write_table(table, folder / "t.parquet")


@contextmanager
def _cpu() -> Iterator[list[float]]:
    """CPU seconds of all threads of this process, which other load does not count in."""
    spent = [0.0]
    began = time.process_time()
    yield spent
    spent[0] = time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["survey", "alone", "threads", "ray"])
    parser.add_argument("--checkpoint", type=Path, default=COMPACT)
    parser.add_argument("--texts", type=int, default=20_000)
    args = parser.parse_args()
    texts = short_texts(args.texts)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if "survey" in args.what:
            measure_survey(folder, texts)
        if "alone" in args.what:
            measure_alone(folder, args.checkpoint, texts)
        if "threads" in args.what:
            measure_engine(folder, args.checkpoint, texts, ray=False)
        if "ray" in args.what:
            measure_engine(folder, args.checkpoint, texts, ray=True)


if __name__ == "__main__":
    main()
