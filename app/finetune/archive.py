"""A training or a teaching as a ZIP to take away, and such a ZIP brought back.

What comes back is a stranger's file: only members that `export` writes, streamed against caps,
every part checked before any of it is shown, the weights read by the project's own loader. No
pictures, no paths of this machine.
"""

from __future__ import annotations

import json
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from app.finetune import words
from app.finetune.card import model_card
from app.finetune.kind import FINAL, IMPORTED, model_in
from app.finetune.outcome import read_outcome
from app.finetune.spec import DataSpec, TrainingSpec
from app.jobs import words as jobs_words
from app.jobs.engine import Engine
from app.jobs.kind import megabytes
from app.jobs.store import JobRecord, clean_name, new_id, slug
from app.jobs.words import JobWords
from app.models.requests import Refused
from lfdrt.config import ModelConfig, from_dict
from lfdrt.events import RethinkStep, RunFinished, Watched, from_line
from lfdrt.languages import resolve

ABOUT, README = "run.json", "README.md"
REQUIRED = (ABOUT, "config.json", "events.jsonl", "checkpoint/config.json",
            "checkpoint/card.json", "checkpoint/tokenizer.json")  # fmt: skip
MOST_BYTES = 4_000_000_000
MOST_TEXT = 100_000_000
MOST_RATIO = 200
MOST_NAMED = 100  # characters
MOST_WATCHED = 1_000
"""Rows; a training tells of 200."""
FREE = 1 << 20
"""Bytes that any member may unpack to, whatever it is packed in."""

_CHECKPOINT = re.compile(
    r"checkpoint/(config\.json|card\.json|tokenizer\.json|model\.safetensors|"
    r"model\.safetensors\.index\.json|model-\d{5}-of-\d{5}\.safetensors)"
)
_BLOCK = 1 << 20
D = TypeVar("D", bound=DataSpec)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


@dataclass(frozen=True, kw_only=True)
class Packing(Generic[D]):
    """What differs between a training's ZIP and a teaching's. tables: what it may hold beside the
    model. ends: how one may have ended; imported: the state of one that was brought in. fields: of
    the spec, as run.json tells them to others. card: its README.md. check: of
    what will be shown; refuses what is damaged, with a sentence."""

    tables: tuple[str, ...]
    ends: tuple[str, ...]
    imported: str
    fields: tuple[str, ...]
    spec: type[D]
    words: JobWords
    card: Callable[[Path, JobRecord[D]], str]
    check: Callable[[Path, JobRecord[D]], None]


def export(packing: Packing[D], jobs: Engine[D, Any], run: str, owner: str, folder: Path) -> Path:
    """A ZIP in `folder`, named after the run, with its model and what came of it. Raises Refused:
    there is no model, or no room on the disk."""
    found, record = jobs.store.mine(run, owner)
    model = model_in(found.path)
    if model is None or jobs.alive(found, record):
        raise Refused(words.NO_CHECKPOINT.format(name=record.name))
    path = folder / f"{slug(record.name)}.zip"
    members = [found.path / name for name in packing.tables] + sorted(model.iterdir())
    try:
        jobs.settle(found)  # its process is gone, but whoever watches it may not have written so
        record = found.record() or record
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr(README, packing.card(found.path, record))
            about = _about(packing, record)
            out.writestr(ABOUT, json.dumps(about, ensure_ascii=False, indent=1))
            for member in members:
                if member.is_file():
                    out.write(member, member.relative_to(found.path).as_posix(), _method(member))
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Refused(jobs_words.NOT_EXPORTED.format(why=error.strerror or error)) from error
    return path


def bring_in(packing: Packing[D], jobs: Engine[D, Any], file: Path, owner: str) -> str:
    """The id of a run from a ZIP that `export` made; every part of it is checked."""
    jobs.store.check_owner(owner)
    with jobs.store.making() as made:
        record = unpack(packing, file, made.path)
        return jobs.store.finish(made, new_id(), owner, record).id


def unpack(packing: Packing[D], file: Path, folder: Path) -> JobRecord[D]:
    """Fills the empty `folder` from the ZIP and returns what is known of the run.

    Raises Refused, with a sentence; the caller removes the folder then.
    """
    name = file.name
    try:
        with zipfile.ZipFile(file) as archive:
            _stream_all(packing, archive, name, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused(words.NO_ZIP.format(name=name)) from error
    except OSError as error:
        why = error.strerror or error
        raise Refused(jobs_words.NOT_COPIED.format(name=name, why=why)) from error
    for member in REQUIRED:
        if not (folder / member).is_file():
            raise Refused(words.INCOMPLETE_ZIP.format(name=name, member=member))
    return _checked(packing, name, folder)


def _stream_all(packing: Packing[Any], archive: zipfile.ZipFile, name: str, folder: Path) -> None:
    infos = archive.infolist()
    seen: set[str] = set()
    for info in infos:
        member = info.filename
        known = member in (README, ABOUT, *packing.tables) or _CHECKPOINT.fullmatch(member)
        odd = info.flag_bits & _ENCRYPTED or stat.S_ISLNK(info.external_attr >> 16)
        if not known or odd or member in seen or info.compress_type not in _METHODS:
            raise Refused(words.FOREIGN_ZIP.format(name=name, member=member))
        seen.add(member)
    (folder / "checkpoint").mkdir()
    left = MOST_BYTES
    for info in infos:
        most = min(left, max(FREE, info.compress_size * MOST_RATIO))
        if not info.filename.endswith(".safetensors"):
            most = min(most, MOST_TEXT)
        left -= _stream(archive, info, folder / info.filename, name, most)


def _stream(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, name: str, most: int
) -> int:
    """Bytes written. Sizes in the ZIP's list may be lies, so what comes out is counted."""
    size = 0
    with archive.open(info) as source, path.open("xb") as target:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > most:
                raise Refused(words.TOO_LARGE.format(name=name, size=megabytes(most)))
            target.write(block)
    return size


def _checked(packing: Packing[D], name: str, folder: Path) -> JobRecord[D]:
    """Everything that will be shown or loaded is read once, so that it cannot fail later."""
    from lfdrt.checkpoint import load_checkpoint

    model = folder / "checkpoint"
    try:
        record = _record(packing, json.loads((folder / ABOUT).read_text(encoding="utf-8")))
        packing.check(folder, record)
        check_size(model)
        load_checkpoint(model)
    except Refused as error:
        raise Refused(words.BAD_ZIP.format(name=name, why=error)) from error
    except (ValueError, TypeError, KeyError, RecursionError, RuntimeError) as error:
        why = " ".join(str(error).split())[:300]
        raise Refused(words.BAD_ZIP.format(name=name, why=why)) from error
    return record


def _about(packing: Packing[D], record: JobRecord[D]) -> dict[str, Any]:
    """What of run.json is told to others: no owner, no process, no file of the user's."""
    told = {name: getattr(record.spec, name) for name in packing.fields}
    return {
        "name": record.name,
        "created": record.created,
        "ended": record.ended,
        **told,
        "base": record.spec.checkpoint.name,
    }


def _record(packing: Packing[D], about: Any) -> JobRecord[D]:
    """Raises ValueError for what `_about` does not write."""
    keys = {"name", "created", "ended", *packing.fields, "base"}
    if not isinstance(about, dict) or set(about) != keys:
        raise ValueError(f"{ABOUT} is not what a {packing.words.noun} writes.")
    if about["ended"] not in packing.ends or not isinstance(about["base"], str):
        raise ValueError(f"{ABOUT} names no end of a {packing.words.noun}.")
    fields = {k: about[k] for k in packing.fields}
    spec = from_dict(packing.spec, fields | {"table": None, "checkpoint": slug(about["base"])})
    longest = max((len(v) for v in fields.values() if isinstance(v, str)), default=0)
    if spec.rows < 0 or longest > MOST_NAMED:
        raise ValueError(f"{ABOUT} is not what a {packing.words.noun} writes.")
    if spec.language is not None:
        resolve(spec.language)
    datetime.fromisoformat(str(about["created"]))
    return JobRecord(
        name=clean_name(str(about["name"]), packing.words.no_name),
        owner="",
        created=str(about["created"]),
        spec=spec,
        ended=packing.imported,
        reason=about["ended"],
    )


def _method(member: Path) -> int:
    """float16 does not shrink; storing it makes the ZIP 20 times faster to write."""
    return zipfile.ZIP_STORED if member.suffix == ".safetensors" else zipfile.ZIP_DEFLATED


DISPUTE = {"row", "text", "first", "second", "decided"}
DISPUTE_NUMBERS = {"picture", "p_first", "p_second"}
MOST = 1e15
SPARE = 1_000_000
"""Bytes by which a checkpoint's files may be smaller than its weights as they are stored."""


def check_events(path: Path) -> None:
    """Each line is an event whose fields have the types that they are shown by."""
    kinds = set()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                kinds.add(_checked_event(line.decode("utf-8")))
            except (ValueError, RecursionError) as error:
                raise ValueError(
                    f"{path.name}, line {number} is not what a training writes."
                ) from error
    if not {RethinkStep, RunFinished} & kinds:
        raise ValueError(f"{path.name} holds no training.")


def _checked_event(line: str) -> type:
    json.loads(line, parse_constant=_number, parse_float=_number, parse_int=_number)
    event = from_line(line)
    _adapter(type(event)).validate_json(json.dumps(vars(event)), strict=True)  # type: ignore[arg-type]
    if isinstance(event, RethinkStep):
        for dispute in event.disputes:
            _check_dispute(dispute)
    elif isinstance(event, Watched) and not _is_list(event):
        raise ValueError("not the rows of a training")
    return type(event)


def _is_list(watched: Watched) -> bool:
    return len(watched.rows) <= MOST_WATCHED and all(
        row.keys() == {"row", "text", "picture"} and isinstance(row["text"], str)
        for row in watched.rows
    )


def _check_dispute(dispute: dict[str, Any]) -> None:
    said = {key for key, value in dispute.items() if isinstance(value, str)}
    if said != DISPUTE or set(dispute) - said != DISPUTE_NUMBERS:
        raise ValueError("not a dispute")


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _number(digits: str) -> float:
    """Raises ValueError for NaN, and for what would be infinite or is beyond all counting."""
    number = float(digits)
    if not abs(number) < MOST:
        raise ValueError(f"{digits[:20]} is no number of a training")
    return number


def check_size(folder: Path) -> None:
    """The weights are as many as config.json says: building the model that it describes could
    otherwise fill the memory before the first weight is compared."""
    import torch

    from lfdrt.model.lfdrt import LFDRT

    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    with torch.device("meta"):  # shapes without memory
        state = LFDRT(from_dict(ModelConfig, settings)).state_dict()
    stored = sum(t.numel() * (2 if t.is_floating_point() else 1) for t in state.values())
    held = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    if stored > held + SPARE:
        raise ValueError(
            f"its config.json describes a model of {stored / 1e6:,.0f} MB, but its weights are "
            f"{held / 1e6:,.0f} MB."
        )


def _check_training(folder: Path, record: JobRecord[TrainingSpec]) -> None:
    check_events(folder / "events.jsonl")
    if (folder / "predictions.csv").is_file():
        read_outcome(folder, record.name, record.ended)


TRAININGS = Packing(
    tables=("predictions.csv", "labelled.csv", "events.jsonl", "config.json"),
    ends=FINAL,
    imported=IMPORTED,
    fields=("language", "family", "preset", "changes", "rows"),
    spec=TrainingSpec,
    words=words.JOB,
    card=model_card,
    check=_check_training,
)
