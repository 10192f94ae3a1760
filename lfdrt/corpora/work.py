"""One shard predicted and written: the same bytes by whatever process, or not at all.

Nothing but the output folder tells what is done, so any number of processes may work on it, be
killed, and be started again.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.corpora.plan import Plan, Shard, read_plan
from lfdrt.corpora.sources import Source, batches, texts_of
from lfdrt.data.columns import ColumnMapping
from lfdrt.data.intake.pictures import BesideTable
from lfdrt.data.intake.reader import RowReader
from lfdrt.digest import weights_digest
from lfdrt.errors import UserError
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.rows import RowPredictor
from lfdrt.runs.files import replace_whole
from lfdrt.runtime import resolve_runtime

_SETTINGS, _UNREAD = b"lfdrt.settings", b"lfdrt.unread"
_KINDS = {"agree": pa.bool_()}


@dataclass(frozen=True, kw_only=True)
class Job:
    """Where a corpus is worked on; every node reaches these folders by these names. images: in
    place of the folders of the files. device: as `resolve_runtime` takes it. threads: of the CPU,
    None for torch's own choice."""

    base: Path
    output: Path
    checkpoint: Path
    images: Path | None
    device: str
    threads: int | None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A shard's end. unread: rows without a prediction. fault: a sentence for people; then nothing
    was written. worker: who did it, for a log."""

    shard: int
    rows: int
    unread: int
    fault: str = ""
    worker: str = ""


class Worker:
    """One model, which takes shard after shard."""

    def __init__(self, job: Job) -> None:
        self._job = job
        if job.threads is not None:
            torch.set_num_threads(job.threads)

    def do(self, number: int) -> Receipt:
        """A shard that is whole already is left as it is: a node that was taken for dead may have
        written it. What goes wrong by somebody's input is told in the receipt."""
        shard = self._shards[number]
        try:
            done = finished(self._job.output, shard, self._digest)
            found = done or self._write(shard)
        except UserError as error:
            found = Receipt(shard=number, rows=0, unread=0, fault=str(error))
        return Receipt(**{**vars(found), "worker": f"{platform.node()}:{os.getpid()}"})

    @cached_property
    def _plan(self) -> Plan:
        plan = read_plan(self._job.output)
        if plan is None:
            raise UserError(
                f"{self._job.output} has no manifest as {platform.node()} sees it: every node must "
                "reach the folders of input, output and checkpoint by the same names."
            )
        return plan

    @cached_property
    def _shards(self) -> Sequence[Shard]:
        return self._plan.shards()

    @cached_property
    def _digest(self) -> str:
        return self._plan.digest()

    @cached_property
    def _predictor(self) -> Predictor:
        job, settings = self._job, self._plan.settings
        checkpoint = load_checkpoint(job.checkpoint)
        if weights_digest(job.checkpoint) != settings.weights:
            raise UserError(f"{job.checkpoint} on {platform.node()} is another checkpoint.")
        predictor = Predictor(checkpoint, resolve_runtime(job.device, settings.dtype))
        predictor.model.expect(settings.prior)
        return predictor

    def _write(self, shard: Shard) -> Receipt:
        source = self._plan.sources[shard.source]
        rows = self._rows(source, self._plan.voted[shard.source])
        used = set(self._mapping.roles().values())
        found: list[pa.RecordBatch] = []
        unread = 0
        for batch in batches(self._job.base, source, shard.start, shard.rows):
            cells = rows.predict(texts_of(batch, source, used))
            unread += sum(not row[rows.added[0]] for row in cells)
            added = [
                pa.array([row[name] for row in cells], self._kind(name)) for name in rows.added
            ]
            names = [*batch.schema.names, *rows.added]
            found.append(pa.RecordBatch.from_arrays([*batch.columns, *added], names))
        table = pa.Table.from_batches(found).replace_schema_metadata(
            {_SETTINGS: self._digest, _UNREAD: str(unread)}
        )
        target = pa.BufferOutputStream()
        repeated = [one.name for one in table.schema if one.type != pa.float32()]
        pq.write_table(
            table,
            target,
            compression="zstd",
            row_group_size=shard.rows,
            use_dictionary=repeated,  # of probabilities it would take half as much again
        )
        replace_whole(self._job.output / shard.name, target.getvalue().to_pybytes(), synced=True)
        return Receipt(shard=shard.number, rows=shard.rows, unread=unread)

    @property
    def _mapping(self) -> ColumnMapping:
        settings = self._plan.settings
        return ColumnMapping(settings.text, settings.image, settings.lang, None)

    def _rows(self, source: Source, voted: str | None) -> RowPredictor:
        settings, job = self._plan.settings, self._job
        beside = job.images or (job.base / source.name).parent
        return RowPredictor(
            predictor=self._predictor,
            reader=RowReader(self._mapping, BesideTable(beside.resolve()), settings.language),
            family=settings.family,
            face=settings.face,
            prefix=settings.prefix,
            voted=voted,
        )

    def _kind(self, name: str) -> pa.DataType:
        name = name.removeprefix(self._plan.settings.prefix)
        number = name.startswith("p_")
        return _KINDS.get(name, pa.float32() if number else pa.string())


def alone(job: Job, shards: Sequence[int]) -> Iterator[Receipt]:
    """Shard by shard in this process."""
    worker = Worker(job)
    yield from map(worker.do, shards)


def finished(folder: Path, shard: Shard, digest: str) -> Receipt | None:
    """None where it is not there whole, or of another plan."""
    path = folder / shard.name
    if not path.is_file():
        return None
    try:
        with pq.ParquetFile(path) as file:
            held = file.schema_arrow.metadata or {}
            whole = file.metadata.num_rows == shard.rows
    except (pa.ArrowException, OSError):
        return None
    if not whole or held.get(_SETTINGS) != digest.encode():
        return None
    return Receipt(shard=shard.number, rows=shard.rows, unread=int(held[_UNREAD]))
