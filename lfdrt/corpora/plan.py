"""What a corpus is to become: its settings, its files, its shards, kept in the output's manifest.

Whoever predicts a shard, a process or a node, reads all it must know from there; a run that goes on
is held to it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path

from lfdrt.config import from_dict, to_dict
from lfdrt.corpora.sources import Source
from lfdrt.errors import UserError
from lfdrt.runs.files import sealed, unsealed, write_json

MANIFEST = "_manifest.json"
"""Begins with a sign by which readers of a folder of Parquet files know that it is none."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Whatever decides a byte of the output. weights: SHA-256 of the checkpoint's. prior: shares of
    the classes; None: all alike. face: as `lfdrt.data.photographs` counts them. device: its kind.
    text, image, lang: the columns."""

    version: str
    weights: str
    prior: tuple[float, ...] | None
    family: str
    language: str | None
    face: int
    prefix: str
    text: str | None
    image: str | None
    lang: str | None
    shard_rows: int
    device: str
    dtype: str


_SAID = {
    "version": "another version of lfdrt",
    "weights": "another --checkpoint",
    "prior": "another --prior",
    "language": "another --lang",
    "face": "or without --whole-pictures",
    "text": "another --text-column",
    "image": "another --image-column",
    "lang": "another --lang-column",
    "device": "another --device",
    "dtype": "another number format, that of another --device",
}
"""How a setting is called where it is not `--its-name`."""


@dataclass(frozen=True, kw_only=True)
class Shard:
    """`rows` of a file from one of its `starts` on, both by their places; number: in the corpus."""

    number: int
    source: int
    start: int
    rows: int

    @property
    def name(self) -> str:
        return f"part-{self.number:08}.parquet"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """voted: of each source, the language of its texts, for those too short to tell."""

    settings: Settings
    sources: tuple[Source, ...]
    voted: tuple[str | None, ...]

    def shards(self) -> tuple[Shard, ...]:
        """In the order of the input."""
        found: list[Shard] = []
        for place, source in enumerate(self.sources):
            left = source.rows
            for start in range(len(source.starts)):
                rows = min(left, self.settings.shard_rows)
                found.append(Shard(number=len(found), source=place, start=start, rows=rows))
                left -= rows
        return tuple(found)

    def digest(self) -> str:
        """SHA-256 of all of it."""
        told = json.dumps(to_dict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def write_plan(folder: Path, plan: Plan) -> None:
    write_json(folder / MANIFEST, sealed(to_dict(plan)))


def read_plan(folder: Path) -> Plan | None:
    """None: there is none yet. UserError: it is damaged."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        return from_dict(Plan, unsealed(json.loads(path.read_text(encoding="utf-8"))))
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"{path} is damaged ({error}): delete the folder, or name another --output."
        ) from None


def check_same(folder: Path, plan: Plan, settings: Settings) -> None:
    """UserError: the output was begun with another setting, which it names."""
    for one in fields(Settings):
        was, now = getattr(plan.settings, one.name), getattr(settings, one.name)
        if was != now:
            said = _SAID.get(one.name, f"another --{one.name.replace('_', '-')}")
            raise UserError(
                f"{folder} was begun with {said} ({was!r}, now {now!r}): give the same, or name "
                "another --output."
            )
