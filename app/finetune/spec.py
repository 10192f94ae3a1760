"""What a visitor wants to train: files, columns, settings, and the command that does it; and
what was changed of a preset."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, get_type_hints

from app.intake.reading import ROLES
from app.jobs.kind import Spec
from app.jobs.store import slug
from app.models.requests import Refused
from app.places import BUNDLED, DEFAULT_CHECKPOINT


@dataclass(frozen=True, kw_only=True)
class DataSpec(Spec):
    """Whatever learns from a visitor's texts. table, images (a ZIP): files; one is needed.

    columns: role (text, image, lang, label, id) to column of the table; None: there is none; a
    role that is left out is guessed. read: answers to questions of its reader. language: None
    takes each row's own, or detects it. family: "own", "none" or a code. faces: whether a
    photograph's largest face is read, not the whole. checkpoint: what is tuned. rows: of the data,
    for the estimate and the history.
    """

    FILES: ClassVar[tuple[str, ...]] = ("table", "images")
    OPTIONS: ClassVar = {"table": "--data", "images": "--images", "labelled": "--labelled"}

    table: Path | None
    images: Path | None = None
    columns: dict[str, str | None] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    language: str | None = None
    family: str = "own"
    faces: bool = True
    checkpoint: Path = DEFAULT_CHECKPOINT

    def data_arguments(self) -> list[str]:
        said = [w for name, path in self.files().items() for w in (self.OPTIONS[name], str(path))]
        for role in ROLES:
            if role in self.columns and self.table is not None:
                said += [f"--{role}-column", self.columns[role] or ""]
        said += [f"--read={name}={value}" for name, value in self.read.items()]
        if self.language:
            said += ["--lang", self.language]
        said += ["--family", self.family]
        return said if self.faces else [*said, "--whole-pictures"]


@dataclass(frozen=True, kw_only=True)
class TeachSpec(DataSpec):
    """What is taught. aim: "right", most texts, or "alike", every class. mix: how many of a hundred
    texts are of which class, as far as it is known; None: it is not. rest: whether texts without a
    label teach, too."""

    aim: str = "right"
    mix: dict[str, float] | None = None
    rest: bool = False

    def command(self, out: Path, labels: Path | None) -> list[str]:
        """Arguments after `python -m lfdrt`. labels: without them and a mix, texts are only read.
        Every row is asked for, also one whose table has a label."""
        said = ["teach", *replace(self, columns=self.columns | {"label": None}).data_arguments()]
        said += ["--aim", self.aim, "--checkpoint", str(self.checkpoint), "--out", str(out)]
        said += ["--labels", str(labels)] if labels is not None else []
        said += ["--rest"] if self.rest else []
        told = ",".join(f"{name}={share:g}" for name, share in (self.mix or {}).items())
        return [*said, "--mix", told] if told else said


@dataclass(frozen=True, kw_only=True)
class TrainingSpec(DataSpec):
    """labelled: a table of rows to report on. changes: settings that differ from the preset's, by
    their names in RethinkSettings."""

    FILES: ClassVar = ("table", "images", "labelled")

    labelled: Path | None = None
    preset: str = "quick"
    changes: dict[str, object] = field(default_factory=dict)

    def settings(self) -> dict[str, object]:
        """Every one by its name. Raises Refused: there is no such preset."""
        return preset(self.preset) | self.changes

    def command(self, out: Path) -> list[str]:
        """Arguments after `python -m lfdrt`."""
        return ["rethink", *self._arguments(), "--checkpoint", str(self.checkpoint), "--out",
                str(out)]  # fmt: skip

    def command_line(self) -> str:
        """For a person to copy: file names without their folders."""
        names: dict[str, Any] = {name: Path(path.name) for name, path in self.files().items()}
        bare = replace(self, **names)
        words = ["python", "-m", "lfdrt", "rethink", *bare._arguments()]
        if self.checkpoint != DEFAULT_CHECKPOINT:
            bundled = self.checkpoint.parent == BUNDLED
            words += ["--checkpoint", ("checkpoints/" if bundled else "") + self.checkpoint.name]
        words += ["--out", f"runs/{slug(self.name)}"]
        return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)

    def _arguments(self) -> list[str]:
        words = [*self.data_arguments(), "--preset", self.preset]
        for name, value in self.changes.items():
            words += _option(name, value)
        return words


def _option(name: str, value: object) -> list[str]:
    dashed = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{dashed}" if value else f"--no-{dashed}"]
    return [f"--{dashed}", str(value)]


def preset(name: str) -> dict[str, object]:
    """Every setting of a preset by its name. Raises Refused."""
    from lfdrt.config import to_dict
    from lfdrt.training.rethink.settings import PRESETS

    if name not in PRESETS:
        raise Refused(f"There is no preset {name!r}; choose one of {', '.join(PRESETS)}.")
    return dict(to_dict(PRESETS[name]))


def changes(name: str, values: Mapping[str, object]) -> dict[str, object]:
    """Those of `values` that differ from the preset's; Refused names a setting that cannot be.

    values: as a page's components give them: whole numbers may come as 3.0, numbers as text.
    """
    from lfdrt.training.rethink.settings import PRESETS, RethinkSettings

    base, kinds = preset(name), get_type_hints(RethinkSettings)
    found: dict[str, Any] = {}
    for setting, value in values.items():
        if setting not in base:
            raise Refused(f"There is no setting {setting!r}.")
        changed = _as(kinds[setting], setting, value)
        if changed != base[setting]:
            found[setting] = changed
    try:
        replace(PRESETS[name], **found)
    except ValueError as error:
        raise Refused(str(error)) from error
    return found


def _as(kind: type, field: str, value: object) -> object:
    try:
        if kind is bool:
            return bool(value)
        if kind is int:
            whole = int(float(value))  # type: ignore[arg-type]
            if whole != float(value):  # type: ignore[arg-type]
                raise ValueError
            return whole
        return kind(value)
    except (TypeError, ValueError, OverflowError):
        what = {int: "a whole number", float: "a number"}.get(kind, "a text")
        raise Refused(f"{field} is {value!r}; it must be {what}.") from None
