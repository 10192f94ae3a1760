"""The data files that a recipe reads, as one archive, and as many faces as there is room for.

A sentence that 28 files repeat is held once by the archive's compression.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import shutil
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lfdrt.data.records import DataError, parallel_languages
from lfdrt.evaluation.suites import SUITES
from lfdrt.evaluation.words import SENTENCES
from lfdrt.kit.recipe import Recipe
from lfdrt.training.draw import ANCHOR

NOT_TEXT = frozenset({"id", "label", "source", "split"})
ZIP_ENTRY = 150
"""Bytes beside a picture's own: its names and headers in the archive, its line in the table."""
DEV_TO_TRAIN = 5
"""Faces of the training split to one of the dev split."""
FOR_UNSEEN = ("langcodes", "language_data")
"""Packages that know languages outside the table; their families are in the kit."""
FEWEST_FACES = 8
"""Of each class and split: with less the kit says nothing about pictures."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One CSV file of the data folder: its place in it, its header, its rows."""

    name: str
    header: list[str]
    rows: list[list[str]]

    @property
    def texts(self) -> Iterator[str]:
        places = [i for i, column in enumerate(self.header) if column not in NOT_TEXT]
        return (row[i] for row in self.rows for i in places)

    @property
    def content(self) -> bytes:
        file = io.StringIO(newline="")
        csv.writer(file).writerows([self.header, *self.rows])
        return file.getvalue().encode()


def read_table(data: Path, name: str, most: int | None = None) -> Table:
    """The first `most` rows of a file, or all. DataError: it is not there, or empty."""
    if not (data / name).is_file():
        raise DataError(f"{name} is not in {data}, and the recipe reads it: name the data folder.")
    with (data / name).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, None)
        if header is None:
            raise DataError(f"{data / name} is empty: it has no header.")
        return Table(name=name, header=header, rows=list(islice(reader, most)))


def carried_tables(data: Path, recipe: Recipe) -> list[Table]:
    """What training, its dev sets and the study of words read; sources of dev sets that are not on
    this machine are left out. DataError names a file that training cannot do without."""
    labelled = [
        f"text/{source.name}/{ANCHOR}.train.csv"
        for source in dict.fromkeys([*recipe.sentiment.sources, *recipe.heads.sources])
    ]
    dev = [
        f"text/{suite.source}/{language}.{suite.split}.csv"
        for suite in SUITES[recipe.sentiment.label_set]
        if (data / "text" / suite.source).is_dir()
        for language in suite.languages
    ]
    folders = ["parallel"] + ["parallel_subtitles"] * (recipe.sentiment.subtitles > 0)
    pairs = [f"{folder}/{ANCHOR}-{c}.csv" for folder in folders
             for c in parallel_languages(data, folder)]  # fmt: skip
    if not pairs:
        raise DataError(f"{data / 'parallel'} has no parallel files: name the data folder.")
    names = list(dict.fromkeys([*labelled, *dev, *pairs]))
    unseen = sorted(path.name for path in (data / "unseen").glob(f"{ANCHOR}-*.csv"))
    return [read_table(data, name) for name in names] + [
        read_table(data, f"unseen/{name}", SENTENCES) for name in unseen
    ]


def write_archive(path: Path, tables: list[Table]) -> None:
    """All tables, xz: 30 MB of sentences become 9, in half a minute."""
    with tarfile.open(path, "w:xz", preset=9) as archive:
        for table in tables:
            about = tarfile.TarInfo(table.name)
            about.size = len(table.content)
            archive.addfile(about, io.BytesIO(table.content))


def write_faces(data: Path, folder: Path, room: int) -> int:
    """faces.zip and faces.csv with as many faces as `room` bytes hold, classes and splits in turn;
    how many. DataError: there are none, or no room for `FEWEST_FACES` of each."""
    table = read_table(data, "images/faces.csv")
    image, label, split = (table.header.index(name) for name in ("image", "label", "split"))
    taken: Counter[tuple[str, str]] = Counter()
    ranked = []
    for row in table.rows:
        group = row[split], row[label]
        turn = taken[group] * (DEV_TO_TRAIN if row[split] == "dev" else 1)
        ranked.append((turn, taken[group], row))
        taken[group] += 1
    ranked.sort(key=lambda one: one[0])  # stable: else in the order of the file
    kept = []
    with (
        zipfile.ZipFile(data / "images" / "faces.zip") as source,
        zipfile.ZipFile(folder / "faces.zip", "w", zipfile.ZIP_STORED) as target,
    ):
        for _, place, row in ranked:
            content = source.read(row[image])
            room -= len(content) + ZIP_ENTRY + len(row[image])
            if room < 0:
                if place < min(FEWEST_FACES, min(taken.values())):
                    raise DataError(
                        f"the kit has no room for {FEWEST_FACES} faces of each class: raise its "
                        "limit, or cut its texts."
                    )
                break
            target.writestr(row[image], content)
            kept.append(row)
    table = Table(name="faces.csv", header=table.header, rows=kept)
    (folder / "faces.csv").write_bytes(table.content)
    return len(kept)


def unpack_tables(held: Path, data: Path) -> None:
    """The archive's tables and the faces, as a data folder; without languages that only packages
    know which are not here."""
    named = all(map(importlib.util.find_spec, FOR_UNSEEN))
    with tarfile.open(held / "data.tar.xz") as archive:
        wanted = [m for m in archive if named or not m.name.startswith("unseen/")]
        archive.extractall(data, wanted, filter="data")
    (data / "images").mkdir(exist_ok=True)
    for name in ("faces.zip", "faces.csv"):
        (data / "images" / name).write_bytes((held / name).read_bytes())


def write_few(data: Path, few: Path, rows: int) -> None:
    """A data folder with the first rows of every table, of every split of it, and all faces: for
    checks that take seconds."""
    for path in sorted(data.rglob("*.csv")):
        name = path.relative_to(data).as_posix()
        if not name.startswith("images/"):
            (few / name).parent.mkdir(parents=True, exist_ok=True)
            (few / name).write_bytes(_first(read_table(data, name), rows).content)
    shutil.copytree(data / "images", few / "images", dirs_exist_ok=True)


def _first(table: Table, rows: int) -> Table:
    place = table.header.index("split") if "split" in table.header else None
    taken: Counter[str] = Counter()
    kept = []
    for row in table.rows:
        split = "" if place is None else row[place]
        if taken[split] < rows:
            taken[split] += 1
            kept.append(row)
    return replace(table, rows=kept)
