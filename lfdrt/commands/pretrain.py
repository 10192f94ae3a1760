"""Pre-train a model on English labels and parallel text, from the towers of `lfdrt towers`.

A run folder holds settings.json, events.jsonl, curves.csv, the training state, and at the end the
checkpoint. Running the same command again goes on where the run stopped. With several processes:
accelerate launch -m lfdrt pretrain ...
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfdrt.errors import UserError

if TYPE_CHECKING:
    from lfdrt.training.settings import PretrainSettings

HELP = "train a model from towers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_training(parser)
    parser.add_argument("--seed", type=int, help="instead of the preset's seed")


def add_training(parser: argparse.ArgumentParser) -> None:
    """Options of every command that pre-trains."""
    parser.add_argument(
        "--preset",
        default="compact",
        metavar="NAME",
        help="compact (default), balanced, paper (the paper's constants, for towers of mBERT and "
        "CLIP), or a JSON file of settings, as written to settings.json",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="data folder")
    parser.add_argument("--towers", type=Path, default=Path("towers"), metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="run folder")
    parser.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    parser.add_argument("--steps", type=int, help="instead of the preset's steps")


def run(args: argparse.Namespace) -> int:
    """Raises UserError for settings, towers or data that cannot be used."""
    from lfdrt.commands.progress import EventBar
    from lfdrt.runtime import resolve_runtime
    from lfdrt.training.pretrain.folder import pretrain_in

    settings = chosen_settings(args.preset, seed=args.seed, steps=args.steps)
    with EventBar() as bar:
        folder = pretrain_in(
            args.out,
            settings,
            towers=args.towers,
            data=args.data,
            runtime=resolve_runtime(args.device),
            show=bar.show,
        )
    if folder is not None:
        print(f"{folder}: ready. Score it with: python -m lfdrt evaluate --checkpoint {folder}")
    return 0


def chosen_settings(name: str, **given: Any) -> PretrainSettings:
    """A preset or a file of settings, with what was given instead.

    UserError: there is neither of that name, or its settings are wrong.
    """
    from dataclasses import replace

    from lfdrt.checkpoint import read_json
    from lfdrt.config import from_dict
    from lfdrt.training.settings import PRESETS, PretrainSettings

    if name not in PRESETS and not Path(name).is_file():
        raise UserError(f"--preset {name!r} is no file, and not one of {', '.join(PRESETS)}.")
    settings = PRESETS.get(name) or from_dict(PretrainSettings, read_json(Path(name)))
    return replace(settings, **{k: v for k, v in given.items() if v is not None})
