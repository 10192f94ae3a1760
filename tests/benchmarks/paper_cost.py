"""GPU memory and time of the paper's preset, counted: mBERT, CLIP ViT-B/32, 13 families.

    python -m tests.benchmarks.paper_cost                    (a minute; nothing is downloaded)
    python -m tests.benchmarks.paper_cost --validate --data ../shared/data --towers towers

Products, operations and bytes are counted in the program's own step (`paper_counting.py`). A step's
seconds are its products by a card's peak rate, as its maker states it, times UTILISATION, or its
operations times LAUNCH, whichever is more; both are assumed: nothing here was run on a GPU. Reading
files and starting come on top. --validate counts the compact preset's steps the same way and runs
them on this machine's CPU: how far the bytes are off, and which share of the rate of a large
product is reached.
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from lfdrt.config import ImageConfig, ModelConfig, TextConfig
from lfdrt.labels import EKMAN7
from lfdrt.losses import CHUNK_BYTES
from lfdrt.presets import paper_config
from lfdrt.training.rethink.settings import PRESETS as RETHINK
from lfdrt.training.settings import COMPACT, PAPER
from tests.benchmarks.memory import PeakMemory
from tests.benchmarks.paper_counting import (
    FLOAT,
    Shapes,
    StepCount,
    count_picture,
    count_step,
    count_text,
)
from tests.benchmarks.steps import build

TYPICAL, LONGEST = 40, PAPER.max_tokens
"""Tokens of a padded batch: a usual width and the widest. Over 160 steps, by XLM-R's vocabulary,
MELD's batches are 20 wide on average, both sides of the parallel sentences 38 and 47; some are 128.
"""

ROWS, FACES = 10_000, 25_000
"""Rows to rethink and to evaluate, each with a picture; faces that training reads once."""

UTILISATION = 0.25
"""Share of a card's peak rate that a small transformer reaches in plain PyTorch. Assumed."""

STEPS = 4


@dataclass(frozen=True, kw_only=True)
class Card:
    """memory: bytes. rate: peak of dense bfloat16 products with float32 sums, a second, from
    NVIDIA's data sheets."""

    memory: float
    rate: float


CARDS = {
    "L4": Card(memory=24e9, rate=121e12),
    "RTX 4090": Card(memory=24e9, rate=165e12),
    "A100 40 GB": Card(memory=40e9, rate=312e12),
    "H100 SXM": Card(memory=80e9, rate=989e12),
}
LAUNCH = 10e-6
"""Seconds in which PyTorch starts one operation, with autograd and no compiler. Assumed."""

CONTEXT = 1e9
"""CUDA's own memory and what its allocator keeps between blocks. Assumed."""


def full_size() -> ModelConfig:
    """bert-base-multilingual-cased and open_clip's ViT-B-32, by their published sizes."""
    backbone = {
        "model_type": "bert",
        "vocab_size": 119_547,
        "hidden_size": 768,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "intermediate_size": 3072,
        "max_position_embeddings": 512,
        "type_vocab_size": 2,
        "pad_token_id": 0,
        # Fused kernels draw the attention's dropout inside and keep none of it.
        "attention_probs_dropout_prob": 0.0,
    }
    tower = {
        "embed_dim": 512,
        "quick_gelu": True,
        "vision_cfg": {"image_size": 224, "layers": 12, "width": 768, "patch_size": 32},
    }
    text = TextConfig(
        backbone=backbone,
        packed_words=False,
        prefix="",
        max_tokens=512,
        pad_token="[PAD]",
        mask_token="[MASK]",
        unknown_token="[UNK]",
    )
    grey = (0.5, 0.5, 0.5)
    return paper_config(EKMAN7, text, ImageConfig(tower=tower, size=224, mean=grey, std=grey))


@dataclass(frozen=True, kw_only=True)
class Work:
    """FLOPs of all faces before pre-training, of a whole rethinking and evaluation."""

    faces: float
    rethink: float
    evaluate: float


def work(config: ModelConfig) -> Work:
    """Rethinking reads every text twice, as it is and masked, and every picture once; each epoch
    makes logits, and their gradient, for the hidden words of all rows: most of them disagree at
    worst."""
    text, picture = count_text(config, TYPICAL), count_picture(config)
    settings = RETHINK["paper"]
    hidden = ROWS * settings.epochs * settings.mask_rate * (TYPICAL - 2)
    logits = 4 * hidden * config.width * config.text.backbone["vocab_size"]
    return Work(
        faces=FACES * picture,
        rethink=ROWS * (2 * text + picture) + logits,
        evaluate=ROWS * text,
    )


def estimate() -> None:
    config = full_size()
    steps = {
        tokens: count_step(config, PAPER, Shapes.even(PAPER, tokens), plain_attention=False)
        for tokens in (TYPICAL, LONGEST)
    }
    usual, widest, whole = steps[TYPICAL], steps[LONGEST], work(config)
    weights = usual.learned + usual.frozen
    rethinking = FLOAT * weights + usual.words + 3 * CHUNK_BYTES
    print("| counted | |")
    print("|---|---|")
    print(f"| weights | {weights / 1e6:.0f} million, of which {usual.learned / 1e6:.0f} learn |")
    print(f"| checkpoint (float16) | {2 * weights / 1e6:,.0f} MB |")
    print(f"| weights, gradients, Adam, word matrix | {usual.lasting / 1e9:.1f} GB |")
    for tokens, step in steps.items():
        print(
            f"| a step, texts of {tokens} tokens | {step.flops / 1e12:.1f} TFLOP in "
            f"{step.operations:,} operations, "
            f"{step.kept / 1e9:.1f} GB kept for backward, {step.peak / 1e9:.1f} GB at the peak |"
        )
    print(f"| rethinking, its peak | {rethinking / 1e9:.1f} GB |\n")
    print(
        f"| card | memory | pretrain fits | {PAPER.steps:,} steps | rethink {ROWS:,} rows | "
        f"evaluate {ROWS:,} texts |"
    )
    print("|---|---|---|---|---|---|")
    for name, card in CARDS.items():
        rate = card.rate * UTILISATION
        seconds = max(usual.flops / rate, usual.operations * LAUNCH)
        pretraining = PAPER.steps * seconds + whole.faces / rate
        print(
            f"| {name} | {card.memory / 1e9:.0f} GB | {_fits(card, usual, widest)} | "
            f"{pretraining / 3600:.1f} h | {whole.rethink / rate:.1f} s | "
            f"{whole.evaluate / rate:.1f} s |"
        )


def _fits(card: Card, usual: StepCount, widest: StepCount) -> str:
    if widest.peak + CONTEXT <= card.memory:
        return "always"
    return "usual batches" if usual.peak + CONTEXT <= card.memory else "no"


def validate(data: Path, towers: Path) -> None:
    """The compact preset's own steps on the CPU: their bytes since the model was built, and their
    CPU time, which other programs on the machine do not change."""
    run = build(data, towers)
    batches = [(run.labelled.batch(n), run.parallel.batch(n)) for n in range(STEPS)]
    counts = [
        count_step(run.model.config, COMPACT, Shapes.of(*both), plain_attention=True)
        for both in batches
    ]
    gc.collect()
    start, seconds = psutil.Process().memory_info().rss, []
    memory = PeakMemory(os.getpid(), seconds=0.01)
    for _ in range(STEPS):
        begun = time.process_time()
        run._train_step()
        seconds.append((time.process_time() - begun) / torch.get_num_threads())
        run.step += 1
    more, learned = memory.stop() - start, counts[0].learned
    counted = max(c.peak for c in counts) - FLOAT * (learned + counts[0].frozen)
    flops, spent = sum(c.flops for c in counts[1:]), sum(seconds[1:])  # the first one warms up
    rate, peak = flops / spent, _product_rate(run.runtime.dtype)
    print(f"{run.runtime.description}, {torch.get_num_threads()} thread(s), {STEPS - 1} steps")
    print(f"a step   {flops / (STEPS - 1) / 1e12:.2f} TFLOP, {spent / (STEPS - 1):.2f} s")
    print(f"rate     {rate / 1e9:.0f} GFLOP/s, {rate / peak:.0%} of a large product's")
    print(f"peak     {more / 1e6:,.0f} MB over the weights', counted {counted / 1e6:,.0f} MB")
    print(f"measured / counted bytes  {more / counted:.2f}")


def _product_rate(dtype: torch.dtype) -> float:
    """FLOPs a second of one 2,048-wide product, the best of five."""
    n = 2048
    a = torch.randn(n, n).to(dtype)
    times = []
    for _ in range(5):
        begun = time.process_time()
        a @ a
        times.append((time.process_time() - begun) / torch.get_num_threads())
    return 2 * n**3 / min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--towers", type=Path, default=Path("towers"))
    args = parser.parse_args()
    if args.validate:
        validate(args.data, args.towers)
    else:
        estimate()


if __name__ == "__main__":
    main()
