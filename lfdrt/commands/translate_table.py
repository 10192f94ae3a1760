"""`lfdrt translate`: rows in, rows with a translation out, continued where it was stopped.

Imported only when it runs: it needs torch.
"""

from __future__ import annotations

import argparse
from itertools import islice

from tqdm import tqdm

from lfdrt.commands.options import appender_for
from lfdrt.commands.table_run import (
    chosen_columns,
    finished_rows,
    open_input,
    telling_what_stays,
)
from lfdrt.data.export import Appender, Cell, ExportError
from lfdrt.data.rows import Row
from lfdrt.data.tables import Table
from lfdrt.data.texts import clean_text
from lfdrt.encoders.translation import Translator
from lfdrt.errors import UserError
from lfdrt.runtime import resolve_runtime

ADDED = ("translation", "translation_language", "translation_model", "translation_note")
CHUNK = 64
"""Rows translated and written together, counted from the first row of the table also when a run is
continued: which texts share a batch may change a translation."""


def translate_table(args: argparse.Namespace) -> int:
    """Raises UserError before anything is written that does not belong there."""
    appender = appender_for(args.input, args.output)
    table = open_input(args.input, args.read, text_column=args.text_column)
    column = chosen_columns(table, none=["image", "lang"]).text
    if column is None:
        raise UserError(f"{table.path.name}: which column holds the texts? Name it: --text-column.")
    if clash := [name for name in ADDED if name in table.columns]:
        raise UserError(f"{table.path.name} already has a column {clash[0]!r}: rename it.")
    translator = Translator.load(
        args.model, resolve_runtime(args.device), source=args.source, target=args.to
    )
    marks = {"translation_language": args.to, "translation_model": args.model.resolve().name}
    with appender(args.output, (*table.columns, *ADDED)) as out, telling_what_stays(out):
        cut = _run(table, column, out, translator, marks)
    told = f"{out.path}: {out.rows_done:,} rows translated"
    print(f"{told}; {cut:,} were too long and lost their end." if cut else f"{told}.")
    return 0


def _run(
    table: Table, column: str, out: Appender, translator: Translator, marks: dict[str, str]
) -> int:
    """Translate what is missing; returns how many texts of this run were cut."""
    next(out.unfinished(table, table.columns), None)  # refuses the output of another table
    _compare(out, marks)
    start, cut = out.rows_done // CHUNK * CHUNK, 0
    rows = islice(table, start, None)
    with tqdm(total=table.row_count, initial=start, unit=" rows", disable=None) as bar:
        while chunk := list(islice(rows, CHUNK)):
            new = _translated(chunk, column, translator, marks)[out.rows_done - start :]
            out.append(new)
            cut += sum(bool(row["translation_note"]) for row in new)
            start += len(chunk)
            bar.update(len(chunk))
    return cut


def _translated(
    rows: list[Row], column: str, translator: Translator, marks: dict[str, str]
) -> list[dict[str, Cell]]:
    found = translator.translate([clean_text(row.values[column]).text for row in rows])
    return [
        {
            **row.values,
            "translation": one.text,
            **marks,
            "translation_note": f"cut at {translator.max_tokens} tokens" if one.cut else "",
        }
        for row, one in zip(rows, found, strict=True)
    ]


def _compare(out: Appender, marks: dict[str, str]) -> None:
    """Raises ExportError where the file holds translations by another model or into another
    language."""
    for row in finished_rows(out):
        if any(row.values[name] != value for name, value in marks.items()):
            raise ExportError(
                f"{out.path.name} was begun with another model or language. Choose another output "
                "file, or delete this one."
            )
