"""Time of a pre-training step against the encoder passes that it cannot avoid.

python -m tests.benchmarks.steps --data ../shared/data --towers towers [--steps 16]

The floor is the same batches through the text encoder, forward and backward, and nothing else: no
heads, no losses, no vocabulary, no optimizer. Faces' features are random here, since only their
shape costs time. Aim: a step takes at most 1.3 times the floor. On a CPU in seconds of a core,
which hold where other programs run (`OMP_NUM_THREADS=1` there), on a card in those of the clock.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import torch

from lfdrt.batch import TextBatch
from lfdrt.runtime import resolve_runtime
from lfdrt.training.pretrain.assemble import corpora, model_from_towers
from lfdrt.training.pretrain.corpus import Faces
from lfdrt.training.pretrain.run import PretrainRun
from lfdrt.training.ranks import join
from lfdrt.training.settings import COMPACT
from lfdrt.training.tower_folder import read_text_tower, read_untrained_image_tower

WARM = 3


def build(data: Path, towers: Path) -> PretrainRun:
    image = read_untrained_image_tower(towers)  # as slow as a trained one
    model, tokenizer = model_from_towers(read_text_tower(towers), image, COMPACT)
    labels = torch.arange(7).repeat(100)
    faces = Faces(features=torch.randn(700, model.config.image.tower["embed_dim"]), labels=labels)
    labelled, parallel = corpora(data, COMPACT, tokenizer, model, faces)
    runtime = resolve_runtime("auto")
    return PretrainRun(
        model=model,
        tokenizer=tokenizer,
        labelled=labelled,
        parallel=parallel,
        settings=COMPACT,
        runtime=runtime,
        share=join(runtime),
        state_file=Path("never-written"),
    )


def texts_of(run: PretrainRun, step: int) -> list[TextBatch]:
    """Every text batch that a step encodes."""
    labelled = run.labelled.batch(step).part(run.share)
    parallel = run.parallel.batch(step).part(run.share)
    return [
        labelled.texts,
        labelled.masked.texts,
        parallel.anchors,
        parallel.translations,
        parallel.masked.texts,
    ]


def encoder_seconds(run: PretrainRun, step: int) -> float:
    batches = texts_of(run, step)
    begun = clock(run)
    with run.runtime.autocast():
        total = sum(run.model.encode(b).float().mean() for b in batches)
    total.backward()
    seconds = clock(run) - begun
    run.optimizer.zero_grad(set_to_none=True)
    return seconds


def step_seconds(run: PretrainRun) -> float:
    begun = clock(run)
    run._train_step()  # the step itself, without its events
    run.step += 1
    return clock(run) - begun


def clock(run: PretrainRun) -> float:
    if run.runtime.device.type != "cuda":
        return time.process_time()
    torch.cuda.synchronize()
    return time.perf_counter()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--towers", type=Path, default=Path("towers"))
    parser.add_argument("--steps", type=int, default=16)
    args = parser.parse_args()
    run = build(args.data, args.towers)
    run.model.train()
    pairs = []
    for step in range(WARM + args.steps):
        floor = encoder_seconds(run, step)
        pairs.append((floor, step_seconds(run)))
    floors, steps = zip(*pairs[WARM:], strict=True)
    print(run.runtime.description)
    print(f"encoder passes   {statistics.fmean(floors):.3f} s, mean of {args.steps} steps")
    print(f"whole step       {statistics.fmean(steps):.3f} s")
    print(f"ratio            {sum(steps) / sum(floors):.2f}  (aim: 1.3)")


if __name__ == "__main__":
    main()
