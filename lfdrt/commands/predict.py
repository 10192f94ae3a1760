"""Predict the sentiment of a text, a picture, or both; or of every row of a table or a corpus.

One sample:  python -m lfdrt predict --text "Ninafurahi sana leo" [--image photo.jpg] [--json]
A table:     python -m lfdrt predict --input table.csv --output out.csv [--images pictures.zip]
A corpus:    python -m lfdrt predict --input 'texts/*.parquet' --output folder [--engine ray]

The output table holds every column of the input plus label, agree, label_1, label_2, language,
family, one p_<class> for each class (the mean of the two classifiers) and note; where the input has
one of these already, --prefix renames them. A table that was interrupted is continued by the same
command. Pictures of a table lie in its folder or below it, or in --images, a ZIP or another folder.
Of a picture that shows people the largest face is read, unless it fills the picture already.

A corpus is a folder or a pattern of Parquet, CSV and JSON lines files of any size. The output
folder gets a Parquet file for every --shard-rows rows, in the order of the input; whatever was
killed, the same command continues. --engine ray spreads the shards over processes and machines.
"""

from __future__ import annotations

import argparse
from glob import has_magic
from pathlib import Path

from lfdrt.commands.options import (
    add_checkpoint,
    add_device,
    add_follow,
    add_prior,
    add_read,
    add_whole_pictures,
    positive,
)
from lfdrt.errors import UserError

HELP = "predict one sample, or every row of a table or a corpus"
SHARD_ROWS = 32_768
"""Some two minutes of two CPU cores, and as much as a killed worker loses."""
_TABLE_ONLY = (
    "output",
    "images",
    "text_column",
    "image_column",
    "lang_column",
    "prefix",
    "follow",
    "read",
)
_CORPUS_ONLY = ("engine", "address", "workers", "threads", "gpus", "shard_rows")
_SAMPLE_ONLY = ("text", "image", "face", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from lfdrt.data.readers.registry import kinds

    sample = parser.add_argument_group("one sample")
    sample.add_argument("--text", help="the text, in any language")
    sample.add_argument("--image", type=Path, metavar="FILE", help="the picture")
    sample.add_argument(
        "--face",
        type=int,
        metavar="N",
        help="read face N of the picture, counted from the largest (default: 1)",
    )
    sample.add_argument("--json", action="store_true", help="print all numbers as JSON")
    table = parser.add_argument_group("a table")
    told = f"a table or texts, or a corpus: a folder, or a pattern in quotes. {kinds()}"
    table.add_argument("--input", type=Path, metavar="FILE", help=told)
    told = "CSV or JSON lines to write; of a corpus: a folder"
    table.add_argument("--output", type=Path, metavar="FILE", help=told)
    table.add_argument(
        "--images",
        type=Path,
        metavar="PATH",
        help="ZIP or folder of its pictures (default: beside)",
    )
    add_read(table, "--input")
    of = {"text": "with the texts", "image": "with file names", "lang": "with language tags"}
    for role, what in of.items():
        told = f"{what} (default: guessed; '' for none)"
        table.add_argument(f"--{role}-column", metavar="NAME", help=told)
    table.add_argument("--prefix", metavar="TEXT", help="before the names of the added columns")
    add_follow(table)
    _add_corpus(parser.add_argument_group("a corpus"))
    parser.add_argument("--lang", metavar="TAG", help="language of the text (default: detect)")
    parser.add_argument(
        "--family",
        default="own",
        metavar="CODE",
        help="read the text through this family's disentangler: own (default), none, or a code",
    )
    add_whole_pictures(parser)
    add_prior(parser)
    add_checkpoint(parser)
    add_device(parser)


def _add_corpus(corpus: argparse._ArgumentGroup) -> None:
    corpus.add_argument(
        "--engine",
        choices=("local", "ray"),
        help="local: one process, shard by shard (default); ray: workers of this machine, or of "
        "the cluster at --address",
    )
    corpus.add_argument("--address", help="of a Ray cluster that is running, such as auto")
    corpus.add_argument("--workers", type=positive, metavar="N", help="models (default: all room)")
    told = "CPU threads of each worker (default: 1; local: all)"
    corpus.add_argument("--threads", type=positive, metavar="N", help=told)
    told = "share of a GPU that each worker has, such as 0.5 (default: 1 with --device cuda)"
    corpus.add_argument("--gpus", type=float, metavar="SHARE", help=told)
    told = f"rows of an output file (default: {SHARD_ROWS:,})"
    corpus.add_argument("--shard-rows", type=positive, metavar="N", help=told)


def run(args: argparse.Namespace) -> int:
    """Raises UserError for options that do not go together and for bad input."""
    _check(args)
    if args.input is None:
        from lfdrt.commands.predict_sample import predict_sample

        return predict_sample(args)
    if _is_corpus(args):
        from lfdrt.commands.predict_corpus import predict_corpus

        args.shard_rows = args.shard_rows or SHARD_ROWS
        return predict_corpus(args)
    from lfdrt.commands.predict_table import predict_table

    return predict_table(args)


def _is_corpus(args: argparse.Namespace) -> bool:
    return args.engine is not None or args.input.is_dir() or has_magic(str(args.input))


def _check(args: argparse.Namespace) -> None:
    whole_table = args.input is not None
    for name in _SAMPLE_ONLY if whole_table else (*_TABLE_ONLY, *_CORPUS_ONLY):
        if getattr(args, name) not in (None, False, []):
            without = "cannot be used with" if whole_table else "needs"
            raise UserError(f"--{name.replace('_', '-')} {without} --input.")
    if whole_table and args.output is None:
        raise UserError("--input needs --output: name the file to write.")
    if whole_table and _is_corpus(args):
        if args.follow is not None:
            raise UserError("--follow is for a table: a corpus has no events.")
        for name in ("address", "workers", "gpus") if args.engine != "ray" else ():
            if getattr(args, name) is not None:
                raise UserError(f"--{name} needs --engine ray.")
        if args.gpus is not None and not 0 <= args.gpus:
            raise UserError("--gpus is a share of a GPU, such as 0.5.")
    elif whole_table:
        for name in _CORPUS_ONLY:
            if getattr(args, name) is not None:
                raise UserError(f"--{name.replace('_', '-')} needs --engine, or a folder to read.")
    if not whole_table and args.text is None and args.image is None:
        raise UserError("There is nothing to predict: give --text, --image or --input.")
    if args.face is not None and (args.face < 1 or args.image is None or args.whole_pictures):
        raise UserError("--face is a number from 1, of a face in --image that is not read whole.")
    if args.lang is not None:
        from lfdrt.languages import resolve

        resolve(args.lang)  # a wrong tag is told before the model is loaded
