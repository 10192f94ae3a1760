"""Make a checkpoint better by a few labels and by how frequent the classes are in your texts.

python -m lfdrt teach --data texts.csv --lang tr --ask 20 --out runs/taught
python -m lfdrt teach --data texts.csv --labels few.csv --lang tr --mix joy=30,neutral=50 --out DIR

--ask shows texts one by one, and keeps each answer in DIR/labels.csv before the next is shown; the
same command goes on. --labels takes that file, or any table with a label column and one of ids or
texts (the data file itself, if it has one). The folder then holds result.json (before and after,
by cross-validation), predictions.csv and the checkpoint, unless the labels did not help: then the
model stays as it was. Without labels and mix, the texts are read for a later call.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.commands.options import add_checkpoint, add_device
from lfdrt.commands.rethink import add_columns, add_data
from lfdrt.errors import UserError
from lfdrt.runs.files import unsealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lfdrt.data.intake.rows import IntakeRow
    from lfdrt.training.teach.labels import Label

HELP = "learn from a few labels and a class mix"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from lfdrt.training.teach.settings import MEASURES

    add_data(parser)
    parser.add_argument("--labels", type=Path, metavar="FILE", help="labels of rows of the table")
    add_columns(parser)
    parser.add_argument(
        "--mix", default="", metavar="MIX", help="of a hundred of your texts, how many are of each "
        "class: joy=30,neutral=50; the other classes divide the rest (default: unknown)",
    )  # fmt: skip
    parser.add_argument(
        "--aim", choices=list(MEASURES), default="right",
        help="right: most texts right (default); alike: every class alike",
    )  # fmt: skip
    parser.add_argument(
        "--rest", action="store_true", help="let the rows without labels teach, too, as far as the "
        "labelled ones are read better for it",
    )  # fmt: skip
    parser.add_argument("--ask", type=int, default=0, metavar="N", help="label N texts here first")
    parser.add_argument("--seed", type=int, default=0, help="of questions, folds and intervals")
    add_checkpoint(parser)
    add_device(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="run folder")


def run(args: argparse.Namespace) -> int:
    """Raises UserError for tables, labels, a mix or a folder that cannot be used."""
    from lfdrt.commands.progress import EventBar
    from lfdrt.commands.rethink_data import config_of, read_all
    from lfdrt.runtime import resolve_runtime
    from lfdrt.training.teach.folder import teach_in
    from lfdrt.training.teach.mix import parse_mix
    from lfdrt.training.teach.settings import TeachSettings

    if args.data is None and args.images is None:
        raise UserError("there is nothing to learn from: give --data, --images, or both.")
    classes = config_of(args.checkpoint).label_set.labels
    settings = TeachSettings(
        aim=args.aim, mix=parse_mix(args.mix, classes), rest=args.rest, seed=args.seed
    )
    runtime = resolve_runtime(args.device)
    with read_all(args) as (samples, rows):
        labels = _labels(args, rows, classes)

        def teach(settings: TeachSettings, labels: Sequence[Label]) -> str:
            with EventBar() as bar:
                _, finished = teach_in(
                    args.out,
                    settings,
                    checkpoint=args.checkpoint,
                    samples=samples,
                    labels=labels,
                    runtime=runtime,
                    show=bar.show,
                    digest=_digest(args, rows),
                )
            return finished.reason

        if args.ask:
            if int(os.environ.get("WORLD_SIZE", "1")) > 1:
                raise UserError("--ask needs a person: give it to one process, then launch more.")
            from lfdrt.commands.teach_ask import ask

            if teach(TeachSettings(seed=args.seed), ()) == "read":
                given = [one.id for one in labels]
                ask(args.out, classes, seed=args.seed, count=args.ask, given=given)
                labels = _labels(args, rows, classes)
        reason = teach(settings, labels)
    if reason != "helped":
        print(_ending(args.out, reason))
    return 0


def _labels(
    args: argparse.Namespace, rows: Sequence[IntakeRow], classes: tuple[str, ...]
) -> list[Label]:
    """Of --labels and of the folder; the folder's answers are newer."""
    from lfdrt.training.teach.labels import read_labels

    texts = {row.id: row.text for row in rows}
    files = [] if args.labels is None else [args.labels]
    own = args.out / "labels.csv"
    if own.is_file() and own not in files:
        files.append(own)
    found = [one for file in files for one in read_labels(file, classes=classes, texts=texts)]
    return list({one.id: one for one in found}.values())


def _digest(args: argparse.Namespace, rows: Sequence[IntakeRow]) -> str:
    """Of what the rows are, without reading their pictures."""
    import hashlib

    total = hashlib.sha256(repr((args.family, args.whole_pictures)).encode())
    for row in rows:
        size = 0 if row.image is None else row.image.stat().st_size
        name = "" if row.image is None else row.image.name
        total.update(repr((row.id, row.text, row.language, row.voted, name, size)).encode())
    return total.hexdigest()


def _ending(folder: Path, reason: str) -> str:
    if reason == "read":
        return (
            f"{folder}: the rows are read. Label some: --ask 20, or --labels FILE; or give --mix."
        )
    if reason == "discarded":
        return f"{folder}: stopped, nothing was changed."
    held = unsealed(json.loads((folder / "result.json").read_text(encoding="utf-8")))
    verdict = str(held["verdict"])
    if reason == "unchanged":
        return verdict
    made = folder / "checkpoint"
    return f"{verdict}\n{made}: try it with: python -m lfdrt predict --checkpoint {made}"
