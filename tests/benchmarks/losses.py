"""Naive against chunked vocabulary loss: time and peak memory, at the size of a real vocabulary.

    python -m tests.benchmarks.losses [--words 250000] [--positions 512] [--width 384]

Each form runs in a process of its own, because peak memory never falls again within one. Printed,
not asserted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

import psutil
import torch
from torch.nn import functional as F

from lfdrt.losses import uniformity, vocabulary_loss

FORMS = ("naive", "chunked")


def measure(form: str, words: int, positions: int, width: int) -> dict[str, float]:
    """Forward and backward of Eq. 8 plus Eq. 9, once to warm up on a tenth and once timed."""
    g = torch.Generator().manual_seed(0)
    W = torch.randn(words, width, generator=g)  # (V, D)
    targets = torch.randint(0, words, (positions,), generator=g)
    start_bytes = _peak_bytes()
    for n in (positions // 10, positions):
        h = torch.randn(n, width, generator=g, requires_grad=True)  # (n, D)
        began = time.perf_counter()
        loss = _loss(form, h, W, targets[:n])
        loss.backward()
        seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "megabytes": (_peak_bytes() - start_bytes) / 1e6,
        "loss": loss.item(),
        "gradient": h.grad.norm().item(),
    }


def _loss(form: str, h: torch.Tensor, W: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Shape: h (N, D), W (V, D), targets (N,) -> scalar."""
    if form == "chunked":
        return vocabulary_loss(h, W, targets=targets) + 0.1 * vocabulary_loss(h, W)
    logits = h @ W.T  # (N, V)
    return F.cross_entropy(logits, targets) + 0.1 * uniformity(logits).mean()


def _peak_bytes() -> int:
    """Most resident memory of this process so far."""
    memory = psutil.Process().memory_info()
    if hasattr(memory, "peak_wset"):  # Windows
        return memory.peak_wset
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=250_000)
    parser.add_argument("--positions", type=int, default=512)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--form", choices=FORMS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    sizes = (args.words, args.positions, args.width)
    if args.form:
        print(json.dumps(measure(args.form, *sizes)))
        return
    print(f"{args.positions} positions, {args.words:,} words, width {args.width}, float32, CPU")
    for form in FORMS:
        options = [f"--{name}={getattr(args, name)}" for name in ("words", "positions", "width")]
        command = [sys.executable, "-m", "tests.benchmarks.losses", f"--form={form}", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"  {form:8} failed: {(done.stderr.strip().splitlines() or ['killed'])[-1]}")
            continue
        m = json.loads(done.stdout)
        print(
            f"  {form:8} {m['seconds']:7.2f} s  {m['megabytes']:8,.0f} MB more at the peak  "
            f"loss {m['loss']:.4f}  |gradient| {m['gradient']:.6f}"
        )


if __name__ == "__main__":
    main()
