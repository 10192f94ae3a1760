"""Options that several commands share, and the predictor and table writer that they describe.

Torch-free until `load_predictor` is called.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.errors import UserError

if TYPE_CHECKING:
    from lfdrt.data.export import Appender
    from lfdrt.inference.predictor import Predictor

COMPACT = Path(__file__).parents[2] / "checkpoints" / "compact"
"""The bundled checkpoint; found from any working folder."""


def add_checkpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoint",
        type=Path,
        default=COMPACT,
        metavar="FOLDER",
        help="trained model to use (default: the bundled checkpoints/compact)",
    )


def add_follow(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--follow",
        type=Path,
        metavar="FOLDER",
        help="write events.jsonl there; stop where its file control says stop",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", default="auto", help="auto (default), cpu, cuda, cuda:1 or mps")


def add_whole_pictures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--whole-pictures",
        action="store_true",
        help="read pictures as a whole, not the largest face in each",
    )


def names(text: str) -> tuple[str, ...]:
    """Those of a list with commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def load_predictor(checkpoint: Path, device: str, *, family: str) -> Predictor:
    """Raises UserError for a device, checkpoint or family that there is not."""
    from lfdrt.inference.predictor import Predictor
    from lfdrt.inference.sample import NO_DISENTANGLER, OWN_FAMILY
    from lfdrt.runtime import resolve_runtime

    predictor = Predictor.load(checkpoint, resolve_runtime(device))
    known = (OWN_FAMILY, NO_DISENTANGLER, *predictor.families)
    if family not in known:
        raise UserError(f"--family {family!r} is not one of {', '.join(known)}.")
    return predictor


def appender_for(source: Path, target: Path) -> type[Appender]:
    """The writer of --output, by its ending. UserError: another ending, or the --input file."""
    from lfdrt.data.export import CsvAppender, JsonlAppender

    appenders: dict[str, type[Appender]] = {".csv": CsvAppender, ".jsonl": JsonlAppender}
    if target.suffix.lower() not in appenders:
        raise UserError(f"--output {target.name} must end in {' or '.join(appenders)}.")
    if target.resolve() == source.resolve():
        raise UserError("--output is the --input file: name another one.")
    return appenders[target.suffix.lower()]
