"""A visitor's table that is predicted, as a kind of job; and what it came to."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, TypeAlias

from app.jobs.engine import Engine
from app.jobs.follow import Counted
from app.jobs.kind import DONE, Kind, Spec
from app.jobs.store import slug
from app.jobs.words import NOT_EXPORTED
from app.models.requests import Refused
from app.table import words

ROLES = ("text", "image", "lang")


@dataclass(frozen=True, kw_only=True)
class TableSpec(Spec):
    """What a visitor wants predicted. table, images (a ZIP): files. columns: role (text, image,
    lang) to column; None: there is none. language: of rows that name none; None: detect. family:
    "own", "none" or a code. faces: whether a photograph's largest face is read, not the whole.
    prefix: before the names of the added columns. model: the checkpoint's
    name for people."""

    FILES: ClassVar = ("table", "images")

    table: Path
    model: str
    images: Path | None = None
    columns: dict[str, str | None] = field(default_factory=dict)
    language: str | None = None
    family: str = "own"
    faces: bool = True
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
    if not spec.faces:
        said.append("--whole-pictures")
    if spec.images is not None:
        said += ["--images", str(spec.images)]
    return [*said, "--lang", spec.language] if spec.language else said


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
    gives_way=True,  # single predictions of the page stay quick beside it
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
    try:
        shutil.copyfile(path, made)
    except OSError as error:
        raise Refused(NOT_EXPORTED.format(why=error.strerror or error)) from error
    return made
