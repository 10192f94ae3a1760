"""A visitor's table that is predicted, as a kind of job; and what came of it: its first rows, and
how often each label and language was given.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from app.jobs import words as job_words
from app.jobs.engine import Engine
from app.jobs.follow import Counted
from app.jobs.kind import DONE, Kind, Spec
from app.jobs.store import slug, writing
from app.models.requests import Refused
from app.table import words

if TYPE_CHECKING:
    from lfdrt.inference.predictor import Predictor

ROLES = ("text", "image", "lang")


@dataclass(frozen=True, kw_only=True)
class TableSpec(Spec):
    """What a visitor wants predicted. table, images (a ZIP): files. columns: role (text, image,
    lang) to column; None: there is none. read: answers to questions of its reader. language: of
    rows that name none; None: detect. family: "own", "none" or a code. faces: whether a
    photograph's largest face is read, not the whole. mix: whether the model expects its class mix,
    where it has one. prefix: before the names of the added columns. model: the checkpoint's name
    for people."""

    FILES: ClassVar = ("table", "images")

    table: Path
    model: str
    images: Path | None = None
    columns: dict[str, str | None] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    language: str | None = None
    family: str = "own"
    faces: bool = True
    mix: bool = True
    prefix: str = ""

    def elsewhere(self) -> dict[Path, str]:
        return {self.checkpoint: self.model}


TableJobs: TypeAlias = Engine[TableSpec, Counted]


def command(folder: Path, spec: TableSpec) -> list[str]:
    """A column's name may begin with a dash."""
    said = ["lfdrt", "predict", "--input", str(spec.table), "--output", str(_file(folder)),
            "--checkpoint", str(spec.checkpoint), "--family", spec.family,
            "--follow", str(folder), f"--prefix={spec.prefix}"]  # fmt: skip
    said += [f"--{role}-column={spec.columns.get(role) or ''}" for role in ROLES]
    said += [f"--read={name}={value}" for name, value in spec.read.items()]
    if not spec.faces:
        said.append("--whole-pictures")
    if not spec.mix:
        said += ["--prior", "flat"]
    if spec.images is not None:
        said += ["--images", str(spec.images)]
    return [*said, "--lang", spec.language] if spec.language else said


HERE = 2_000
"""Rows that the model predicts that the app has loaded; of more, its loading by a process of their
own is a small part, and single predictions stay quick beside them."""


def here(predictor: Predictor | None, spec: TableSpec) -> Callable[[Path, TableSpec], None] | None:
    """Predicts it in this program, to the same bytes; None: a process is to. Pictures are read at a
    tenth of the speed, and another mix would change the model for everybody."""
    few = spec.rows <= HERE and spec.images is None
    if predictor is None or not few or not (spec.mix or predictor.model.config.class_prior is None):
        return None

    def predicted(folder: Path, asked: TableSpec) -> None:
        from lfdrt.__main__ import build_parser
        from lfdrt.commands.predict_table import predict_with

        predict_with(predictor, build_parser().parse_args(command(folder, asked)[1:]))

    return predicted


def _file(folder: Path) -> Path:
    """Where the rows lie that are finished."""
    return folder / "predictions.csv"


def has_rows(folder: Path) -> bool:
    return _file(folder).is_file()


TABLE = Kind(
    folder="tables",
    words=words.JOB,
    spec=TableSpec,
    command=command,
    sums=Counted,
    whole=lambda folder, sums: DONE if sums.reason == DONE else "",
)


def finished(jobs: TableJobs, run: str, owner: str) -> tuple[Path, TableSpec]:
    """Where the rows that are finished lie, and what was asked. Refused: there are none."""
    folder, record = jobs.store.mine(run, owner)
    if not has_rows(folder.path):
        raise Refused(words.NO_PREDICTIONS.format(name=record.name))
    return _file(folder.path), replace(record.spec, name=record.name)


def export(jobs: TableJobs, run: str, owner: str, folder: Path) -> Path:
    """The table with its predictions so far, in `folder`, under the table's own name."""
    path, spec = finished(jobs, run, owner)
    made = folder / f"{slug(spec.name)}-predictions.csv"
    with writing(job_words.NOT_EXPORTED):
        shutil.copyfile(path, made)
    return made


FIRST = 8  # rows that are shown
PREFIX = "predicted_"


@dataclass(frozen=True, kw_only=True)
class TableResult:
    """first: rows as {column: cell}, with the columns of the file. labels: rows by label.
    languages: rows by language ("" where none could be told) and label. unread: rows without a
    prediction, whose note says why. disagree: rows on which the classifiers disagree."""

    columns: tuple[str, ...]
    first: tuple[dict[str, str], ...]
    rows: int
    labels: Counter[str]
    languages: dict[str, Counter[str]]
    unread: int
    disagree: int


def prefix_for(columns: Sequence[str], labels: Sequence[str]) -> str:
    """What predictions' columns begin with, so that none is called as one of the table."""
    prefix = ""
    while clash(columns, labels, prefix):
        prefix += PREFIX
    return prefix


def clash(columns: Sequence[str], labels: Sequence[str], prefix: str = "") -> str:
    """The first column that predictions would be written to as well; "" where there is none."""
    from lfdrt.data.columns import added_columns

    return next((name for name in added_columns(labels, prefix) if name in columns), "")


def read_result(path: Path, prefix: str) -> TableResult:
    """Of the rows that are finished. 0.5 s for 50,000. Raises OSError."""
    from lfdrt.data.export import restore

    first: list[dict[str, str]] = []
    labels: Counter[str] = Counter()
    languages: dict[str, Counter[str]] = {}
    rows = unread = disagree = 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        columns = tuple(map(restore, next(reader, ())))
        label, agree, language = (columns.index(f"{prefix}{n}") for n in ("label", "agree",
                                                                         "language"))  # fmt: skip
        whole = (cells for cells in reader if len(cells) == len(columns))  # one is being written
        for rows, cells in enumerate(whole, start=1):
            if rows <= FIRST:
                first.append(dict(zip(columns, map(restore, cells), strict=True)))
            if not cells[label]:
                unread += 1
                continue
            labels[cells[label]] += 1
            languages.setdefault(cells[language], Counter())[cells[label]] += 1
            disagree += cells[agree] == "false"
    return TableResult(columns=columns, first=tuple(first), rows=rows, labels=labels,
                       languages=languages, unread=unread, disagree=disagree)  # fmt: skip
