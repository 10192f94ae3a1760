"""The data of `lfdrt rethink`: tables and pictures through the intake to samples and labelled rows.

Loads no weights: what it must know of the checkpoint, classes and families, is in its config.json.
Imported only when it runs: it needs torch.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import overload

from tqdm import tqdm

from lfdrt.commands.options import READ, READ_LABELLED, chosen_reading
from lfdrt.commands.table_run import told_questions
from lfdrt.config import HeadConfig, ModelConfig, from_dict
from lfdrt.data.columns import ColumnMapping, guess_columns
from lfdrt.data.intake.read import Intake, IntakeProgress, read_intake
from lfdrt.data.intake.rows import IntakeRow
from lfdrt.data.photographs import LARGEST, WHOLE
from lfdrt.data.tables import Table, open_table
from lfdrt.errors import UserError
from lfdrt.inference.sample import NO_DISENTANGLER, OWN_FAMILY, Sample, sample_of
from lfdrt.training.rethink.folder import Labelled
from lfdrt.weights import find_file, read_json

ROLES = ("text", "image", "lang", "label", "id")
PICTURES = "pictures"


class Samples(Sequence[tuple[str, Sample]]):
    """Id and sample of each row; a picture is read when its row is asked for, and not kept.

    `side`: of the square that the model reads, pixels. `face`: which one of a picture is read, as
    `lfdrt.data.photographs` counts them.
    """

    def __init__(self, rows: Sequence[IntakeRow], *, family: str, face: int, side: int) -> None:
        self._rows, self._family, self._face, self._side = rows, family, face, side

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> tuple[str, Sample]: ...
    @overload
    def __getitem__(self, place: slice) -> Samples: ...
    def __getitem__(self, place: int | slice) -> tuple[str, Sample] | Samples:
        if isinstance(place, slice):
            rows = self._rows[place]
            return Samples(rows, family=self._family, face=self._face, side=self._side)
        row = self._rows[place]
        return row.id, sample_of(
            text=row.text,
            picture=row.image,
            language=row.language,
            family=self._family,
            face=self._face,
            model_side=self._side,
            voted=row.voted,
        )


@dataclass(frozen=True, kw_only=True)
class RethinkData:
    samples: Samples
    labelled: list[Labelled]


@contextmanager
def read_data(args: argparse.Namespace) -> Iterator[RethinkData]:
    """Samples of the rows without a label, and the rows with one. UserError: a sentence.

    The pictures of a ZIP lie inside --out for as long as the context lasts.
    """
    config = config_of(args.checkpoint)
    check_family(args.family, config)
    if args.data is None and args.images is None:
        raise UserError("there is nothing to learn from: give --data, --images, or both.")
    scratch = args.out / PICTURES
    shutil.rmtree(scratch, ignore_errors=True)  # a killed run's; it is unpacked anew
    try:
        yield _read(args, config, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def read_all(args: argparse.Namespace) -> Iterator[tuple[Samples, tuple[IntakeRow, ...]]]:
    """Samples of all rows, whatever a label column says of them, and the rows. Errors and pictures
    as `read_data`."""
    config = config_of(args.checkpoint)
    check_family(args.family, config)
    scratch = args.out / PICTURES
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        wanted = {role: getattr(args, f"{role}_column") for role in ROLES} | {"label": ""}
        found = _intake(args, args.data, args.images, partial(_mapping, wanted), scratch / "data")
        rows, side = found.rows, config.image.size
        face = WHOLE if args.whole_pictures else LARGEST
        yield Samples(rows, family=args.family, face=face, side=side), rows
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def check_family(family: str, config: ModelConfig) -> None:
    known = (OWN_FAMILY, NO_DISENTANGLER, *config.families)
    if family not in known:
        raise UserError(f"--family {family!r} is not one of {', '.join(known)}.")


def config_of(folder: Path) -> ModelConfig:
    """A checkpoint's or head's configuration, without its weights. Raises CheckpointError."""
    settings = read_json(find_file(folder, "config.json"))
    if not isinstance(settings, dict) or "base" not in settings:
        return from_dict(ModelConfig, settings)
    head = from_dict(HeadConfig, settings)
    return head.on(config_of(folder.resolve().parent / head.base))


def _read(args: argparse.Namespace, config: ModelConfig, scratch: Path) -> RethinkData:
    side = config.image.size
    wanted = {role: getattr(args, f"{role}_column") for role in ROLES}
    intake = _intake(args, args.data, args.images, partial(_mapping, wanted), scratch / "data")
    rows = [row for row in intake.rows if row.label is None]
    if not rows:
        raise UserError(
            f"{_source(args)}: every row has a label, and rows with a label only report. Leave "
            "some without, or name no label column (--label-column '')."
        )
    marked = [row for row in intake.rows if row.label is not None]
    if args.labelled is not None:
        marked += _labelled(args, config.label_set.labels, wanted, scratch / "labelled")
    face = WHOLE if args.whole_pictures else LARGEST
    samples = Samples(marked, family=args.family, face=face, side=side)
    return RethinkData(
        samples=Samples(rows, family=args.family, face=face, side=side),
        labelled=[
            Labelled(id=name, sample=sample, label=row.label or "")
            for (name, sample), row in zip(samples, marked, strict=True)
        ],
    )


def _labelled(
    args: argparse.Namespace,
    labels: tuple[str, ...],
    wanted: dict[str, str | None],
    scratch: Path,
) -> list[IntakeRow]:
    """Rows of --labelled with a label of the model; columns are named as in --data, or guessed."""
    table = open_table(args.labelled, read=chosen_reading(args.read_labelled, READ_LABELLED))
    mapping = _mapping({r: n if n in table.columns else None for r, n in wanted.items()}, table)
    images = args.images if mapping.image else None
    intake = _intake(args, args.labelled, images, lambda _: mapping, scratch, of=READ_LABELLED)
    rows = [row for row in intake.rows if row.label is not None]
    if not rows:
        held = ", ".join(repr(one.value) for one in intake.report.labels[:5]) or "nothing"
        raise UserError(
            f"{args.labelled.name}: no row has a label of {', '.join(labels)}; its label column "
            f"({mapping.label or 'none was found'}) holds {held}."
        )
    return rows


def _mapping(wanted: dict[str, str | None], table: Table) -> ColumnMapping:
    """wanted: column by role; "" for none; None is guessed, of the columns that are left."""
    named = {role: name or None for role, name in wanted.items() if name is not None}
    if len(named) < len(ROLES):
        guessed = vars(guess_columns(table))
        left = {role: name for role, name in guessed.items() if name not in named.values()}
        named = left | named
    return ColumnMapping(**{role: named.get(role) for role in ROLES})


def _intake(
    args: argparse.Namespace,
    table: Path | None,
    images: Path | None,
    mapping: Callable[[Table], ColumnMapping],
    scratch: Path,
    *,
    of: str = READ,
) -> Intake:
    """What could be read; warnings go to stderr. UserError: what keeps it from being used. of: the
    option that says how the table is to be read."""
    if images is not None and not images.is_dir():
        scratch.mkdir(parents=True)
    labels = config_of(args.checkpoint).label_set.labels
    read = chosen_reading(args.read if of == READ else args.read_labelled, of)
    bar = tqdm(unit=" rows", disable=None, leave=False)
    for one in read_intake(
        table, images, mapping, args.lang, labels=labels, scratch=scratch, read=read
    ):
        if isinstance(one, IntakeProgress):
            bar.set_description(one.stage, refresh=False)
            bar.total = one.total or None
            bar.update(one.done - bar.n)
    bar.close()
    assert isinstance(one, Intake)  # the last one is
    name = (table or images or Path()).name
    for said in (*one.report.warnings, *told_questions(one.questions, of)):
        print(f"{name}: {said}", file=sys.stderr)
    if one.report.errors:
        told = " ".join(one.report.errors)
        raise UserError(told if name in told else f"{name}: {told}")
    return one


def _source(args: argparse.Namespace) -> str:
    return (args.data or args.images).name
