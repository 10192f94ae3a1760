"""`lfdrt predict` of a table: rows in, rows with predictions out, continued where it was stopped.

Knows files and chunks of rows, not what is in a row (`table_rows`). Imported only when it runs:
it needs torch.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from tqdm import tqdm

from lfdrt.commands.options import appender_for, load_predictor
from lfdrt.commands.table_rows import RowReader, added_columns
from lfdrt.commands.table_run import (
    chosen_columns,
    finished_rows,
    open_input,
    table_pictures,
    telling_what_stays,
)
from lfdrt.data.export import Appender, Cell, ExportError
from lfdrt.data.tables import Table

CHUNK = 256
"""Rows predicted and written together. Chunks are counted from the first row of the table, also
when a run is continued: which rows share a batch changes the last digits of a probability."""

SAME = 0.02
"""Difference of a probability above which a run was not made with these settings; bfloat16 on
another machine stays below it."""


def predict_table(args: argparse.Namespace) -> int:
    """Raises ValueError (a sentence) before anything is written that does not belong there."""
    appender = appender_for(args.input, args.output)
    table = open_input(
        args.input,
        text_column=args.text_column,
        image_column=args.image_column,
        lang_column=args.lang_column,
    )
    columns = chosen_columns(table)
    predictor = load_predictor(args.checkpoint, args.device, family=args.family)
    added = added_columns(predictor.labels)
    if clash := [name for name in added if name in table.columns]:
        raise ValueError(
            f"{table.path.name} already has a column {clash[0]!r}, which predictions would be "
            "written to: rename it."
        )
    with table_pictures(table, args.images) as pictures:
        reader = RowReader(
            predictor=predictor,
            columns=columns,
            language=args.lang,
            family=args.family,
            pictures=pictures,
        )
        with appender(args.output, (*table.columns, *added)) as out, telling_what_stays(out):
            unread = _run(table, out, reader)
    print(_summary(out, unread))
    return 0


def _run(table: Table, out: Appender, reader: RowReader) -> int:
    """Predict what is missing; returns how many rows of the whole output have no prediction."""
    next(out.unfinished(table, table.columns), None)  # refuses the output of another table
    finished = _finished(out)
    unread, known = finished.unread, finished.last_chunk
    rows = islice(table, finished.start, None)
    with tqdm(total=table.row_count, initial=finished.start, unit=" rows", disable=None) as bar:
        while chunk := list(islice(rows, CHUNK)):
            cells = reader.predict(chunk)
            _compare(out, known, cells, reader.predictor.labels)
            both = zip(chunk, cells, strict=True)
            new = [{**row.values, **added} for row, added in islice(both, len(known), None)]
            out.append(new)
            unread += sum(not row["label"] for row in new)
            known = []
            bar.update(len(chunk))
    return unread


@dataclass(frozen=True, kw_only=True)
class _Finished:
    """What an earlier run wrote. `unread`: its rows without prediction; `start`: the first row of
    its last chunk, which is predicted again, to compare."""

    unread: int
    start: int
    last_chunk: list[dict[str, str]]


def _finished(out: Appender) -> _Finished:
    unread, last_chunk = 0, []
    start = max(out.rows_done - 1, 0) // CHUNK * CHUNK
    for place, row in enumerate(finished_rows(out)):
        unread += not row.values["label"]
        if place >= start:
            last_chunk.append(row.values)
    return _Finished(unread=unread, start=start, last_chunk=last_chunk)


def _compare(
    out: Appender,
    finished: Sequence[dict[str, str]],
    cells: Sequence[dict[str, Cell]],
    labels: Sequence[str],
) -> None:
    """Raises ExportError where the file holds predictions that these settings do not give."""
    for old, new in zip(finished, cells, strict=False):
        pairs = ((old[f"p_{label}"] or 0, new[f"p_{label}"] or 0) for label in labels)
        if any(abs(float(a) - float(b)) > SAME for a, b in pairs):
            raise ExportError(
                f"{out.path.name} was begun with another checkpoint or other settings. Choose "
                "another output file, or delete this one."
            )


def _summary(out: Appender, unread: int) -> str:
    told = f"{out.path}: {out.rows_done - unread:,} of {out.rows_done:,} rows predicted"
    if unread == 0:
        return told + "."
    return f"{told}; {unread:,} could not be read, and the column note says why."
