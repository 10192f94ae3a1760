"""Fine-tune a checkpoint on your own sentences without labels (rethinking, §3.4 of the paper).

python -m lfdrt rethink --data sentences.csv --lang tr --out runs/mine [--labelled few.csv]

The run folder holds config.json, events.jsonl, predictions.csv and at the end the checkpoint.
Running the same command again goes on where the run stopped. A file `control` in it with the word
pause, keep or discard steers a run. --labelled only reports: no label chooses anything.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.commands.options import add_checkpoint, add_device

if TYPE_CHECKING:
    from lfdrt.events import RunFinished
    from lfdrt.inference.predictor import Predictor
    from lfdrt.inference.sample import Sample
    from lfdrt.training.rethink_folder import Labelled

HELP = "fine-tune on unlabelled sentences"
BAD_ROWS_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, required=True, metavar="FILE", help="a table, as for predict"
    )
    parser.add_argument("--text-column", metavar="NAME", help="default: text")
    parser.add_argument("--image-column", metavar="NAME", help="file names; default: image")
    parser.add_argument("--lang", metavar="TAG", help="language of the texts (default: detect)")
    parser.add_argument("--family", default="own", metavar="CODE", help="own (default), none, code")
    parser.add_argument(
        "--labelled", type=Path, metavar="FILE", help="rows with a column 'label', to report on"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="run folder")
    parser.add_argument("--epochs", type=int, help="passes over the rows (default: 3)")
    parser.add_argument("--batch-rows", type=int, help="rows of a step (default: 64)")
    parser.add_argument("--rate", type=float, help="peak learning rate (default: 1e-4)")
    parser.add_argument(
        "--through",
        help="what learns: classifiers (default), fusion, encoder, or projection (to the letter)",
    )
    parser.add_argument("--seed", type=int, help="default: 0")
    parser.add_argument(
        "--no-cache", action="store_true", help="encode every epoch anew, as the paper describes"
    )
    add_checkpoint(parser)
    add_device(parser)


def run(args: argparse.Namespace) -> int:
    """Raises ValueError (a sentence) for tables, settings or a folder that cannot be used."""
    from lfdrt.commands.progress import EventBar
    from lfdrt.runtime import resolve_runtime
    from lfdrt.training.rethink_folder import rethink_in
    from lfdrt.training.rethink_settings import RethinkSettings

    names = ("epochs", "batch_rows", "rate", "through", "seed")
    given = {name: getattr(args, name) for name in names}
    settings = RethinkSettings(**{k: v for k, v in given.items() if v is not None})
    samples, labelled = _read(args)
    with EventBar() as bar:
        folder, finished = rethink_in(
            args.out,
            settings,
            checkpoint=args.checkpoint,
            samples=samples,
            labelled=labelled,
            runtime=resolve_runtime(args.device),
            cached=not args.no_cache,
            show=bar.show,
        )
    print(_ending(folder, finished))
    return 0


def _ending(folder: Path, finished: RunFinished) -> str:
    told = {
        "done": "ready",
        "stopped": "stopped, the newest state is kept",
        "discarded": "stopped, the model is as it was",
        "collapsed": "stopped by a collapse, the state before it is kept",
    }[finished.reason]
    return f"{folder}: {told}. Try it with: python -m lfdrt predict --checkpoint {folder}"


def _read(args: argparse.Namespace) -> tuple[list[tuple[str, Sample]], list[Labelled]]:
    """Rows to learn from, and rows to report on. The predictor that reads them is let go."""
    from lfdrt.commands.options import load_predictor
    from lfdrt.training.rethink_folder import Labelled

    predictor = load_predictor(args.checkpoint, args.device, family=args.family)

    def read(path: Path) -> list[tuple[str, Sample, str]]:
        return _samples(path, args, predictor)

    samples = [(name, sample) for name, sample, _ in read(args.data)]
    labelled = []
    for name, sample, label in read(args.labelled) if args.labelled else []:
        if label not in predictor.labels:
            known = ", ".join(predictor.labels)
            raise ValueError(
                f"{args.labelled.name}, row {name}: label {label!r} is none of {known}"
            )
        labelled.append(Labelled(id=name, sample=sample, label=label))
    return samples, labelled


def _samples(
    path: Path, args: argparse.Namespace, predictor: Predictor
) -> list[tuple[str, Sample, str]]:
    """Row number, sample and label of every readable row; says how many are not."""
    from lfdrt.commands.table_rows import RowReader
    from lfdrt.commands.table_run import chosen_columns, open_input
    from lfdrt.data.intake_pictures import BesideTable
    from lfdrt.inference.sample import Sample

    table = open_input(
        path, text_column=args.text_column, image_column=args.image_column, lang_column=None
    )
    reader = RowReader(
        predictor=predictor,
        columns=chosen_columns(table),
        language=args.lang,
        family=args.family,
        pictures=BesideTable(table.path.parent.resolve()),
    )
    found, bad = [], []
    for row in table:
        read = reader.sample_or_note(row)
        if isinstance(read, Sample):
            found.append((str(row.number), read, row.values.get("label", "").strip()))
        else:
            bad.append(f"row {row.number}: {read}")
    if bad:
        shown = "; ".join(bad[:BAD_ROWS_SHOWN])
        print(f"{path.name}: {len(bad):,} of {len(bad) + len(found):,} rows left out. {shown}")
    return found
