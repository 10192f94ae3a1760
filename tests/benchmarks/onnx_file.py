"""The ONNX file of the bundled model beside torch: CPU seconds for the same texts, since the clock
of a machine with other work tells nothing. Printed, not asserted.

    python -m tests.benchmarks.onnx_file [--checkpoint FOLDER] [--texts 500] [--threads 1]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import onnxruntime
import torch

from lfdrt.batch import length_buckets
from lfdrt.checkpoint import load_checkpoint
from lfdrt.places import COMPACT
from lfdrt.programs.onnx_file import INPUTS, TextPath, export_onnx, feed
from tests.benchmarks.texts import short_texts

ROWS = (1, 32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=COMPACT)
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    checkpoint = load_checkpoint(args.checkpoint)
    family = checkpoint.model.config.families[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        seconds, apart = _cpu(lambda: export_onnx(load_checkpoint(args.checkpoint), path))
        size = path.stat().st_size / 1e6
        print(f"export: {seconds:.1f} CPU s, {size:.1f} MB, at most {apart:.1e} from torch")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = args.threads
        run = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    texts, module = short_texts(args.texts), TextPath(checkpoint.model.float().eval())
    lengths = [len(one.ids) for one in checkpoint.tokenizer.encode(texts)]
    for rows in ROWS:
        parts = [[texts[i] for i in bucket] for bucket in length_buckets(lengths, rows=rows)]
        given = [feed(checkpoint, part, [family] * len(part)) for part in parts]
        tensors = [tuple(torch.from_numpy(one[name]) for name in INPUTS) for one in given]

        def by_torch(tensors: list = tensors) -> None:
            with torch.inference_mode():
                for one in tensors:
                    module(*one)

        def by_file(given: list = given) -> None:
            for one in given:
                run.run(None, one)

        by_torch()  # warm
        by_file()
        for name, work in (("torch", by_torch), ("onnxruntime", by_file)):
            taken = min(_cpu(work)[0] for _ in range(3))
            each = 1e3 * taken / len(texts)
            print(f"{rows:3} at once, {name:12} {taken:6.2f} CPU s, {each:5.1f} ms a text")


def _cpu(work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of all threads, and what it gave."""
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


if __name__ == "__main__":
    main()
