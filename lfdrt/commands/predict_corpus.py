"""`lfdrt predict` of a corpus: many files in, Parquet shards out, continued where it was stopped.

Imported only when it runs: it needs torch.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from tqdm import tqdm

import lfdrt
from lfdrt.commands.options import chosen_reading, load_predictor
from lfdrt.commands.table_run import chosen_columns, told_questions
from lfdrt.corpora.cluster import Cluster, installed, on_ray
from lfdrt.corpora.plan import Plan, Settings, Shard, check_same, read_plan, write_plan
from lfdrt.corpora.sources import (
    FORMATS,
    Source,
    batches,
    changed,
    find_files,
    survey,
    texts_of,
)
from lfdrt.corpora.work import Job, Receipt, alone, finished
from lfdrt.data.columns import ColumnMapping, added_columns
from lfdrt.data.intake.checks import voted_among
from lfdrt.data.photographs import LARGEST, WHOLE
from lfdrt.data.readers.questions import Answers
from lfdrt.data.readers.reader import Reading
from lfdrt.data.rows import Row, TableError
from lfdrt.data.tables import Table, chosen_column
from lfdrt.digest import weights_digest
from lfdrt.errors import UserError

_VOTERS = 5_000
"""Rows of a file that vote on its language."""
_ROLES = ("text", "image", "lang")


def predict_corpus(args: argparse.Namespace) -> int:
    """Raises UserError before anything is written that does not belong there."""
    base, names = find_files(args.input)
    _check_folders(args, base)
    settings, labels = _settings(args)
    plan = read_plan(args.output)
    if plan is None:
        plan = _planned(args, base, names, settings, labels)
        args.output.mkdir(parents=True, exist_ok=True)
        write_plan(args.output, plan)
    else:
        if what := changed(base, plan.sources, names):
            raise UserError(f"{what} since {args.output} was begun: name another --output.")
        check_same(args.output, plan, _with_columns(args, base, plan.sources, settings))
    job = Job(
        base=base.resolve(),
        output=args.output.resolve(),
        checkpoint=args.checkpoint.resolve(),
        images=args.images.resolve() if args.images else None,
        device=args.device,
        threads=args.threads,
    )
    return _to_the_end(args, job, plan)


def _to_the_end(args: argparse.Namespace, job: Job, plan: Plan) -> int:
    shards, digest = plan.shards(), plan.digest()
    found = [finished(job.output, shard, digest) for shard in shards]
    missing = [shard for shard, one in zip(shards, found, strict=True) if one is None]
    done = [one for one in found if one is not None]
    rows, unread = sum(one.rows for one in done), sum(one.unread for one in done)
    total = sum(shard.rows for shard in shards)
    with tqdm(total=total, initial=rows, unit=" rows", disable=None) as bar:
        try:
            for receipt in _engine(args, job, plan.settings.device, missing):
                if receipt.fault:
                    raise UserError(receipt.fault)
                rows, unread = rows + receipt.rows, unread + receipt.unread
                bar.update(receipt.rows)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"Stopped. {args.output} keeps its finished shards; the same command continues."
            ) from None
    for aside in job.output.glob(".part-*"):  # of workers that were killed
        aside.unlink(missing_ok=True)
    told = f"{args.output}: {rows - unread:,} of {rows:,} rows predicted, in {len(shards):,} shards"
    print(f"{told}; {unread:,} could not be read, and the column note says why." if unread
          else f"{told}.")  # fmt: skip
    return 0


def _engine(
    args: argparse.Namespace, job: Job, device: str, missing: Sequence[Shard]
) -> Iterable[Receipt]:
    """device: its kind, of all workers."""
    numbers = [shard.number for shard in missing]
    if args.engine != "ray" or not numbers:
        return alone(job, numbers)
    if not installed():
        if args.address:
            raise UserError("--address needs Ray: pip install 'ray[data]'")
        print("Ray is not installed (pip install 'ray[data]'): this process goes shard by shard.",
              file=sys.stderr)  # fmt: skip
        return alone(job, numbers)
    threads = args.threads or 1
    gpus = float(device == "cuda") if args.gpus is None else args.gpus
    cluster = Cluster(address=args.address, workers=args.workers, threads=threads, gpus=gpus)
    return on_ray(replace(job, device=device, threads=threads), numbers, cluster)


def _check_folders(args: argparse.Namespace, base: Path) -> None:
    if args.output.suffix.lower() in (".csv", ".jsonl", ".parquet") or args.output.is_file():
        raise UserError(f"--output {args.output}: a corpus is written into a folder: name one.")
    if args.input.is_dir() and args.output.resolve().is_relative_to(base.resolve()):
        raise UserError("--output lies in the --input folder: name a folder outside of it.")
    if args.images is not None and not args.images.is_dir():
        raise UserError("--images of a corpus is a folder that every worker can reach.")


def _settings(args: argparse.Namespace) -> tuple[Settings, Sequence[str]]:
    """Without its columns, and the labels of the model. On a cluster with GPUs the machine that
    starts the run may have none: the model is checked on its CPU, and cards compute in bfloat16."""
    elsewhere = args.engine == "ray" and args.device.startswith("cuda")
    device = "cpu" if elsewhere else args.device
    predictor = load_predictor(args.checkpoint, device, family=args.family, prior=args.prior)
    runtime, prior = predictor.runtime, predictor.model.config.class_prior
    return Settings(
        version=lfdrt.__version__,
        weights=weights_digest(args.checkpoint),
        prior=prior,
        family=args.family,
        language=args.lang,
        face=WHOLE if args.whole_pictures else LARGEST,
        prefix=args.prefix or "",
        text=None,
        image=None,
        lang=None,
        shard_rows=args.shard_rows,
        device="cuda" if elsewhere else runtime.device.type,
        dtype="bfloat16" if elsewhere else str(runtime.dtype).removeprefix("torch."),
    ), predictor.labels


def _planned(
    args: argparse.Namespace,
    base: Path,
    names: Sequence[str],
    settings: Settings,
    labels: Sequence[str],
) -> Plan:
    """After every file was read once."""
    if args.output.is_dir() and any(args.output.iterdir()):
        raise UserError(f"{args.output} holds other files: name a new folder as --output.")
    sources = []
    for name in tqdm(names, unit=" files", disable=None):
        read = Answers(chosen_reading(args.read))
        sources.append(survey(base, name, every=args.shard_rows, read=read))
        for question in told_questions(read.questions()):
            print(f"{name}: {question}", file=sys.stderr)
    settings = _with_columns(args, base, sources, settings)
    mapping = ColumnMapping(settings.text, settings.image, settings.lang, None)
    columns = set(mapping.roles().values())
    for source in sources:
        if missing := columns - set(source.cells):
            raise TableError(
                f"{source.name} has no column of texts {min(missing)!r}, as {sources[0].name} has: "
                "name columns that all files have (--text-column …), or leave the file out."
            )
        if clash := [c for c in added_columns(labels, settings.prefix) if c in source.columns]:
            raise TableError(
                f"{source.name} already has a column {clash[0]!r}, which predictions would be "
                "written to: rename it, or give --prefix."
            )
    voted = [None if args.lang else _voted(base, source, mapping) for source in sources]
    return Plan(settings=settings, sources=tuple(sources), voted=tuple(voted))


def _voted(base: Path, source: Source, mapping: ColumnMapping) -> str | None:
    rows = _first(base, source, _VOTERS, set(mapping.roles().values()))
    return voted_among((row.values for row in rows), mapping)


def _with_columns(
    args: argparse.Namespace, base: Path, sources: Sequence[Source], settings: Settings
) -> Settings:
    """The columns that were named, else as they are guessed from the first file with rows."""
    source = next((one for one in sources if one.rows), sources[0])
    named = {role: getattr(args, f"{role}_column") for role in _ROLES}
    table = Table(
        path=base / source.name,
        reader=FORMATS[source.format],
        reading=Reading(rows=partial(_first, base, source, 200, set(source.cells))),
        columns=source.cells,
        row_count=source.rows,
        questions=(),
        warnings=(),
        **{f"{r}_column": chosen_column(n or None, source.cells) for r, n in named.items()},
    )
    none = [role for role, name in named.items() if name == ""]
    found = chosen_columns(table, none)
    return replace(settings, text=found.text, image=found.image, lang=found.lang)


def _first(base: Path, source: Source, count: int, columns: set[str]) -> Iterator[Row]:
    """The first rows, some columns of them."""
    if not source.rows:
        return iter(())
    read = batches(base, source, 0, min(source.rows, count))
    return islice(chain.from_iterable(texts_of(one, source, columns) for one in read), count)
