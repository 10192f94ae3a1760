"""Packs the languages of the world for the map, the tree and the look-up of families.

    python -m assets.make_languages DATA

DATA is the data folder; its `languages/` holds Glottolog's languages and trees, GlotScript and a
coastline. Writes `assets/languages/atlas.json.gz`, whose README says what each part means.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import langcodes

from lfdrt.glottolog import NO_KIN

PACKED = Path(__file__).resolve().parent / "languages" / "atlas.json.gz"
TOKEN = re.compile(r"[(),]|[a-z0-9]{4}\d{4}")  # branches are all of length 1


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def parents(newick: str) -> dict[str, str]:
    """The name of each node's parent, "" for the root's. A parent's name follows its children, so
    the tokens are read from the end."""
    above, last, found = [""], "", {}
    for token in reversed(TOKEN.findall(newick)):
        if token == ")":
            above.append(last)
        elif token == "(":
            above.pop()
        elif token != ",":
            found[token], last = above[-1], token
    return found


def scripts(iso3: str, known: dict[str, str]) -> str:
    """ISO 15924 codes, the usual one first where the language has several."""
    found = [code for code in known.get(iso3, "").split(", ") if code]
    usual = langcodes.Language.get(iso3).maximize().script if len(found) > 1 else None
    return " ".join(sorted(found, key=lambda code: code != usual))


def preorder(folder: Path, rows: dict[str, dict[str, str]]) -> Iterator[tuple[int, str]]:
    """Depth and glottocode of every node, parents before their children; families, isolates and
    the children of a node by name."""
    trees = (folder / "glottolog.nex").read_text(encoding="utf-8").splitlines()
    above = dict.fromkeys(rows, "")  # isolates are in no tree
    for line in trees:
        _, found, tree = line.partition("[&R]")
        above |= parents(tree) if found else {}
    below: dict[str, list[str]] = {}
    for code in sorted(rows, key=lambda code: rows[code]["name"]):
        below.setdefault(above[code], []).append(code)
    waiting = [(0, code) for code in reversed(below[""])]
    while waiting:
        depth, code = waiting.pop()
        yield depth, code
        waiting += [(depth + 1, child) for child in reversed(below.get(code, []))]


def pack(folder: Path) -> dict[str, object]:
    rows = {row["glottocode"]: row for row in table(folder / "glottolog.tsv")}
    known = {row["ISO639-3"]: row["ISO15924-Main"] for row in table(folder / "glotscript.tsv")}
    ordered = list(preorder(folder, rows))
    coast = json.loads((folder / "coastline.json").read_text(encoding="utf-8"))
    found = [rows[code] for _, code in ordered]
    depths = [depth for depth, _ in ordered]
    leaf = [b <= a for a, b in zip(depths, [*depths[1:], 0], strict=True)]
    both = zip(found, leaf, strict=True)
    wrong = [row["name"] for row, last in both if (row["level"] == "language") != last]
    if wrong or len(found) != len(rows):
        raise SystemExit(f"families and leaves do not agree: {wrong[:5]}")
    written = [scripts(row["iso639_3"], known) for row in found]
    kinds, areas = sorted(set(written)), sorted({row["macroarea"] for row in found})
    return {
        "depth": depths,
        "code": " ".join(row["glottocode"] for row in found),
        "name": "\n".join(row["name"] for row in found),
        "iso3": " ".join(row["iso639_3"] or "-" for row in found),
        "latitude": [_hundredths(row["latitude"], row["level"]) for row in found],
        "longitude": [_hundredths(row["longitude"], row["level"]) for row in found],
        "area": [areas.index(row["macroarea"]) for row in found],
        "areas": areas,
        "script": [kinds.index(one) for one in written],
        "scripts": kinds,
        "no_kin": sorted(NO_KIN),
        "coast": [_steps(ring) for ring in rings(coast)],
    }


def _hundredths(degrees: str, level: str) -> int | None:
    return round(100 * float(degrees)) if degrees and level == "language" else None


def rings(lines: list[list[list[float]]]) -> list[list[list[float]]]:
    """Coasts as the edges of land: Natural Earth cuts long ones into several lines, and Antarctica
    at the date line."""
    found: list[list[list[float]]] = []
    waiting = [line for line in lines if line[0] != line[-1]]
    while waiting:
        ring = waiting.pop(0)
        grown = True
        while grown and ring[0] != ring[-1]:
            grown = False
            for other in waiting:
                for turned in (other, other[::-1]):
                    if turned[0] == ring[-1]:
                        ring, grown = [*ring, *turned[1:]], True
                    elif turned[-1] == ring[0]:
                        ring, grown = [*turned, *ring[1:]], True
                    if grown:
                        break
                if grown:
                    waiting.remove(other)
                    break
        if [ring[0][0], ring[-1][0]] == [-180, 180]:  # around the pole
            ring = [*ring, [180, -90], [-180, -90]]
        found.append(ring)
    return [line for line in lines if line[0] == line[-1]] + found


def _steps(line: list[list[float]]) -> list[int]:
    """The first point in tenths of a degree, then how far each lies from the one before."""
    points = [(round(10 * x), round(10 * y)) for x, y in line]
    before = [(0, 0), *points]
    return [v for (x, y), (u, w) in zip(points, before, strict=False) for v in (x - u, y - w)]


def packed_bytes(folder: Path) -> bytes:
    """The same for the same data, whenever it is made."""
    said = json.dumps(pack(folder), ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(said.encode("utf-8"), 9, mtime=0)


def main() -> None:
    if len(sys.argv) != 2 or not (folder := Path(sys.argv[1]) / "languages").is_dir():
        raise SystemExit("Give a data folder with languages/ in it: make_languages DATA")
    PACKED.parent.mkdir(exist_ok=True)
    PACKED.write_bytes(packed_bytes(folder))


if __name__ == "__main__":
    main()
