"""Train a head: new classes on the frozen encoders of a checkpoint, in a few minutes.

`polarity3` (negative, neutral, positive) learns from genuine pairs of tweet and picture
(images/mvsa.zip and mvsa.csv of the data folder) and from English texts. The head is a small
checkpoint of its own, used like any other, and needs its base in the folder beside it. The same
command goes on with a run that was stopped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lfdrt.commands.options import add_device
from lfdrt.errors import UserError
from lfdrt.places import checkpoint

HELP = "train new classes on a checkpoint's frozen encoders"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("classes", metavar="CLASSES", help="polarity3")
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="data folder")
    parser.add_argument(
        "--base", type=Path, default=checkpoint(), metavar="FOLDER", help="checkpoint"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="a folder beside the base's"
    )
    parser.add_argument("--seed", type=int, help="of the head that is kept (default: 0)")
    add_device(parser)


def run(args: argparse.Namespace) -> int:
    """Raises UserError for classes, a base, data or a folder that cannot be used."""
    from lfdrt.checkpoint import load_checkpoint
    from lfdrt.commands.progress import EventBar
    from lfdrt.runtime import resolve_runtime
    from lfdrt.training.head.run import HeadRun
    from lfdrt.training.head.settings import HEADS, from_seed

    if args.classes not in HEADS:
        raise UserError(f"there is no head {args.classes!r}; there is {', '.join(HEADS)}")
    settings = HEADS[args.classes]
    if args.seed is not None:
        settings = from_seed(settings, args.seed)
    base = load_checkpoint(args.base)
    training = HeadRun(settings, base, args.data, args.out, resolve_runtime(args.device))
    with EventBar() as bar:
        for event in training.events():
            bar.show(event)
    print(f"{args.out}: ready. Use it with: python -m lfdrt predict --checkpoint {args.out}")
    return 0
