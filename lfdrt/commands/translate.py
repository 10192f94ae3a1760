"""Translate a column of a table with a translation model that is on this disk.

  python -m lfdrt translate --model FOLDER --input table.csv --output out.csv --to sw [--from en]
                            [--text-column text]

Any NLLB, M2M100, mBART or Marian model of `transformers` as safetensors. The output holds every
column of the input plus translation, translation_language, translation_model and translation_note.
A table that was interrupted is continued by the same command.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lfdrt.commands.options import add_device, add_read

HELP = "translate a column of a table"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--input", type=Path, required=True, metavar="FILE", help="a table or texts in any format"
    )
    add_read(parser, "--input")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="CSV or JSON lines to write"
    )
    parser.add_argument("--text-column", metavar="NAME", help="default: guessed")
    parser.add_argument("--to", required=True, metavar="LANG", help="language to translate into")
    parser.add_argument(
        "--from", dest="source", default="en", metavar="LANG", help="language of the texts"
    )
    add_device(parser)


def run(args: argparse.Namespace) -> int:
    """Raises UserError for a model, language or table that cannot be used."""
    from lfdrt.commands.translate_table import translate_table

    return translate_table(args)
