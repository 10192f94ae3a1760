"""Train the image tower of `lfdrt towers` on faces with emotion labels.

Reads images/faces.zip and images/faces.csv of the data folder; writes faces.safetensors, which
`lfdrt pretrain` starts from, and its scores beside it. The same command goes on with a run that was
stopped, after its last whole epoch.
"""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "train the image tower on faces"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="data folder")
    parser.add_argument("--towers", type=Path, default=Path("towers"), metavar="FOLDER")
    parser.add_argument("--seed", type=int, help="instead of the settings' seed")


def run(args: argparse.Namespace) -> int:
    """UserError for towers or data that are not there."""
    from dataclasses import replace

    from lfdrt.commands.progress import EventBar
    from lfdrt.training.faces.run import FacesRun
    from lfdrt.training.faces.settings import FacesConfig
    from lfdrt.training.tower_folder import read_untrained_image_tower

    config = FacesConfig() if args.seed is None else replace(FacesConfig(), seed=args.seed)
    tower = read_untrained_image_tower(args.towers)
    out = args.towers / "faces.safetensors"
    with EventBar() as bar:
        for event in FacesRun(config, tower, args.data / "images", out).events():
            bar.show(event)
    print(f"{out}: ready for python -m lfdrt pretrain.")
    return 0
