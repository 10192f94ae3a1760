"""Draws the faces of the sample sets in `samples/`; from the root: `python -m assets.make_samples`.

One ZIP a language, its pictures drawn by `lfdrt.data.drawn` from fixed seeds, so running it again
writes the same bytes and no rights of others are touched. It knows nothing of the sentences; the
emotion here is that of the face, which in `AGAINST` is on purpose not that of the sentence.
"""

from __future__ import annotations

import io
import random
import sys
import zipfile
from pathlib import Path

from PIL import Image

from assets.make_examples import COLOURS
from lfdrt.data.drawn.face import draw_face

SIZE = 144
FACES: dict[str, dict[str, tuple[str, int]]] = {  # language → row → the face's emotion, seed
    "es": {
        "es-03": ("anger", 41003),
        "es-07": ("surprise", 41007),
        "es-08": ("sadness", 41008),
        "es-13": ("sadness", 41013),
        "es-16": ("fear", 41016),
        "es-18": ("neutral", 41018),
        "es-20": ("neutral", 41020),
        "es-21": ("anger", 41021),
        "es-24": ("sadness", 41024),
        "es-28": ("joy", 41028),
        "es-33": ("joy", 41033),
        "es-36": ("joy", 41036),
        "es-41": ("fear", 41041),
        "es-45": ("neutral", 41045),
        "es-46": ("anger", 41046),
        "es-48": ("disgust", 41048),
        "es-l04": ("fear", 41504),
        "es-l05": ("neutral", 41505),
        "es-l12": ("sadness", 41512),
        "es-l13": ("anger", 41513),
        "es-l14": ("joy", 41514),
    },
    "tr": {
        "tr-06": ("sadness", 42006),
        "tr-10": ("joy", 42010),
        "tr-12": ("anger", 42012),
        "tr-13": ("neutral", 42013),
        "tr-14": ("neutral", 42014),
        "tr-18": ("sadness", 42018),
        "tr-20": ("joy", 42020),
        "tr-27": ("surprise", 42027),
        "tr-30": ("joy", 42030),
        "tr-32": ("neutral", 42032),
        "tr-33": ("surprise", 42033),
        "tr-40": ("sadness", 42040),
        "tr-41": ("neutral", 42041),
        "tr-43": ("joy", 42043),
        "tr-44": ("fear", 42044),
        "tr-45": ("disgust", 42045),
        "tr-l03": ("surprise", 42503),
        "tr-l09": ("disgust", 42509),
        "tr-l11": ("anger", 42511),
        "tr-l12": ("neutral", 42512),
        "tr-l14": ("fear", 42514),
    },
}
AGAINST: dict[str, str] = {  # row → what its sentence says, where the face says something else
    "es-03": "joy",
    "es-13": "neutral",
    "es-33": "sadness",
    "es-l12": "surprise",
    "tr-14": "anger",
    "tr-20": "neutral",
    "tr-40": "joy",
    "tr-l14": "joy",
}
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date that a ZIP can hold: the same on every run


def make_picture(language: str, row: str) -> Image.Image:
    """The face beside one row, mode P, `SIZE` x `SIZE`."""
    emotion, seed = FACES[language][row]
    face = draw_face(emotion, random.Random(seed), SIZE)
    return face.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def write_pictures(language: str, path: Path) -> None:
    """All faces of a language as a ZIP of PNG files, stored as they are (PNG is compressed)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for row in FACES[language]:
            data = io.BytesIO()
            make_picture(language, row).save(data, "PNG", optimize=True)
            member = zipfile.ZipInfo(f"{row}.png", _EARLIEST)
            member.create_system = 3  # else Windows writes another byte than Linux
            member.external_attr = 0o644 << 16
            archive.writestr(member, data.getvalue())


def write_samples(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for language in FACES:
        write_pictures(language, folder / f"{language}.images.zip")


if __name__ == "__main__":
    write_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "samples")
