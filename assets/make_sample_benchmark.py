"""Draws the faces of `benchmarks/sample/`; from the root: `python -m assets.make_sample_benchmark`.

One picture a row: the emotion is the row's `face`, the seed its id, so running it again writes the
same bytes and no rights of others are touched. It knows nothing of the sentences.
"""

from __future__ import annotations

import csv
import io
import random
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from assets.make_examples import COLOURS
from lfdrt.data.drawn.face import draw_face
from lfdrt.data.sources.sample import FACES, FOLDER

SIZE = 144
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date that a ZIP can hold: the same on every run


def make_picture(row: str, emotion: str) -> Image.Image:
    """The face beside the row of this id, mode P, `SIZE` x `SIZE`."""
    face = draw_face(emotion, random.Random(row), SIZE)
    return face.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def read_faces(folder: Path = FOLDER) -> Iterator[tuple[str, str]]:
    """Id and emotion of the face of every row, language by language."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield row["id"], row["face"]


def write_faces(path: Path, folder: Path = FOLDER) -> None:
    """All faces as a ZIP of PNG files, stored as they are (PNG is compressed)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for row, emotion in read_faces(folder):
            data = io.BytesIO()
            make_picture(row, emotion).save(data, "PNG", optimize=True)
            member = zipfile.ZipInfo(f"{row}.png", _EARLIEST)
            member.create_system = 3  # else Windows writes another byte than Linux
            member.external_attr = 0o644 << 16
            archive.writestr(member, data.getvalue())


if __name__ == "__main__":
    write_faces(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / FACES)
