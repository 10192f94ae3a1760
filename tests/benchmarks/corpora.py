"""What reading a corpus costs beside the bare text encoder; printed, not asserted.

    python -m tests.benchmarks.corpora [--checkpoint checkpoints/compact] [--texts 20000]
        [survey alone threads ray]

survey:  the first reading of a CSV, a JSON lines and a Parquet file, a row
alone:   CPU seconds of the encoder alone and of the whole path, on one thread; one is measured
         right after the other, shard by shard, so that other load on the machine meets both
threads: rows a second of one process with two threads
ray:     rows a second of two workers with a thread each, and what starting them takes
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import torch

from lfdrt.__main__ import main as lfdrt
from lfdrt.corpora.sources import batches, survey
from lfdrt.corpora.work import Job, Worker
from lfdrt.data.readers.questions import Answers
from lfdrt.inference.predictor import WINDOW
from lfdrt.places import COMPACT
from tests.benchmarks.speed import bare_encoder
from tests.benchmarks.texts import short_texts

SHARD = 2_048


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
    out = _begun(folder, checkpoint, texts)
    worker = Worker(
        Job(base=folder, output=out, checkpoint=checkpoint, images=None, device="auto", threads=1)
    )
    predictor = worker._predictor
    bare_encoder(predictor, texts[:WINDOW])
    bare = whole = 0.0
    shards = [texts[start : start + SHARD] for start in range(0, len(texts), SHARD)]
    for number, shard in enumerate(shards):
        with _cpu() as spent:
            for start in range(0, len(shard), WINDOW):
                bare_encoder(predictor, shard[start : start + WINDOW])
        bare += spent[0]
        with _cpu() as spent:
            receipt = worker.do(number)
        whole += spent[0]
        assert receipt.rows == len(shard), receipt.fault
    written = sum(path.stat().st_size for path in out.glob("part-*"))
    print(
        f"{len(texts):,} texts, {predictor.runtime.description}, one thread: the bare encoder "
        f"{1e3 * bare / len(texts):.2f} ms of CPU a text, the whole path "
        f"{1e3 * whole / len(texts):.2f}: {whole / bare - 1:+.1%}; "
        f"{written / len(texts):.0f} bytes a row are written"
    )


def measure_engine(folder: Path, checkpoint: Path, texts: list[str], *more: str) -> None:
    """Wall seconds of the command behind its start, which the first of two lengths tells."""
    seconds = []
    for count in (len(texts) // 4, len(texts)):
        _write(folder, texts[:count])
        began = time.perf_counter()
        told = ["--input", str(folder / "t.parquet"), "--output", str(folder / f"o{count}")]
        told += ["--checkpoint", str(checkpoint), "--shard-rows", str(SHARD), "--lang", "en"]
        if lfdrt(["predict", *told, *more]):
            raise SystemExit("the command failed")
        seconds.append(time.perf_counter() - began)
    rows = len(texts) - len(texts) // 4
    print(
        f"{' '.join(more)}: {rows / (seconds[1] - seconds[0]):,.0f} rows a second, "
        f"load average {os.getloadavg()[0]:.1f}"
    )


def _begun(folder: Path, checkpoint: Path, texts: list[str]) -> Path:
    """The output of a run that was begun and has its manifest."""
    _write(folder, texts[:1])
    out = folder / "begun"
    told = ["--input", str(folder / "t.parquet"), "--output", str(out), "--checkpoint"]
    lfdrt(["predict", *told, str(checkpoint), "--engine", "local", "--shard-rows", str(SHARD)])
    from dataclasses import replace

    from lfdrt.corpora.plan import read_plan, write_plan

    _write(folder, texts)
    plan = read_plan(out)
    assert plan is not None
    source = survey(folder, "t.parquet", every=SHARD, read=Answers({}))
    write_plan(out, replace(plan, sources=(source,)))
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
            more = ("--engine", "local", "--threads", "2")
            measure_engine(folder, args.checkpoint, texts, *more)
        if "ray" in args.what:
            more = ("--engine", "ray", "--threads", "1", "--workers", "2")
            measure_engine(folder, args.checkpoint, texts, *more)


if __name__ == "__main__":
    main()
