"""A visitor's table that is predicted, in its folder: run.json beside what `lfdrt predict` writes.

Starts no process.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from app.jobs.folders import JobRecord
from app.jobs.resumable import ResumableFolder

ROLES = ("text", "image", "lang")


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """What a visitor wants predicted. table, images (a ZIP): files. columns: role (text, image,
    lang) to column; None: there is none. language: of rows that name none; None: detect. family:
    "own", "none" or a code. faces: whether a photograph's largest face is read, not the whole.
    prefix: before the names of the added columns. model: the checkpoint's name for people. rows:
    of the table.
    """

    table: Path
    checkpoint: Path
    model: str
    name: str
    images: Path | None = None
    columns: dict[str, str | None] = field(default_factory=dict)
    language: str | None = None
    family: str = "own"
    faces: bool = True
    prefix: str = ""
    rows: int = 0

    def files(self) -> dict[str, Path]:
        found = {"table": self.table, "images": self.images}
        return {name: path for name, path in found.items() if path is not None}

    def below(self, folder: Path) -> TableSpec:
        """The same with relative file names taken from `folder`."""
        return replace(self, **{name: folder / path for name, path in self.files().items()})

    def command(self, out: Path, follow: Path) -> list[str]:
        """Arguments after `python -m lfdrt`; a column's name may begin with a dash."""
        words = ["predict", "--input", str(self.table), "--output", str(out),
                 "--checkpoint", str(self.checkpoint), "--family", self.family,
                 "--follow", str(follow), f"--prefix={self.prefix}"]  # fmt: skip
        words += [f"--{role}-column={self.columns.get(role) or ''}" for role in ROLES]
        if not self.faces:
            words.append("--whole-pictures")
        if self.images is not None:
            words += ["--images", str(self.images)]
        return [*words, "--lang", self.language] if self.language else words


@dataclass(frozen=True, kw_only=True)
class TableInfo:
    """A table in a list. state: as a recording's. created: ISO 8601, UTC."""

    id: str
    name: str
    state: str
    created: str
    spec: TableSpec


@dataclass(frozen=True, kw_only=True)
class TableRecord(JobRecord):
    """run.json. spec: its files are relative to the folder. files: the names that the user knows
    them by."""

    spec: TableSpec
    files: dict[str, str]


class TableFolder(ResumableFolder[TableRecord]):
    """Its own `control` is what the process obeys."""

    kind = TableRecord

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.predictions = path / "predictions.csv"
        self.events = path / "events.jsonl"
