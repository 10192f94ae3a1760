"""Pre-train a model on English labels and parallel text, from the towers of `lfdrt towers`.

--stage families teaches the family disentanglers of a finished checkpoint, which --towers then
names, to predict masked words in their own languages and nothing in others, on the frozen encoder.

A run folder holds settings.json, events.jsonl, curves.csv, the training state, and at the end the
checkpoint. Running the same command again goes on where the run stopped. With several processes,
which all begin again from the newest state where one is lost:
accelerate launch --multi_gpu --num_processes 2 --max_restarts 3 -m lfdrt pretrain ...
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfdrt.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lfdrt.events import Event
    from lfdrt.runtime import Runtime
    from lfdrt.training.settings import PretrainSettings

HELP = "train a model from towers, or a checkpoint further"
STAGES = ("all", "families")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_training(parser)
    parser.add_argument("--seed", type=int, help="instead of the preset's seed")
    parser.add_argument("--stage", choices=STAGES, default=STAGES[0], help="default: all")


def add_training(parser: argparse.ArgumentParser) -> None:
    """Options of every command that pre-trains."""
    parser.add_argument(
        "--preset",
        default="compact",
        metavar="NAME",
        help="compact (default), balanced, sentiment and heads (stages of the bundled checkpoint), "
        "paper (the paper's constants, for towers of mBERT and CLIP), or a JSON file of settings, "
        "as written to settings.json",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="data folder")
    parser.add_argument(
        "--towers",
        type=Path,
        default=Path("towers"),
        metavar="FOLDER",
        help="where training starts: towers (default: towers/), or a checkpoint",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="run folder")
    parser.add_argument("--device", default="auto", help="auto (default), cpu, cuda or mps")
    parser.add_argument("--steps", type=int, help="instead of the preset's steps")
    add_recompute(parser)
    parser.add_argument(
        "--features",
        type=Path,
        metavar="FOLDER",
        help="where to keep what runs from the same start can share (default: the run folder)",
    )


def add_recompute(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recompute",
        action="store_true",
        help="compute the text encoder's layers again on the way back: less memory, more time, the "
        "same numbers",
    )


def recompute(args: argparse.Namespace) -> dict[str, bool]:
    """What the option says beyond a preset or file, which may say it too."""
    return {"recompute": True} if args.recompute else {}


def run(args: argparse.Namespace) -> int:
    """Raises UserError for settings, towers or data that cannot be used."""
    from lfdrt.commands.progress import EventBar
    from lfdrt.runtime import resolve_runtime

    runtime = resolve_runtime(args.device)
    folder: Path | None
    with EventBar() as bar:
        if args.stage == "families":
            folder = _families(args, runtime, bar.show)
        else:
            from lfdrt.training.pretrain.folder import pretrain_in

            folder = pretrain_in(
                args.out,
                chosen_settings(args.preset, seed=args.seed, steps=args.steps, **recompute(args)),
                towers=args.towers,
                data=args.data,
                runtime=runtime,
                show=bar.show,
                features=args.features,
            )
    if folder is not None:
        print(f"{folder}: ready. Score it with: python -m lfdrt evaluate --checkpoint {folder}")
    return 0


def _families(
    args: argparse.Namespace, runtime: Runtime, show: Callable[[Event], None]
) -> Path | None:
    from dataclasses import replace

    from lfdrt.checkpoint import read_json
    from lfdrt.config import from_dict
    from lfdrt.training.families.folder import families_in
    from lfdrt.training.families.settings import FAMILIES_STAGE, FamiliesSettings

    if args.recompute:
        raise UserError("--recompute is for an encoder that learns; this stage's is frozen.")
    settings = FAMILIES_STAGE
    if Path(args.preset).is_file():
        settings = from_dict(FamiliesSettings, read_json(Path(args.preset)))
    elif args.preset != "compact":
        raise UserError("--stage families takes a file of settings as --preset, or none.")
    given: dict[str, Any] = {"seed": args.seed, "steps": args.steps}
    settings = replace(settings, **{k: v for k, v in given.items() if v is not None})
    return families_in(
        args.out,
        settings,
        start=args.towers,
        data=args.data,
        runtime=runtime,
        show=show,
        features=args.features,
    )


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
