"""`lfdrt predict` of a table: rows in, rows with predictions out, continued where it was stopped.

Imported only when it runs: it needs torch.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from lfdrt.commands.options import appender_for, chosen_reading, load_predictor
from lfdrt.commands.table_run import (
    chosen_columns,
    finished_rows,
    open_input,
    table_pictures,
    telling_what_stays,
)
from lfdrt.data.columns import ColumnMapping
from lfdrt.data.export import Appender, Cell, ExportError
from lfdrt.data.intake.checks import voted_among
from lfdrt.data.intake.reader import RowReader
from lfdrt.data.photographs import LARGEST, WHOLE
from lfdrt.data.rows import Row
from lfdrt.data.tables import Table, open_table
from lfdrt.errors import UserError
from lfdrt.events import Event, Preparing, RunFinished, RunStarted
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.rows import RowPredictor
from lfdrt.runs.log import follow
from lfdrt.runs.work import told_to_stop

CHUNK = 256
"""Rows predicted and written together. Chunks are counted from the first row of the table, also
when a run is continued: which rows share a batch changes the last digits of a probability."""

ROLES = ("text", "image", "lang")
EVENTS = "events.jsonl"

SAME = 0.02
"""Difference of a probability above which a run was not made with these settings; bfloat16 on
another machine stays below it."""


def predict_table(args: argparse.Namespace) -> int:
    """Raises UserError before anything is written that does not belong there."""
    appender_for(args.input, args.output)
    table = open_input(args.input, args.read, **_named(args))
    columns = _columns(args, table)
    predictor = load_predictor(args.checkpoint, args.device, family=args.family, prior=args.prior)
    with _begun(args, table, columns, predictor) as run:
        _to_the_end(run, args.follow)
        print(_summary(run.out, run.unread))
    return 0


def predict_with(predictor: Predictor, args: argparse.Namespace) -> None:
    """The same in a program that has the model already, which has its checkpoint's own prior; the
    last event that is written to --follow says how it ended. Raises UserError."""
    appender_for(args.input, args.output)
    table = open_table(args.input, read=chosen_reading(args.read), **_named(args))
    with _begun(args, table, _columns(args, table), predictor) as run:
        follow(run, args.follow / EVENTS, lambda event: None)


def _named(args: argparse.Namespace) -> dict[str, Any]:
    return {f"{role}_column": getattr(args, f"{role}_column") or None for role in ROLES}


def _columns(args: argparse.Namespace, table: Table) -> ColumnMapping:
    none = [role for role in ROLES if getattr(args, f"{role}_column") == ""]
    return chosen_columns(table, none=none)


@contextmanager
def _begun(
    args: argparse.Namespace, table: Table, columns: ColumnMapping, predictor: Predictor
) -> Iterator[_TableRun]:
    with table_pictures(table, args.images) as pictures:
        reader = RowPredictor(
            predictor=predictor,
            reader=RowReader(columns, pictures, args.lang),
            family=args.family,
            face=WHOLE if args.whole_pictures else LARGEST,
            prefix=args.prefix or "",
            voted=None if args.lang else voted_among((row.values for row in table), columns),
        )
        if clash := [name for name in reader.added if name in table.columns]:
            raise UserError(
                f"{table.path.name} already has a column {clash[0]!r}, which predictions would be "
                "written to: rename it, or give --prefix."
            )
        appender = appender_for(args.input, args.output)
        with appender(args.output, (*table.columns, *reader.added)) as out, telling_what_stays(out):
            yield _TableRun(table, out, reader, args.follow)


class _TableRun:
    """Predicts what is missing. unread: rows of the whole output without a prediction, so far;
    follow: the folder whose control file is obeyed."""

    step = 0  # each process writes its events anew

    def __init__(
        self, table: Table, out: Appender, reader: RowPredictor, follow: Path | None
    ) -> None:
        self.table, self.out, self._reader, self._follow = table, out, reader, follow
        next(out.unfinished(table, table.columns), None)  # refuses the output of another table
        self._finished = _finished(out, reader.prefix)
        self.start, self.unread = self._finished.start, self._finished.unread

    def events(self) -> Iterator[Event]:
        began, rows = time.monotonic(), self.table.row_count
        known = self._finished.last_chunk
        done, reason = self.start + len(known), "done"
        yield RunStarted(steps=rows, settings={"rows": rows})
        yield Preparing(step=0, stage="predicting", done=done, total=rows)
        remaining = islice(self.table, self.start, None)
        while chunk := list(islice(remaining, CHUNK)):
            if self._follow is not None and told_to_stop(self._follow):
                reason = "stopped"
                break
            self._append(chunk, known)
            known = []
            yield Preparing(step=0, stage="predicting", done=self.out.rows_done, total=rows)
        yield RunFinished(step=0, reason=reason, seconds=time.monotonic() - began)

    def _append(self, chunk: Sequence[Row], known: Sequence[dict[str, str]]) -> None:
        """known: what an earlier run wrote of this chunk."""
        reader = self._reader
        cells = reader.predict(chunk)
        _compare(self.out, known, cells, [f"{reader.prefix}p_{c}" for c in reader.predictor.labels])
        both = zip(chunk, cells, strict=True)
        new = [{**row.values, **added} for row, added in islice(both, len(known), None)]
        self.out.append(new)
        self.unread += sum(not row[f"{reader.prefix}label"] for row in new)


def _to_the_end(run: _TableRun, folder: Path | None) -> None:
    """KeyboardInterrupt where it was told to stop."""
    total = run.table.row_count
    with tqdm(total=total, initial=run.start, unit=" rows", disable=None) as bar:

        def show(event: Event) -> None:
            if isinstance(event, Preparing):
                bar.update(event.done - bar.n)

        if folder is None:
            for event in run.events():
                show(event)
        elif follow(run, folder / EVENTS, show).reason == "stopped":
            raise KeyboardInterrupt


@dataclass(frozen=True, kw_only=True)
class _Finished:
    """What an earlier run wrote. `unread`: its rows without prediction; `start`: the first row of
    its last chunk, which is predicted again, to compare."""

    unread: int
    start: int
    last_chunk: list[dict[str, str]]


def _finished(out: Appender, prefix: str) -> _Finished:
    unread, last_chunk = 0, []
    start = max(out.rows_done - 1, 0) // CHUNK * CHUNK
    for place, row in enumerate(finished_rows(out)):
        unread += not row.values[f"{prefix}label"]
        if place >= start:
            last_chunk.append(row.values)
    return _Finished(unread=unread, start=start, last_chunk=last_chunk)


def _compare(
    out: Appender,
    finished: Sequence[dict[str, str]],
    cells: Sequence[dict[str, Cell]],
    probabilities: Sequence[str],
) -> None:
    """Raises ExportError where the file holds predictions that these settings do not give.

    probabilities: the columns that are compared.
    """
    for old, new in zip(finished, cells, strict=False):
        pairs = ((old[name] or 0, new[name] or 0) for name in probabilities)
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
