"""Draws the pictures of `examples.json`; from the root: `python -m assets.make_examples`.

Every picture is drawn by `lfdrt.data.drawn` from a fixed seed, so running it again writes the same
bytes and no rights of others are touched. It knows nothing of texts; the emotion here is that of
the face, which in two examples is not what the text says.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from PIL import Image

from lfdrt.data.drawn.face import draw_face

SIZE = 320
COLOURS = 64  # flat drawings: a palette of 64 halves the file and no edge shows it
FACES: dict[str, tuple[str, int]] = {  # example → the face's emotion, seed
    "es-reunion": ("joy", 110),
    "fr-waiting": ("anger", 201),
    "ar-grandmother": ("sadness", 311),
    "he-noise": ("fear", 403),
    "fi-fridge": ("disgust", 507),
    "hu-winners": ("surprise", 602),
    "id-exam": ("joy", 702),
    "tl-visit": ("surprise", 810),
    "ta-job": ("joy", 1011),
    "te-friend": ("sadness", 1108),
    "sw-food": ("disgust", 1304),
    "ka-snow": ("surprise", 1405),
    "ko-street": ("fear", 1503),
    "ja-congratulations": ("sadness", 1601),
    "tr-lie": ("anger", 1708),
    "zh-fine": ("anger", 1905),
    "tg-market": ("neutral", 2005),
    "eu-dog": ("sadness", 2110),
    "eo-train": ("neutral", 2204),
    "face-only": ("fear", 2302),
}


def make_picture(name: str) -> Image.Image:
    """The picture of one example, mode P, `SIZE` x `SIZE`."""
    emotion, seed = FACES[name]
    face = draw_face(emotion, random.Random(seed), SIZE)
    return face.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def write_pictures(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in FACES:
        make_picture(name).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    write_pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "examples")
