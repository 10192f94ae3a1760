"""Options that several commands share, and the predictor and table writer that they describe.

Torch-free until `load_predictor` is called.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfdrt.errors import UserError
from lfdrt.places import checkpoint

if TYPE_CHECKING:
    from lfdrt.data.export import Appender
    from lfdrt.inference.predictor import Predictor

READ, READ_LABELLED = "--read", "--read-labelled"
"""How --data or --input is to be read, and how --labelled."""


def add_checkpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoint",
        type=Path,
        default=checkpoint(),
        metavar="FOLDER",
        help="trained model to use (default: LFDRT_CHECKPOINT, or the bundled compact)",
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


def positive(text: str) -> int:
    """A whole number from 1, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def add_prior(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--prior",
        metavar="MIX",
        help="how frequent the classes are: flat, a genre of the card such as meld, or shares such "
        "as joy=0.5,anger=0.1 of which the other classes divide the rest (default: the "
        "checkpoint's own)",
    )


def chosen_prior(
    text: str, labels: Sequence[str], card: Mapping[str, Any]
) -> tuple[float, ...] | None:
    """The shares that --prior names, in the order of `labels`; None for flat.

    UserError: no such genre or class, shares that exceed the whole.
    """
    if text == "flat":
        return None
    genres = card.get("priors", {})
    if text in genres:
        return tuple(float(genres[text].get(label, 0.0)) for label in labels)
    given: dict[str, float] = {}
    for part in names(text):
        label, _, share = part.partition("=")
        try:
            given[label.strip()] = float(share)
        except ValueError:
            known = ", ".join(("flat", *genres))
            raise UserError(
                f"--prior {text!r} is not one of {known}, and not shares such as {labels[0]}=0.5."
            ) from None
    if foreign := [label for label in given if label not in labels]:
        raise UserError(f"--prior: there is no class {foreign[0]!r} ({', '.join(labels)}).")
    rest = 1 - sum(given.values())
    others = [label for label in labels if label not in given]
    if min(given.values()) < 0 or rest < -1e-6 or (not others and rest > 1e-6):
        raise UserError(f"--prior {text!r}: shares lie from 0 to 1 and add up to at most 1.")
    return tuple(given.get(label, max(rest, 0) / max(len(others), 1)) for label in labels)


def add_whole_pictures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--whole-pictures",
        action="store_true",
        help="read pictures as a whole, not the largest face in each",
    )


def add_read(parser: argparse._ActionsContainer, of: str, name: str = READ) -> None:
    """of: the option that names the file. name: of this one."""
    parser.add_argument(
        name,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"how {of} is to be read, where it could be read otherwise: format=plain-text, "
        "header=no, sheet=..., encoding=cp1252; what a file asks is said when it is read",
    )


def chosen_reading(given: Sequence[str], name: str = READ) -> dict[str, str]:
    """The answers of --read, or of the option `name`, by the questions' names. UserError: not in
    its form."""
    answers = {}
    for one in given:
        asked, sign, value = one.partition("=")
        if not sign or not asked:
            raise UserError(f"{name} {one!r} is not NAME=VALUE, such as header=no.")
        answers[asked.strip()] = value
    return answers


def names(text: str) -> tuple[str, ...]:
    """Those of a list with commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def load_predictor(checkpoint: Path, device: str, *, family: str, prior: str | None) -> Predictor:
    """Raises UserError for a device, checkpoint, family or prior that there is not."""
    from lfdrt.inference.predictor import Predictor
    from lfdrt.inference.sample import NO_DISENTANGLER, OWN_FAMILY
    from lfdrt.runtime import resolve_runtime

    predictor = Predictor.load(checkpoint, resolve_runtime(device))
    known = (OWN_FAMILY, NO_DISENTANGLER, *predictor.families)
    if family not in known:
        raise UserError(f"--family {family!r} is not one of {', '.join(known)}.")
    if prior is not None:
        predictor.model.expect(chosen_prior(prior, predictor.labels, predictor.card))
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
