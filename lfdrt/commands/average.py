"""Average the weights of checkpoints that began alike: runs of one recipe with several seeds.

python -m lfdrt average runs/a/checkpoint runs/b/checkpoint runs/c/checkpoint --out checkpoints/mean
"""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "the mean of several seeds' weights, as one checkpoint"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder")


def run(args: argparse.Namespace) -> int:
    """Raises UserError for checkpoints that differ in more than their weights."""
    from lfdrt.checkpoint import save_checkpoint
    from lfdrt.errors import UserError
    from lfdrt.training.averaging import average_checkpoints

    if args.out.exists():
        raise UserError(f"{args.out} is there already: name a new --out.")
    mean = average_checkpoints(args.checkpoints)
    save_checkpoint(args.out, mean.model, mean.tokenizer, mean.card)
    print(f"{args.out}: the mean of {len(args.checkpoints)} checkpoints.")
    return 0
