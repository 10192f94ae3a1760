"""Pictures with people in them, made in code: drawn portraits put onto a colourful ground."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from lfdrt.data.drawn.face import draw_face
from lfdrt.labels import EKMAN7
from lfdrt.output import Box

FACE = 0.64
"""Height of the face in a drawn portrait; its middle lies at 0.50 and 0.52."""


@dataclass(frozen=True, kw_only=True)
class Put:
    """A portrait in a scene: upper left corner and side in pixels, turned by degrees."""

    x: int
    y: int
    side: int
    turned: float = 0
    emotion: str = "joy"


def scene(width: int, height: int, portraits: Sequence[Put], *, seed: int) -> Image.Image:
    """The same for the same arguments."""
    rng = random.Random(seed)
    image = Image.new("RGB", (width, height), _colour(rng))
    pen = ImageDraw.Draw(image)
    for _ in range(25):
        x, y = rng.randint(0, width), rng.randint(0, height)
        box = (x, y, x + rng.randint(5, width // 4), y + rng.randint(5, height // 4))
        rng.choice((pen.rectangle, pen.ellipse))(box, fill=_colour(rng))
    for put in portraits:
        face = draw_face(put.emotion, rng, put.side)
        seen = Image.new("L", face.size, 255)
        if put.turned:
            face = face.rotate(put.turned, expand=True, resample=Image.Resampling.BICUBIC)
            seen = seen.rotate(put.turned, expand=True)
        image.paste(face, (put.x, put.y), seen)
    return image


def three(seed: int = 0) -> Image.Image:
    """A photograph's size; the faces of three people, the largest on the left."""
    portraits = [
        Put(x=20, y=90, side=300, emotion="joy"),
        Put(x=360, y=60, side=220, emotion="anger"),
        Put(x=600, y=300, side=160, emotion="sadness"),
    ]
    return scene(800, 600, portraits, seed=seed)


def holds(box: Box, put: Put) -> bool:
    """Whether a box is the face of an upright portrait: around its middle, and of its height."""
    x, y = put.x + 0.5 * put.side, put.y + 0.52 * put.side
    inside = box.left < x < box.left + box.width and box.top < y < box.top + box.height
    return inside and 0.5 < box.height / (FACE * put.side) < 1.6


def random_scenes(kind: str, count: int) -> list[tuple[Image.Image, list[Put]]]:
    """`count` scenes of a kind, with the portraits in them: see KINDS."""
    rng = random.Random(kind)
    made = []
    for k in range(count):
        width, height = rng.choice(((800, 600), (600, 800), (1280, 720), (1600, 1200)))
        puts = KINDS[kind](width, height, rng, EKMAN7.labels[k % len(EKMAN7)])
        made.append((scene(width, height, puts, seed=k), puts))
    return made


def _colour(rng: random.Random) -> tuple[int, int, int]:
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)


def _one(share: float, turned: float = 0):
    """One portrait whose side is this share of the shorter side, anywhere, turned either way."""

    def put(width: int, height: int, rng: random.Random, emotion: str) -> list[Put]:
        side = int(share * min(width, height))
        room = int(side * 1.42) if turned else side
        x, y = rng.randint(0, width - room), rng.randint(0, height - room)
        angle = turned * rng.choice((-1, 1))
        return [Put(x=x, y=y, side=side, turned=angle, emotion=emotion)]

    return put


def _row(width: int, height: int, rng: random.Random, emotion: str) -> list[Put]:
    side = width // 4
    return [
        Put(x=int(width * (0.04 + 0.32 * k)), y=rng.randint(0, height - side), side=side)
        for k in range(3)
    ]


def _edge(width: int, height: int, rng: random.Random, emotion: str) -> list[Put]:
    side = int(0.4 * min(width, height))
    x = rng.choice((-side // 4, width - 3 * side // 4))
    return [Put(x=x, y=rng.randint(0, height - side), side=side, emotion=emotion)]


KINDS = {
    "none": lambda *_: [],
    "tiny": _one(0.08),
    "small": _one(0.2),
    "middle": _one(0.35),
    "large": _one(0.6),
    "three": _row,
    "edge": _edge,
    "turned 10": _one(0.35, 10),
    "turned 20": _one(0.35, 20),
    "turned 30": _one(0.35, 30),
    "turned 45": _one(0.35, 45),
    "turned 90": _one(0.35, 90),
}
"""Portraits' sides as shares of the scene's shorter side: a face is 0.64 of that."""
