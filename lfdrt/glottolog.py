"""The languages of the world in their families, with scripts and places: Glottolog 5.1, GlotScript.

Read from `assets/languages/atlas.json.gz` when it is first asked, which takes 30 ms; its README
says what it is made of. Languages go by glottocode, since 752 of them have no other code.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from lfdrt.errors import UserError
from lfdrt.places import ASSETS

PACKED = ASSETS / "languages" / "atlas.json.gz"
GLOTTOCODE = re.compile(r"[a-z0-9]{4}\d{4}")
NO_KIN = frozenset(
    ["arti1236", "book1242", "mixe1287", "pidg1258", "sign1238", "spee1234", "unat1236", "uncl1493"]
)
"""Where Glottolog files what descends from no common ancestor: constructed and mixed languages,
pidgins, sign languages, registers, what is unclassifiable or unattested, and retired entries."""
RETIRED = "book1242"


@dataclass(frozen=True, kw_only=True, slots=True)
class Languoid:
    """A language or a family. index: its place in `Glottolog`. iso3: ISO 639-3, "" without one.
    latitude, longitude: degrees, of one point of a whole area; None where there is none, as for
    every family. scripts: ISO 15924, the usual one first."""

    index: int
    depth: int
    code: str
    name: str
    iso3: str
    is_family: bool
    latitude: float | None
    longitude: float | None
    area: str
    scripts: tuple[str, ...]


class Glottolog:
    """All languoids, parents before what is below them."""

    def __init__(self, packed: dict[str, Any]) -> None:
        self._packed = packed
        self._codes, self._iso3 = packed["code"].split(), packed["iso3"].split()
        self._names = packed["name"].split("\n")
        self._at = {code: i for i, code in enumerate(self._codes)}
        self._at |= {code: i for i, code in enumerate(self._iso3) if code != "-"}

    def __len__(self) -> int:
        return len(self._codes)

    def find(self, code: str) -> Languoid | None:
        """By glottocode or ISO 639-3 code."""
        at = self._at.get(code)
        return None if at is None else self[at]

    def named(self, name: str) -> Languoid | None:
        """The language that Glottolog calls so, in whatever case; no two have one name."""
        at = self._by_name.get(name.casefold())
        return None if at is None else self[at]

    def __getitem__(self, at: int) -> Languoid:
        p, iso3 = self._packed, self._iso3[at]
        latitude, longitude = p["latitude"][at], p["longitude"][at]
        return Languoid(
            index=at,
            depth=p["depth"][at],
            code=self._codes[at],
            name=self._names[at],
            iso3="" if iso3 == "-" else iso3,
            is_family=self._is_family(at),
            latitude=None if latitude is None else latitude / 100,
            longitude=None if longitude is None else longitude / 100,
            area=p["areas"][p["area"][at]],
            scripts=tuple(p["scripts"][p["script"][at]].split()),
        )

    def lineage(self, one: Languoid) -> tuple[Languoid, ...]:
        """What it belongs to, from the family down; () for an isolate and for a family itself."""
        above, depth = [], one.depth
        for at in range(one.index - 1, -1, -1):
            if not depth:
                break
            if self._packed["depth"][at] < depth:
                depth = self._packed["depth"][at]
                above.append(self[at])
        return tuple(reversed(above))

    def languages(self, one: Languoid) -> Iterator[Languoid]:
        """Those below a family; a language stands for itself."""
        found = map(self.__getitem__, range(one.index, self._end(one.index)))
        return (languoid for languoid in found if not languoid.is_family)

    def kin(self, one: Languoid, among: Iterable[Languoid]) -> list[tuple[Languoid, Languoid]]:
        """Relatives of a language among others, each with the lowest family that holds both, the
        nearest first; without itself, and without what shares no ancestor with it."""
        above = {family.code: family for family in self.lineage(one) if one.code != family.code}
        if not above or next(iter(above)) in NO_KIN:
            return []
        found = []
        for other in among:
            shared = [family for family in self.lineage(other) if family.code in above]
            if shared and other.code != one.code:
                found.append((other, shared[-1]))
        return sorted(found, key=lambda pair: (-pair[1].depth, pair[0].name))

    def _end(self, at: int) -> int:
        """The place after the last that is below it."""
        depths, end = self._packed["depth"], at + 1
        while end < len(depths) and depths[end] > depths[at]:
            end += 1
        return end

    def _is_family(self, at: int) -> bool:
        return self._packed["depth"][at + 1 : at + 2] > self._packed["depth"][at : at + 1]

    @cached_property
    def _by_name(self) -> dict[str, int]:
        named = enumerate(self._names)
        return {name.casefold(): i for i, name in named if not self._is_family(i)}


@cache
def glottolog() -> Glottolog:
    """UserError: the file is not there, or is damaged."""
    try:
        packed = json.loads(gzip.decompress(PACKED.read_bytes()))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise UserError(
            f"The languages of the world cannot be read: {PACKED.name} in assets/languages is "
            f"missing or damaged ({error}). Take it from the repository again."
        ) from error
    return Glottolog(packed)
