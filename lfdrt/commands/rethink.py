"""Fine-tune a checkpoint on your own sentences without labels (rethinking, §3.4 of the paper).

python -m lfdrt rethink --data sentences.csv --lang tr --out runs/mine [--labelled few.csv]

The run folder holds config.json, events.jsonl, predictions.csv and at the end the checkpoint.
Running the same command again goes on where the run stopped. A file `control` in it with the word
pause, keep or discard steers a run. Labels only report: they choose nothing and teach nothing.
"""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_type_hints

from lfdrt.commands.options import (
    READ_LABELLED,
    add_checkpoint,
    add_device,
    add_read,
    add_whole_pictures,
)

if TYPE_CHECKING:
    from lfdrt.events import RunFinished
    from lfdrt.training.rethink.settings import RethinkSettings

HELP = "fine-tune on unlabelled sentences"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument(
        "--labelled", type=Path, metavar="FILE", help="a table of rows to report on"
    )
    add_columns(parser)
    add_read(parser, "--labelled", READ_LABELLED)
    _add_settings(parser)
    add_checkpoint(parser)
    add_device(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="run folder")


def add_data(parser: argparse.ArgumentParser) -> None:
    """Also of `teach`."""
    from lfdrt.data.readers.registry import kinds

    told = f"a table or texts. {kinds()}"
    parser.add_argument("--data", type=Path, metavar="FILE", help=told)
    parser.add_argument(
        "--images", type=Path, metavar="PATH", help="ZIP or folder with the table's pictures, or "
        "with all that there is to learn from",
    )  # fmt: skip


def add_columns(parser: argparse.ArgumentParser) -> None:
    """Also of `teach`."""
    add_read(parser, "--data")
    of = {
        "text": "with the texts",
        "image": "with the pictures' file names",
        "lang": "with each row's language",
        "label": "with labels; its rows only report",
        "id": "with each row's name",
    }
    for role, what in of.items():
        parser.add_argument(
            f"--{role}-column", metavar="NAME", help=f"{what} (default: guessed; '': none)"
        )
    parser.add_argument("--lang", metavar="TAG", help="language of the texts (default: detect)")
    parser.add_argument("--family", default="own", metavar="CODE", help="own (default), none, code")
    add_whole_pictures(parser)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """An option for every field of RethinkSettings, under its name."""
    from lfdrt.training.rethink.settings import PRESETS, RethinkSettings

    default, kinds = next(iter(PRESETS)), get_type_hints(RethinkSettings)
    parser.add_argument(
        "--preset",
        choices=list(PRESETS),
        default=default,
        help=f"what the settings below are where they are not given (default: {default})",
    )
    for field in fields(RethinkSettings):
        told = "; ".join(f"{name}: {getattr(p, field.name)}" for name, p in PRESETS.items())
        name, kind = f"--{field.name.replace('_', '-')}", kinds[field.name]
        if kind is bool:
            parser.add_argument(name, action=argparse.BooleanOptionalAction, help=told)
        else:
            parser.add_argument(name, type=kind, metavar=kind.__name__.upper(), help=told)
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="encode every epoch anew, as the paper describes: many times slower, and the same but "
        "for rounding (after 20 epochs one row of 600 differed)",
    )


def run(args: argparse.Namespace) -> int:
    """Raises UserError for tables, settings or a folder that cannot be used."""
    from lfdrt.commands.progress import EventBar
    from lfdrt.commands.rethink_data import read_data
    from lfdrt.runtime import resolve_runtime
    from lfdrt.training.rethink.folder import rethink_in

    settings, runtime = chosen_settings(args), resolve_runtime(args.device)
    with read_data(args) as data, EventBar() as bar:
        folder, finished = rethink_in(
            args.out,
            settings,
            checkpoint=args.checkpoint,
            samples=data.samples,
            labelled=data.labelled,
            runtime=runtime,
            cached=not args.no_cache,
            show=bar.show,
        )
    print(_ending(folder, finished))
    return 0


def chosen_settings(args: argparse.Namespace) -> RethinkSettings:
    """The preset with what was given instead. Raises ConfigError."""
    from lfdrt.training.rethink.settings import PRESETS, RethinkSettings

    given = {field.name: getattr(args, field.name) for field in fields(RethinkSettings)}
    return replace(PRESETS[args.preset], **{k: v for k, v in given.items() if v is not None})


def _ending(folder: Path, finished: RunFinished) -> str:
    told = {
        "done": "ready",
        "stopped": "stopped, the newest state is kept",
        "discarded": "stopped, the model is as it was",
        "collapsed": "stopped by a collapse, the state before it is kept",
    }[finished.reason]
    return f"{folder}: {told}. Try it with: python -m lfdrt predict --checkpoint {folder}"
